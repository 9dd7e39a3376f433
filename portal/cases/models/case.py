"""The case (ärende): what every kind shares."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property, lru_cache, wraps
from threading import get_ident
from typing import TYPE_CHECKING, Any, Self, TypeVar, cast

import pghistory
from django.apps import apps
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.db import connections, models
from django.db.models import Case as SqlCase
from django.db.models import Q, QuerySet, Value, When
from django.db.models.functions import Lower
from django.db.models.sql import Query
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from guardian.models import UserObjectPermissionBase

from portal.accounts.models import User
from portal.cases import kinds, personal
from portal.cases.kept import keep_condition
from portal.cases.models.written import Written
from portal.cases.settling import settled
from portal.cases.sorting import swedish
from portal.cases.states import Audience, Beneficiary, Confidentiality, Perspective, Provision
from portal.cases.who import ALL, NONE, Who, both, either
from portal.organisation.models import Unit
from portal.organisation.standing import Standing, standing_of
from portal.wording import worded_once

if TYPE_CHECKING:
    from portal.cases.models.event import Event
    from portal.cases.models.link import CaseLink

SWEDISH = Value("swedish", output_field=models.TextField())
TOLD_OPENLY = Q(opened_at__isnull=False, confidentiality=Confidentiality.OPEN, provision="")
AnyCase = TypeVar("AnyCase", bound="Case", covariant=True)
Asked = TypeVar("Asked", bound=Callable[..., "CaseQuerySet[Any]"])


def prepared(asked: Asked) -> Asked:
    """Of all cases, build the answer once for each standing, and copy it. Building takes longer than most of what is then asked of it."""

    @wraps(asked)
    def ask(cases: "CaseQuerySet[Any]", person: User | AnonymousUser) -> "CaseQuerySet[Any]":
        if not cases.is_whole:
            return asked(cases, person)
        question = _Question(asked, cases.model, standing_of(person), timezone.localdate(), get_ident(), person)
        return _answer(question).all()

    return cast("Asked", ask)


class CaseQuerySet(models.QuerySet[AnyCase]):
    """Works on ``Case`` and on every kind: a kind has the case's columns too. ``is_whole`` until anything has been asked of it."""

    def __init__(self, model: Any = None, query: Query | None = None, *args: Any, **kwargs: Any) -> None:
        super().__init__(model, query, *args, **kwargs)
        self.is_whole = query is None

    @prepared
    def visible_to(self, person: User | AnonymousUser) -> Self:
        """The cases the person may see. The one rule behind lists, pages, files, search and the API."""
        return self.filter(self._seen_by(person))

    @prepared
    def visible_among(self, person: User | AnonymousUser) -> Self:
        """As ``visible_to``, for who finds few rows by something else, such as words: each is judged by itself, where PostgreSQL would
        gather the index entries of all that the person may see, to throw most of them away.
        """
        seen = SqlCase(When(self._seen_by(person), then=Value(True)), default=Value(False))
        return self.alias(seen=seen).filter(seen=True)

    def told_openly(self) -> Self:
        """Cases that everyone may be told of by name: handed in, open to all employees and without a secrecy mark (OSL 2009:400)."""
        return self.filter(TOLD_OPENLY)

    @prepared
    def read_inside_by(self, person: User | AnonymousUser) -> Self:
        """The cases whose inside (internal notes, other people's assessments) the person may read; never one's own."""
        return self.filter(self._by_kind(person, lambda kind: kind.insiders & kind.model.seen_by))

    @prepared
    def awaiting(self, person: User | AnonymousUser) -> Self:
        """Open cases whose next step is the person's: where it belongs to a role, those where nobody holds it nearer.

        Only an open case waits for anyone (``case_waits_while_open``), so being open is not asked for besides: PostgreSQL would take the
        two for independent, expect a tenth of the rows, and read and sort them all rather than walk ``case_waiting`` from its start.
        """
        chances = NONE
        for who in kinds.whos_awaited():
            chances = either(chances, both(Q(awaits=who.key), who.awaited(person)))
        return self.visible_to(person).filter(chances)

    def lock(self, pk: int) -> AnyCase:
        """The case's row as it is now, held until the transaction ends. Take it before anything of the case is judged or written."""
        return self.select_for_update(of=("self",), no_key=True).get(pk=pk)

    def hold(self, *pks: int) -> None:
        """As ``lock``, for who reads the cases afterwards: reading them here too would be a fifth of what a move costs."""
        with connections[self.db].cursor() as cursor:
            cursor.execute("SELECT FROM cases_case WHERE id = ANY (%s) ORDER BY id FOR NO KEY UPDATE", [list(pks)])

    def open(self) -> Self:
        return self.filter(opened_at__isnull=False, closed_at__isnull=True)

    def _seen_by(self, person: User | AnonymousUser) -> Q:
        return self._by_kind(person, lambda kind: kind.model.seen_by)

    def _by_kind(self, person: User | AnonymousUser, rule: Callable[["kinds.Kind"], Who]) -> Q:
        if self.model is not Case:
            return rule(kinds.of_model(self.model))(person)
        chances = NONE
        for kind in kinds.all_kinds():
            chances = either(chances, both(Q(kind=kind.key), rule(kind)(person)))
        return chances


