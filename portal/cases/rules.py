"""Guards that every kind can use."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.conf import settings
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from portal.accounts.models import User
from portal.cases.kinds import Kind, panels_of
from portal.cases.models import Case, CaseLink, Considerations, Document
from portal.cases.states import Answer, Audience, Relation
from portal.cases.verdicts import YES, Reason, Verdict, no
from portal.cases.who import (
    AUTHOR,
    EMPLOYEE,
    OPEN,
    OWNER,
    REGISTRAR,
    RESTRICTED,
    UNRESTRICTED,
    Who,
    impartial,
)
from portal.organisation.states import Role

MOST_DOCUMENTS = 100
KEEPER = REGISTRAR & ~AUTHOR
"""The registrar at the case's authority: keeps the diary, marks secrecy and hands out documents. Not of a case they wrote."""
REVIEWER = impartial(Role.RIGHTS_REVIEWER)
IF_CLOSED = {RESTRICTED.key: True, UNRESTRICTED.key: False, OPEN.key: False}
"""What the case's openness would answer if it were closed."""


def in_writing(case: Case) -> Verdict:
    """The author's text may be changed: the case is a draft, or waits for its author to complete it."""
    flow = case.kind_info.flow
    if case.state == flow.start or flow.awaits.get(case.state) in (AUTHOR, OWNER):
        return YES
    return no(_("The case has been handed in, so its text can no longer be changed. Write a message instead."))


def may_remove(case: Case, coauthor: User) -> Verdict:
    """May the co-author be removed from the case?"""
    return case.kind_info.keeps_coauthors(case).get(coauthor.pk, YES)


def openness_free(case: Case) -> Verdict:
    """How far the case is open is anyone's to change: it has been handed in, and its state does not settle the matter."""
    if case.opened_at is None:
        return no(_("A draft is open to nobody but those who write it."))
    if case.state in case.kind_info.flow.closed:
        return no(_("The case is closed as long as it is where it is. Only a decision in the case can open it."))
    return YES


def has_room(case: Case) -> Verdict:
    """It holds fewer documents than it can; those withdrawn count (one query)."""
    if Document.objects.filter(case=case.pk).count() < MOST_DOCUMENTS:
        return YES
    return no(_("The case holds as many documents as it can. Write a message instead."))


def openable(case: Case) -> Verdict:
    """It can be opened to all employees, and so told of by name in the public diary, where it stands now."""
    if case.state not in case.kind_info.flow.unopened:
        return YES
    return no(_("It is not opened to all as long as it is being weighed."), field="confidentiality")


def complete(case: Case) -> Verdict:
    """Every field that the kind asks for has something in it; the reasons link to what is empty."""
    empty = [name for name in type(case).asks if case.value_of(name) in (None, "", [])]
    label = {name: capfirst(str(case._meta.get_field(name).verbose_name)) for name in empty}  # type: ignore[union-attr]
    return Verdict(tuple(Reason(_("“%(field)s” is missing.") % {"field": label[name]}, name) for name in empty))


def has_reviewer(case: Case, who: Who = REVIEWER) -> Verdict:
    """A case that only rights reviewers handle must not be sent to nobody: one of them has no part in it (at most three queries)."""
    if is_manned(case, who):
        return YES
    contact = settings.CONTACT
    return no(
        _(
            "No rights reviewer can take it for %(unit)s: none is appointed, or all have a part in it. Call %(name)s, %(phone)s, before "
            "you tell anyone of the idea."
        )
        % {"unit": case.unit, **contact}
    )


def is_manned(case: Case, who: Who) -> bool:
    """There is somebody active among them."""
    people = who.people(case)
    return User.objects.filter(people).exists()


def not_held(case: Case) -> Verdict:
    """No case that this one is tied to holds it closed. One query, and one for each tied case of a kind that may."""
    return Verdict.all_of(holder.kind_info.holds(holder, case) for holder in case.tied_holders)


def freed_by(case: Case) -> list[str]:
    """Why it may be opened, in the words of the cases that could have held it closed. Empty if one still does, or none has said so."""
    if not not_held(case):
        return []
    return [text for holder in case.tied_holders if (text := str(holder.kind_info.frees(holder, case)))]


def freed(case: Case) -> Verdict:
    return YES if freed_by(case) else no(_("No rights decision says that it may be opened."))


def not_freed(case: Case) -> Verdict:
    """Nothing is said of why it is opened that a decision in another case says otherwise."""
    return no(_("A rights decision says that it may be opened. Open it with that.")) if freed_by(case) else YES


def considered(case: Case) -> Verdict:
    """Sustainability, accessibility, ethics and integrity are considered (§6.2; one query, unless they were read with the case)."""
    found: Considerations | None = getattr(case, "considerations", None)
    if found is None:
        return no(_("The considerations have not been answered."), field="considerations")
    return Verdict.all_of(_topic(found, topic) for topic in Considerations.TOPICS)


