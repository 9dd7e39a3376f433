"""Lists of cases: the inbox, one's own, and all that a person may see."""

from typing import TYPE_CHECKING, Any, cast

from django.core.paginator import Page, Paginator
from django.db.models import F, QuerySet
from django.utils.functional import cached_property
from django_tables2.rows import BoundRows

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
    return len(ids), listed(ids[:most])


@worded_for_anyone()
def _urgent_ids(person: User) -> QuerySet[Any]:
    return Case.objects.awaiting(person).order_by("due_at", "pk").values_list("pk", flat=True)[:COUNTED]


def listed(ids: list[int]) -> "list[Case]":
    """The cases with those ids, in that order, as ``for_list`` reads them (one query). Whoever asks may see them."""
    cases = {case.pk: case for case in _listed(ids)}
    return [cases[pk] for pk in ids if pk in cases]


@worded_once("ids")
def _listed(ids: list[int]) -> QuerySet[Case]:
    return for_list(Case.objects.filter(pk__among=ids))


@worded_for_anyone()
def first_waiting(person: User, most: int) -> "CaseQuerySet[Case]":
    """The ``most`` urgent of ``waiting_for``, as a list (one query)."""
    return waiting_for(person)[:most]


@worded_for_anyone()
def first_written(person: User, most: int) -> "CaseQuerySet[Case]":
    """The first of ``written_by``, as a list (one query)."""
    return written_by(person)[:most]


@worded_for_anyone()
def first_drafts(person: User, most: int) -> "CaseQuerySet[Case]":
    """The ``most`` latest drafts that the person owns or writes with someone, as a list (one query)."""
    return written_by(person).filter(opened_at=None)[:most]


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
        return len(rows.values_list("pk")[: self.most + 1])  # count() takes twice as long to build

    @cached_property
    def count(self) -> int:
        return min(self._found, self.most)

    @property
    def capped(self) -> bool:
        return self._found > self.most


class CasePaginator(CappedPaginator):
    """Of the rows of a table of cases. What is counted are ids, and a page is read by them: who may see what is asked once, not twice."""

    @cached_property
    def _ids(self) -> list[int]:
        rows: Any = self.object_list
        return list(rows.data.data.values_list("pk", flat=True)[: self.most + 1])  # django-tables2 wraps its rows twice

    @cached_property
    def _found(self) -> int:
        return len(self._ids)

    def page(self, number: Any) -> Page[Any]:
        number, rows = self.validate_number(number), cast("Any", self.object_list)
        last = min(number * self.per_page, self.count)
        cases = listed(self._ids[(number - 1) * self.per_page : last])
        return Page(BoundRows(cases, table=rows.table), number, self)