@dataclass(frozen=True)
class _Question:
    """What a person of that standing is asked of a kind on that day. Each thread has its own: Django writes in a query while it runs."""

    asked: Callable[["CaseQuerySet[Any]", User | AnonymousUser], "CaseQuerySet[Any]"]
    model: type["Case"]
    standing: Standing
    today: date
    thread: int
    person: User | AnonymousUser = field(compare=False)


@lru_cache(maxsize=64)
def _answer(question: _Question) -> "CaseQuerySet[Any]":
    """Of 50 kB each."""
    cases: CaseQuerySet[Any] = CaseQuerySet(question.model).all()
    answer = question.asked(cases, question.person)
    keep_condition(answer.query)
    return answer


class Case(Written):
    """One matter, from its first draft to its end. Kinds extend it (``Idea(Case)``), so one diary, inbox and search serve them all.

    ``state`` is written by :mod:`portal.cases.flow` alone. ``awaits`` holds the key of the Who whose move is next. ``opened_at`` is
    when the case was first submitted, UTC; a draft has none and is no official document (TF 2:12). ``handled_by`` are those who
    handle a case of the kind; ``advised_by`` those they ask, who read and write inside it and change nothing else. ``read_with`` are
    the relations that every page and every move of a case reads.
    """

    seen_by: Who
    handled_by: Who
    advised_by: Who | None = None
    asks: tuple[str, ...] = ("title",)
    searches: tuple[str, ...] = ()
    read_with: tuple[str, ...] = ("unit", "owner", "holder")
    most_shown = 200

    kind = models.CharField(_("kind"), max_length=20, editable=False)
    reference = models.CharField(_("diary number"), max_length=24, null=True, editable=False)
    title = models.CharField(_("title"), max_length=200, blank=True)
    summary = models.TextField(_("summary"), blank=True, max_length=2000)
    body = models.TextField(editable=False, default="", db_default="")
    state = models.CharField(_("state"), max_length=20, editable=False)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("author"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="owned_cases",
    )
    unit = models.ForeignKey(Unit, verbose_name=_("unit"), on_delete=models.PROTECT, related_name="cases")
    holder = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("handled by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="held_cases",
    )
    awaits = models.CharField(max_length=120, editable=False, default="", db_default="")
    created_at = models.DateTimeField(_("begun"), auto_now_add=True)
    changed_at = models.DateTimeField(_("changed"), auto_now=True)
    opened_at = models.DateTimeField(_("submitted"), null=True, editable=False)
    closed_at = models.DateTimeField(_("closed"), null=True, editable=False)
    due_at = models.DateTimeField(_("due"), null=True, editable=False)
    perspectives = ArrayField(
        models.CharField(max_length=12, choices=Perspective.choices),
        verbose_name=_("perspectives"),
        default=list,
        blank=True,
    )
    beneficiaries = ArrayField(
        models.CharField(max_length=12, choices=Beneficiary.choices),
        verbose_name=_("who benefits"),
        default=list,
        blank=True,
    )
    confidentiality = models.CharField(
        _("openness"),
        max_length=12,
        choices=Confidentiality.choices,
        default=Confidentiality.OPEN,
        db_default=Confidentiality.OPEN,
    )
    provision = models.CharField(
        _("secrecy mark"), max_length=8, choices=Provision.choices, blank=True, default="", db_default=""
    )
    published_at = models.DateTimeField(_("published"), null=True, editable=False)
    source_key = models.CharField(max_length=120, null=True, editable=False)
    text = models.GeneratedField(
        expression=SearchVector("title", weight="A", config=SWEDISH)
        + SearchVector("summary", "body", weight="B", config=SWEDISH),
        output_field=SearchVectorField(),
        db_persist=True,
    )

    objects = models.Manager.from_queryset(CaseQuerySet["Case"])()

    class Meta:
        verbose_name = _("case")
        verbose_name_plural = _("cases")
        default_permissions = ("view",)
        permissions = (
            ("coauthor_case", "Writes the case together with its owner"),
            ("assess_case", "Is named to assess the case"),
            ("review_case", "Is named to review the case"),
            ("consult_case", "Is asked as a specialist"),
            ("contact_case", "Is a contact from outside"),
            ("recuse_case", "Has declared a conflict of interest"),
        )
        constraints = (
            models.UniqueConstraint(fields=["reference"], name="case_reference_unique"),
            models.UniqueConstraint(fields=["kind", "source_key"], name="case_source_key_unique"),
            models.CheckConstraint(
                condition=Q(opened_at__isnull=True, reference__isnull=True)
                | Q(opened_at__isnull=False, reference__isnull=False),
                name="case_number_when_opened",
            ),
            models.CheckConstraint(
                condition=Q(opened_at__isnull=True)
                | Q(closed_at__isnull=False)
                | (Q(due_at__isnull=False) & ~Q(awaits="")),
                name="case_open_has_next_step_and_date",
                violation_error_message=_("An open case must have a next step and a date."),
            ),
            models.CheckConstraint(
                condition=Q(awaits="") | Q(opened_at__isnull=False, closed_at__isnull=True),
                name="case_waits_while_open",
            ),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True) | Q(opened_at__isnull=False), name="case_closed_after_opened"
            ),
        )
        indexes = (
            GinIndex(fields=["text"], name="case_text"),
            GinIndex(OpClass(Lower("title"), "gin_trgm_ops"), name="case_title_trigram"),
            models.Index(fields=["awaits", "unit", "due_at"], condition=~Q(awaits=""), name="case_inbox"),
            models.Index(fields=["due_at", "id"], condition=~Q(awaits=""), name="case_waiting"),
            models.Index(fields=["kind", "state", "-opened_at"], name="case_kind_state"),
            models.Index(fields=["-opened_at", "-id"], name="case_newest"),
            models.Index(fields=["owner", "-changed_at"], name="case_owner"),
            models.Index(fields=["unit", "-opened_at"], name="case_unit"),
            models.Index(fields=["due_at", "id"], name="case_due"),
            models.Index(swedish("title"), "id", name="case_title_swedish"),
        )

    def __str__(self) -> str:
        return self.title or str(_("Untitled draft"))

    def get_absolute_url(self) -> str:
        return _address(self.key)

    @property
    def key(self) -> str:
        """What stands in the address: the diary number with a hyphen for the space, or the id while the case is a draft."""
        return self.reference.replace(" ", "-") if self.reference else str(self.pk)

    def written_for(self) -> str:
        """The organisation that the author writes for, as the public diary names it (OSL 5:2); empty for who writes for themselves. A kind
        that asks for it says it.
        """
        return ""

    def audience_for(self, chosen: Audience) -> Audience:
        """Who reads what is written now: inside a closed case only those who are inside one, whatever becomes of the case."""
        closed = chosen == Audience.INTERNAL and self.confidentiality == Confidentiality.RESTRICTED
        return Audience.CLOSED if closed else chosen

    @property
    def is_draft(self) -> bool:
        return self.opened_at is None

    @property
    def is_told_openly(self) -> bool:
        """``told_openly``, of the case in hand. No query."""
        return settled(TOLD_OPENLY, self) is ALL

    @property
    def is_private(self) -> bool:
        """Written by no employee, so what it is called may name someone. No query where the owner was read."""
        return self.owner is None or not self.owner.is_employee

    @property
    def public_title(self) -> str:
        """What everyone reads of its title once it is told openly: nothing of a private person’s, which gives way to the kind."""
        return str(self.kind_info.name) if self.is_private else personal.mask(str(self))

    @property
    def is_late(self) -> bool:
        """Its date has passed and nobody has made the next step. Derived: time decides it, not a move."""
        return self.closed_at is None and self.due_at is not None and self.due_at < timezone.now()

    @property
    def tone(self) -> str:
        """The colour of the state: calm while the case goes on, green at a good end, grey in a draft and at the other ends."""
        if self.opened_at is not None and self.closed_at is None:
            return "info"
        return "success" if self.state in self.kind_info.flow.good else "neutral"

    @cached_property
    def latest_events(self) -> "list[Event]":
        """As they were when first asked for (one query, then kept)."""
        return _newest_events(self.pk, self.most_shown)

    def newest(self, events: "models.QuerySet[Event]") -> "list[Event]":
        """The newest of the case's events with their people, as many as a page shows."""
        return list(events.select_related("person").order_by("-number")[: self.most_shown])

    @cached_property
    def ties(self) -> "list[CaseLink]":
        """Those in force in both directions, with what is told of the case at each end (one query, then kept)."""
        return _ties(self.pk)

    @cached_property
    def tied_holders(self) -> "list[Any]":
        """The cases that this one is tied to and that may hold it closed, as their own kinds (one query each, then kept)."""
        others = {end.pk: end for tie in self.ties for end in (tie.source, tie.target) if end.pk != self.pk}
        return [other.as_kind() for other in others.values() if other.kind_info.holds is not None]

    @property
    def kind_info(self) -> "kinds.Kind":
        return kinds.by_key(self.kind)

    @property
    def office(self) -> str:
        """Those who handle the case together, where they are not its unit."""
        kind, closed = self.kind_info, self.confidentiality == Confidentiality.RESTRICTED
        return str((closed and kind.closed_office) or kind.office)

    def get_state_display(self) -> str:
        """The state in plain words, from the kind's own list."""
        return self.kind_info.state_label(self.state)

    def as_kind(self) -> "Case":
        """This case as its own kind (one query, none if it is that already)."""
        model = self.kind_info.model
        return self if isinstance(self, model) else model.objects.select_related(*model.read_with).get(pk=self.pk)


