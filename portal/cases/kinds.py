"""The register of case kinds. An app registers its kinds when Django starts; the kernel knows them only from here."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.utils.functional import Promise

from portal.cases.verdicts import YES, Verdict
from portal.cases.who import IMPARTIAL

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from portal.accounts.models import User
    from portal.cases.flow import Flow
    from portal.cases.models import Case, Document
    from portal.cases.queries.similar import Published, Term
    from portal.cases.who import Who


@dataclass(frozen=True)
class Panel:
    """A part of the case page that a kind adds.

    Shown to those of ``shown_to`` (judged with the page's other Whos in one query). ``context(case, person)`` gives the template its
    data; the template also has ``case``, ``person`` and ``csrf_token``, and in ``panel`` the person's ``part`` in the case.
    """

    template: str
    shown_to: "Who"
    context: "Callable[[Any, User], dict[str, Any]]" = lambda case, person: {}


@dataclass(frozen=True)
class Join:
    """What who writes a draft can say of a case like it. ``act(case, draft, person)`` does it or raises Refused; ``done`` is said after it.
    Only cases that it ``takes`` are joined. Where ``stays`` is set the writer goes on with the draft, otherwise they are led to the case.
    With ``drafts`` only those kinds can.
    """

    label: str | Promise
    done: str | Promise
    act: "Callable[[Case, Case, User], None]"
    stays: bool = False
    drafts: tuple[str, ...] = ()
    takes: "Callable[[Case], Verdict]" = lambda case: YES


@dataclass(frozen=True)
class Shared:
    """What everyone may be told of a case that is not told of openly: what it is called there, since when, and where the rest stands."""

    title: str
    at: datetime
    url: str


@dataclass(frozen=True)
class Kind:
    """One kind of case.

    ``key`` is stored in ``Case.kind``. ``url_name`` names the kind's list page. ``write_url`` names the page with the form that edits a
    draft (takes ``pk``). ``start_url`` names the page that begins a new case; where ``start_from`` is set, the page of another case
    of a kind that ``grows`` (something thought of, that may become more) offers it under that label, with ``?from=<id>``.
    ``follow_url`` names the page where an author without an account follows the case with the code of the receipt; e-mails to such
    authors lead there. ``confirm_url`` names the page (takes ``pk``) where someone named on a case confirms their part in it; notices that
    ask for that lead there. ``keeps_coauthors`` says which co-authors are not removed from a case, and why. ``shows`` names the
    model's fields listed on the case page; ``panels`` follow them. ``keeps`` names the model's keys to documents that nobody withdraws once
    the case is submitted, ``keeps_also`` gives the ids of others. ``handed_out`` judges whether a document is given to a person who is
    among its readers, for what it says of other cases. Whoever takes a case out gets its own columns but those that ``technical`` names.
    ``holds`` judges, of a case of the kind and one tied to it, whether the other may be opened up; ``frees`` says why it
    may, once that has been decided. ``urged_from`` tells of which cases beginning one is the author's natural next step, offered with the
    moves; with ``once_from`` it is not offered where a case has led to one. ``logs_access`` keeps, in a log that
    nobody changes, who opened a submitted case of the kind and what of it. ``from_outside`` lets also who is no employee begin one from
    another case. ``said_in`` and ``said_by`` give what people have written beside the case, such as comments, in one case and by one
    person, as rows for a file. ``keeps_rows`` gives what a case keeps in tables of its own, by the name of their file, for who takes it
    out; ``keeps_inside`` what of that is written inside the case, for those alone who read there.
    Submitted cases of a kind that is ``compared`` are offered to whoever writes something like them, where ``offered`` is given only those
    among it; ``join`` is what the writer can do with one, such as supporting it. ``stories`` gives addresses where cases of the kind are
    told of in public; ``published`` what everyone may read of its cases that is like a text, but for those that the person sees as cases.
    ``shared`` gives what is told of cases that are not told of openly; ``came_of``, of those with these numbers, in words what everyone
    may be told that came of them.
    ``office`` names those who handle cases of the kind, where they are not the case's unit, which may not even see it; ``closed_office``
    those who handle one while it is closed; ``closed_why`` says to those who see one why it is.
    ``tells`` names, by move, the column that an e-mail about it says besides the reason, such as the conditions of a yes.
    ``verbs`` says in plain words what the kind's own events are that no move made: "Score given".
    """

    key: str
    flow: "type[Flow]"
    name: str | Promise
    plural: str | Promise
    icon: str = ""
    office: str | Promise = ""
    closed_office: str | Promise = ""
    closed_why: "Callable[[Any], str | Promise]" = lambda case: ""
    url_name: str = ""
    write_url: str = ""
    start_url: str = ""
    start_from: str | Promise = ""
    grows: bool = False
    follow_url: str = ""
    confirm_url: str = ""
    shows: tuple[str, ...] = ()
    panels: tuple[Panel, ...] = ()
    keeps: tuple[str, ...] = ()
    keeps_also: "Callable[[Any], Iterable[int]]" = lambda case: ()
    handed_out: "Callable[[Document, User], Verdict]" = lambda document, person: YES
    technical: tuple[str, ...] = ()
    keeps_coauthors: "Callable[[Case], Mapping[int, Verdict]]" = lambda case: {}
    holds: "Callable[[Any, Case], Verdict] | None" = None
    frees: "Callable[[Any, Case], str | Promise]" = lambda case, other: ""
    urged_from: "Callable[[Any], bool]" = lambda case: False
    once_from: bool = False
    logs_access: bool = False
    from_outside: bool = False
    compared: bool = False
    offered: "Callable[[], QuerySet[Any]] | None" = None
    join: "Join | None" = None
    stories: "Callable[[Collection[int]], Mapping[int, str]]" = lambda pks: {}
    shared: "Callable[[Collection[int]], Mapping[int, Shared]]" = lambda pks: {}
    published: "Callable[[list[Term], str, User], Iterable[Published]]" = lambda terms, text, person: ()
    tells: Mapping[str, str] = field(default_factory=dict)
    came_of: "Callable[[Collection[int]], Mapping[int, str]]" = lambda pks: {}
    verbs: Mapping[str, str | Promise] = field(default_factory=dict)
    said_in: "Callable[[Case], Iterable[dict[str, Any]]]" = lambda case: ()
    keeps_rows: "Callable[[Case], Mapping[str, QuerySet[Any]]]" = lambda case: {}
    keeps_inside: "Callable[[Case], Mapping[str, QuerySet[Any]]]" = lambda case: {}
    said_by: "Callable[[User], Iterable[dict[str, Any]]]" = lambda person: ()

    @property
    def model(self) -> "type[Case]":
        return self.flow.model

    @property
    def never_opens(self) -> bool:
        """Its cases are closed from their first line to their end."""
        return set(self.flow.closed) == set(self.flow.states)

    def state_label(self, state: str) -> str:
        """The state in plain words, from the kind's own list."""
        return str(self.flow.states(state).label)

    def kept_in(self, case: "Case") -> list[int]:
        """The ids of the documents that nobody withdraws from the case."""
        return [*(getattr(case, f"{name}_id") for name in self.keeps), *self.keeps_also(case)]

    def join_for(self, draft: "Case", case: "Case") -> Join | None:
        """What who writes the draft can do with the case, which is of the kind."""
        join = self.join
        return join if join and (not join.drafts or draft.kind in join.drafts) and join.takes(case) else None

    @property
    def own_fields(self) -> list[str]:
        """Names of the kind's own columns that say something to a reader."""
        columns = self.model._meta.local_fields
        shown = (column for column in columns if not column.primary_key and not column.generated)
        return [column.name for column in shown if column.name not in self.technical]

    @property
    def handlers(self) -> "Who":
        """Those who handle the case; never who wrote it or has a conflict of interest (FL 2017:900 16–18 §§)."""
        return self.model.handled_by & IMPARTIAL

    @property
    def insiders(self) -> "Who":
        """Those who read and write inside the case: its handlers, and those they have asked for advice."""
        advisers = self.model.advised_by
        return self.handlers | (advisers & IMPARTIAL) if advisers else self.handlers


_kinds: dict[str, Kind] = {}
_additions: "dict[str, Addition]" = {}


@dataclass(frozen=True)
class Addition:
    """What an app adds to cases of every kind, its own and others': a ``panel`` of each kind's page, and ``verbs`` as those of a Kind."""

    panel: Callable[[Kind], Panel]
    verbs: Mapping[str, str | Promise] = field(default_factory=dict)


def add_everywhere(key: str, addition: Addition) -> None:
    """Make an addition known; ``key`` is the app's own name for it."""
    _additions[key] = addition


def panels_of(kind: Kind) -> Iterator[Panel]:
    """The panels of the kind's page: its own, then those that other apps add."""
    yield from kind.panels
    yield from (addition.panel(kind) for addition in _additions.values())


def verb_of(kind: Kind, name: str) -> str | Promise:
    """What an event says that no move made, in the words of the kind or of an app that adds to every kind; empty if neither knows it."""
    for verbs in (kind.verbs, *(addition.verbs for addition in _additions.values())):
        if name in verbs:
            return verbs[name]
    return ""


def register(kind: Kind) -> Kind:
    """Make a kind known. Raises ValueError if the key is taken by another model."""
    known = _kinds.get(kind.key)
    if known is not None and known.model is not kind.model:
        raise ValueError(f"The case kind {kind.key!r} is registered twice.")
    _kinds[kind.key] = kind
    return kind


def all_kinds() -> Iterable[Kind]:
    return _kinds.values()


def by_key(key: str) -> Kind:
    """The kind with the key; KeyError if no installed app has it."""
    return _kinds[key]


def of_model(model: "type[Case]") -> Kind:
    """The kind of a model; LookupError if the model is not registered."""
    for kind in _kinds.values():
        if kind.model is model:
            return kind
    raise LookupError(f"{model.__name__} is not a registered case kind.")


def what_came_of(cases: Iterable[Any]) -> list[str]:
    """In the order of the cases, what everyone may be told that came of them. As many queries as there are kinds among them that tell."""
    rows = [(case.pk, case.kind) for case in cases]
    told: dict[int, str] = {}
    for key in dict.fromkeys(kind for _pk, kind in rows):
        told |= by_key(key).came_of([pk for pk, kind in rows if kind == key])
    return [told[pk] for pk, _kind in rows if pk in told]


def whos_awaited() -> Iterable["Who"]:
    """Every Who that a case can wait for, once each."""
    flows = [kind.flow for kind in _kinds.values()]
    found = {who.key: who for flow in flows for who in (*flow.awaits.values(), *flow.awaits_too)}
    return found.values()