def _topic(found: Considerations, topic: str) -> Verdict:
    label = capfirst(str(Considerations._meta.get_field(topic).verbose_name))  # type: ignore[union-attr]
    answer = getattr(found, topic)
    if answer in (Answer.UNANSWERED, Answer.MORE_NEEDED):
        return no(_("“%(topic)s” must be considered and answered.") % {"topic": label}, field="considerations")
    if not getattr(found, f"{topic}_text"):
        return no(_("“%(topic)s” needs a sentence that says how.") % {"topic": label}, field="considerations")
    return YES


def whos_of_page(kind: Kind) -> Iterator[Who]:
    """Every Who that a page of the kind's cases asks for, so that one query answers all."""
    yield from (OWNER, AUTHOR, EMPLOYEE, KEEPER, kind.insiders, kind.handlers, *kind.insiders.atoms())
    yield from (move.by for move in kind.flow.moves.values())
    yield from (panel.shown_to for panel in panels_of(kind))


@dataclass(frozen=True)
class Part:
    """What one person, who sees the case, may do in it besides moving it. Made from the Whos they belong to.

    ``keeper`` is who would be an insider if the case were closed, whether it is or not.
    """

    case: Case
    owner: bool
    author: bool
    insider: bool
    keeper: bool
    handler: bool
    registrar: bool
    employee: bool

    @classmethod
    def of(cls, case: Case, held: Mapping[str, bool]) -> "Part":
        kind = case.kind_info
        inside = {"insider": kind.insiders, "handler": kind.handlers}
        whos = {"owner": OWNER, "author": AUTHOR, **inside, "registrar": KEEPER, "employee": EMPLOYEE}
        keeper = kind.insiders.follows({**held, **IF_CLOSED})
        return cls(case, keeper=keeper, **{name: held[who.key] for name, who in whos.items()})

    @property
    def writes(self) -> bool:
        """Owner and co-authors write the text, as long as it is theirs to write; only the owner hands it in."""
        return self.author and bool(in_writing(self.case))

    @property
    def discards(self) -> bool:
        return self.owner and self.case.opened_at is None

    @property
    def reads_internal(self) -> bool:
        """Internal events and notes (minnesanteckningar, TF 2:12)."""
        return self.insider

    @property
    def kept(self) -> list[Audience]:
        """What was written inside while the case was closed stays with those who could read it then, also when the case is opened."""
        return [Audience.CLOSED] if self.keeper else []

    @property
    def talks(self) -> bool:
        """Writes messages: they are between the author and those who handle the case, once it is submitted."""
        return self.case.opened_at is not None and (self.author or self.insider)

    @property
    def messages_to(self) -> list[Audience]:
        """Whose messages the person reads. Internal notes are not handed out (TF 2:12); the rest are official documents."""
        if self.insider:
            return [Audience.INTERNAL, *self.kept, Audience.AUTHOR]
        return [*self.kept, *([Audience.AUTHOR] if self.author or self.registrar else [])]

    @property
    def audiences(self) -> list[Audience]:
        """Whose documents the person reads. The registrar reads all, to hand out what is public (TF 2:15–16, OSL 6:1–3)."""
        if self.insider or self.registrar:
            return [Audience.INTERNAL, *self.kept, Audience.AUTHOR, Audience.EVERYONE]
        return [*self.kept, *([Audience.AUTHOR] if self.author else []), Audience.EVERYONE]

    @property
    def adds_documents(self) -> bool:
        return self.insider or self.author

    def withdraws(self, document: Document, person: User) -> bool:
        """Who handles the case, who owns it, or who added the document and still has a part in the case."""
        added = document.added_by_id == person.pk and (self.author or self.insider)
        return self.handler or self.owner or added

    @property
    def considers(self) -> bool:
        return (self.insider or self.author) and self.case.closed_at is None

    @property
    def names_coauthors(self) -> bool:
        """Employees only: the answer tells who has an account here, which is nothing for outsiders to ask."""
        return self.owner and self.employee and self.case.closed_at is None

    @property
    def assigns(self) -> bool:
        return self.handler and self.case.opened_at is not None and self.case.closed_at is None

    @property
    def sets_openness(self) -> bool:
        return (self.handler or self.registrar) and bool(openness_free(self.case))

    @property
    def ties(self) -> bool:
        return self.handler and self.case.opened_at is not None

    def unties(self, link: CaseLink, person: User) -> bool:
        """Those who tie cases undo a tie, and who has tied their own draft to something. A joined case is parted by a move."""
        own = self.author and self.case.opened_at is None and link.made_by_id == person.pk
        return link.relation != Relation.JOINED and (self.ties or own)

    @property
    def exports(self) -> bool:
        return (self.handler or self.registrar) and self.case.opened_at is not None