@worded_once("case")
def _newest_events(case: int, most: int) -> "QuerySet[Event]":
    events: QuerySet[Event] = apps.get_model("cases", "Event").objects.filter(case=case)
    return events.select_related("person").order_by("-number")[:most]


@worded_once("case")
def _ties(case: int) -> "QuerySet[CaseLink]":
    ties: QuerySet[CaseLink] = apps.get_model("cases", "CaseLink").objects.filter(
        Q(source=case) | Q(target=case), undone_at=None
    )
    told = (f"{end}__{name}" for end in ("source", "target") for name in ("kind", "reference", "title"))
    return ties.select_related("source", "target").only("relation", *told).order_by("pk")


@lru_cache(maxsize=4096)
def _address(key: str) -> str:
    """Kept, because asking Django fifty times is a tenth of a list; the same for everyone, and for as long as the process lives."""
    return reverse("cases:case", args=[key])


class CaseGrant(UserObjectPermissionBase):
    """A permission granted to one person by name on one case. Written by actions only."""

    content_object = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="grants")

    class Meta(UserObjectPermissionBase.Meta):
        verbose_name = _("named person")
        verbose_name_plural = _("named people")


pghistory.track(
    pghistory.InsertEvent("created"),
    pghistory.UpdateEvent("changed"),
    obj_field=pghistory.ObjForeignKey(related_name="changes"),
    exclude=["text", "changed_at", "body"],
    model_name="CaseChange",
)(Case)
