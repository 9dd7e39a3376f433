"""Lists of cases: the inbox, one's own, and all that a person may see."""

from typing import TYPE_CHECKING, Any

from django.core.paginator import Paginator
from django.db.models import F, QuerySet
from django.utils.functional import cached_property

from portal.accounts.models import User
from portal.cases.models import Case
from portal.cases.who import AUTHOR
from portal.organisation.asking import worded_for_anyone
from portal.wording import worded_once

if TYPE_CHECKING:
    from portal.cases.models import CaseQuerySet

SHOWN = (
    "kind", "reference", "title", "state", "confidentiality", "provision", "awaits", "opened_at", "closed_at", "due_at", "changed_at",
    "unit__code", "unit__name", "unit__name_en", "holder__name", "holder__username",
)  # fmt: skip
COUNTED = 100
"""A page says "99+" beyond this, so that the count stays cheap."""


def for_list(cases: "CaseQuerySet[Case]") -> "CaseQuerySet[Case]":
    """Only the columns that a list shows: the text of a case is long, and its search vector longer."""
    return cases.select_related("unit", "holder").only(*SHOWN)


def waiting_for(person: User) -> "CaseQuerySet[Case]":
    """The inbox: open cases whose next step is the person's, the most urgent first. One query."""
    return for_list(Case.objects.awaiting(person)).order_by("due_at", "pk")


def urgent_for(person: User, most: int) -> "tuple[int, list[Case]]":
    """How many cases wait for the person, at most ``COUNTED``, and the ``most`` urgent of them. Two queries, of which one is small."""
    ids = _urgent_ids(person)
    return len(ids), _urgent(ids[:most])


@worded_for_anyone()
def _urgent_ids(person: User) -> QuerySet[Any]:
    return Case.objects.awaiting(person).order_by("due_at", "pk").values_list("pk", flat=True)[:COUNTED]


@worded_once("ids")
def _urgent(ids: list[int]) -> QuerySet[Case]:
    return for_list(Case.objects.filter(pk__among=ids)).order_by("due_at", "pk")


@worded_for_anyone()
def first_waiting(person: User, most: int) -> "CaseQuerySet[Case]":
    """The ``most`` urgent of ``waiting_for``, as a list (one query)."""
    return waiting_for(person)[:most]


@worded_for_anyone()
def first_written(person: User, most: int) -> "CaseQuerySet[Case]":
    """The first of ``written_by``, as a list (one query)."""
    return written_by(person)[:most]


def drafts_of(person: User) -> "CaseQuerySet[Case]":
    """Drafts that the person owns or writes with someone, the latest first."""
    return written_by(person).filter(opened_at=None)


def written_by(person: User) -> "CaseQuerySet[Case]":
    """What the person owns or writes with someone: drafts first, then what has been submitted, the latest first."""
    written = for_list(Case.objects.visible_to(person).filter(AUTHOR(person)))
    return written.order_by(F("opened_at").desc(nulls_first=True), "-changed_at", "-pk")


def authored_by(person: User) -> "CaseQuerySet[Case]":
    """Submitted cases that the person owns or has written with someone, the latest first."""
    return written_by(person).filter(opened_at__isnull=False)


class CappedPaginator(Paginator[Any]):
    """Counts no further than ``most``: counting 100 000 rows costs more than showing fifty of them, and nobody reads page 40.

    ``capped`` is true when there are more.
    """

    most = 1000

    @cached_property
    def _found(self) -> int:
        rows: Any = self.object_list
        cases = rows.data.data if hasattr(rows, "data") else rows  # django-tables2 wraps its rows twice
        return len(cases.values_list("pk")[: self.most + 1])  # count() takes twice as long to build

    @cached_property
    def count(self) -> int:
        return min(self._found, self.most)

    @property
    def capped(self) -> bool:
        return self._found > self.most
