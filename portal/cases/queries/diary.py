"""The diary as people read it: the registrar in full, everyone else with what is secret left out (OSL 2009:400 5:2 second paragraph)."""

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from portal.accounts.models import User
from portal.cases import kinds, personal
from portal.cases.models import Case, DiaryEntry
from portal.cases.queries.finding import reference_in
from portal.cases.rules import KEEPER
from portal.cases.states import Audience, Confidentiality, Direction
from portal.cases.who import NONE

if TYPE_CHECKING:
    from datetime import date

LEFT_OUT = "—"
OPENLY = Q(provision="", case__provision="", case__confidentiality=Confidentiality.OPEN)
"""Lines whose counterpart and subject stand in the public diary."""
READ = (
    "line", "at", "direction", "counterpart", "counterpart_public", "concerns", "provision", "document__audience",
    "case__kind", "case__reference", "case__title", "case__confidentiality", "case__provision", "case__owner__is_employee",
)  # fmt: skip
"""What a line is made of: all columns of the case and its owner would take longer than all else."""
NAMED_OPENLY = OPENLY & Q(case__owner__is_employee=True)
"""Lines whose case has its title there too: those that are not ``is_private``."""


@dataclass(frozen=True)
class Line:
    """One line as its reader may see it. ``full`` is true for the registrar, ``masked`` where something is left out."""

    entry: DiaryEntry
    number: str
    at: datetime
    direction: str
    counterpart: str
    concerns: str
    title: str
    kind: str | Promise
    full: bool
    masked: bool

    @property
    def day(self) -> str:
        return localdate(self.at).isoformat()

    @property
    def url(self) -> str:
        """Of the case's page in the diary."""
        return _address(self.entry.case.key)


@lru_cache(maxsize=4096)
def _address(key: str) -> str:
    """Kept, because asking Django fifty times is a sixth of the page."""
    return reverse("diary:case", args=[key])


def diary_for(person: User | AnonymousUser) -> "QuerySet[DiaryEntry]":
    """All lines, the latest first; ``full`` says whether the person keeps this case's diary. The rows cost one query."""
    return _with_full(DiaryEntry.objects.all(), person).order_by("-at", "-pk")


def diary_of(reference: str, person: User | AnonymousUser) -> "QuerySet[DiaryEntry]":
    """The lines of one case, in their order."""
    return _with_full(DiaryEntry.objects.filter(case__reference=reference), person).order_by("line")


def about(words: str) -> Q:
    """Lines with that number, or whose public title has the words in it. What is left out is not searched either."""
    reference = reference_in(words)
    if reference:
        return Q(case__reference=reference)
    titles = Case.objects.annotate(small=Lower("title")).filter(small__contains=words.lower()).values("pk")
    return NAMED_OPENLY & Q(case_id__in=titles)


def of_kind(key: str) -> Q:
    """Lines of cases of the kind; of a closed case not even that is told."""
    return Q(case__kind=key) & ~Q(case__confidentiality=Confidentiality.RESTRICTED)


def between(first: "date | None", last: "date | None") -> Q:
    """Lines from one Swedish day to another, both included."""
    condition = Q()
    if first:
        condition &= Q(at__date__gte=first)
    if last:
        condition &= Q(at__date__lte=last)
    return condition


def line_of(entry: Any) -> Line:
    """The entry, from one of the lists above, as its reader may see it."""
    case: Case = entry.case
    closed = case.confidentiality == Confidentiality.RESTRICTED
    hidden = bool(entry.provision or case.provision) or case.confidentiality != Confidentiality.OPEN
    masked = hidden and not entry.full
    nothing = masked and closed
    return Line(
        entry=entry,
        number=f"{case.reference}:{entry.line}",
        at=entry.at,
        direction=LEFT_OUT if nothing else str(Direction(entry.direction).label),
        counterpart=entry.counterpart if entry.full else LEFT_OUT if masked else entry.counterpart_public,
        concerns=_concerns(entry, masked),
        title=_title(case, bool(entry.full), masked),
        kind=LEFT_OUT if nothing else kinds.by_key(case.kind).name,
        full=bool(entry.full),
        masked=masked,
    )


def _concerns(entry: Any, masked: bool) -> str:
    if entry.full:
        return str(entry.concerns)
    if masked:
        return LEFT_OUT
    document = entry.document
    unnamed = document is not None and (entry.case.is_private or document.audience != Audience.EVERYONE)
    return _("Document") if unnamed else personal.mask(entry.concerns)


def _title(case: Case, full: bool, masked: bool) -> str:
    if full:
        return str(case)
    return LEFT_OUT if masked else case.public_title


def _with_full(entries: "QuerySet[DiaryEntry]", person: User | AnonymousUser) -> "QuerySet[DiaryEntry]":
    keeps = KEEPER(person)
    kept = Case.objects.none() if keeps == NONE else Case.objects.visible_to(person).filter(keeps)
    return (
        entries.select_related("case__owner", "document")
        .only(*READ)
        .annotate(full=Exists(kept.filter(pk=OuterRef("case_id"))))
    )
