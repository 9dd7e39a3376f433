"""What has been done to a testbed, by whom: read from what the triggers kept (pghistory)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Model
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from portal.accounts.models import User
from portal.organisation.models import Unit
from testbeds.models import OpeningException, OpeningHours, Testbed, TestbedPicture

MOST = 30
"""Of each sort."""
NOT_TOLD = {"version", "pgh_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "pgh_context_id"}


@dataclass(frozen=True)
class Change:
    """``lines`` say what; ``by`` is empty where it was not done from a page."""

    at: datetime
    by: str
    lines: list[str]


def changes_of(testbed: Testbed) -> list[Change]:
    """The latest first, what was done at once together; ``MOST`` at the most. Five queries, six with units."""
    found = sorted(_all(testbed), key=lambda row: row[0].pgh_created_at, reverse=True)
    together: dict[Any, list[tuple[Any, list[str]]]] = {}
    for row, lines in found:
        together.setdefault(row.pgh_context_id or row.pgh_created_at, []).append((row, lines))
    groups = list(together.values())[:MOST]
    people = _names(groups)
    return [
        Change(
            rows[0][0].pgh_created_at,
            people.get(_person(rows[0][0]), ""),
            [line for _row, lines in rows for line in lines],
        )
        for rows in groups
    ]


def _all(testbed: Testbed) -> Iterator[tuple[Any, list[str]]]:
    yield from _of_testbed(testbed)
    for model, said in SAID.items():
        yield from ((row, [said[row.pgh_label] % {"what": WHAT[model](row)}]) for row in _rows(model, testbed))


def _rows(model: type[Model], testbed: Testbed) -> list[Any]:
    kept: Any = model.changes.rel.related_model  # type: ignore[attr-defined]  # by pghistory
    rows = kept.objects.filter(**{"pgh_obj" if model is Testbed else "testbed": testbed.pk})
    return list(rows.select_related("pgh_context").order_by("-pgh_id")[: MOST + 1])


def _of_testbed(testbed: Testbed) -> Iterator[tuple[Any, list[str]]]:
    rows = _rows(Testbed, testbed)
    units = {unit.pk: str(unit) for unit in Unit.objects.filter(pk__in={row.unit_id for row in rows})}
    for row, before in zip(rows, [*rows[1:], None], strict=True):
        if before is None:
            if row.pgh_label == "created":
                yield row, [_("Set up")]
            continue
        if lines := list(_told(row, before, units)):
            yield row, lines


def _told(row: Any, before: Any, units: dict[int, str]) -> Iterator[str]:
    for column in Testbed._meta.concrete_fields:
        was, now = getattr(before, column.attname), getattr(row, column.attname)
        if column.attname in NOT_TOLD or was == now:
            continue
        if column.name in DONE:
            yield DONE[column.name][now is not None]()
            continue
        values = {"label": column.verbose_name, "was": _said(was, column, units), "now": _said(now, column, units)}
        yield _("%(label)s: “%(was)s” became “%(now)s”") % values


def _said(value: Any, column: Any, units: dict[int, str]) -> str:
    if column.name == "unit":
        return units.get(value, "")
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    return "–" if value in (None, "") else str(value)


def _person(row: Any) -> int | None:
    return (row.pgh_context.metadata or {}).get("user") if row.pgh_context else None


def _names(groups: list[list[tuple[Any, list[str]]]]) -> dict[int | None, str]:
    asked = {person for rows in groups if (person := _person(rows[0][0])) is not None}
    return {person.pk: str(person) for person in User.objects.filter(pk__in=asked)}


DONE = {
    "published_at": (lambda: _("Taken out of the catalogue"), lambda: _("Published")),
    "closed_at": (lambda: _("Opened again"), lambda: _("Closed")),
}
SAID: dict[type[Model], dict[str, Any]] = {
    OpeningHours: {"created": "+ %(what)s", "changed": "%(what)s", "deleted": "– %(what)s"},
    OpeningException: {"created": "+ %(what)s", "changed": "%(what)s", "deleted": "– %(what)s"},
    TestbedPicture: {"created": "+ %(what)s", "changed": "%(what)s", "deleted": "– %(what)s"},
}


def _hours(row: Any) -> str:
    return f"{row.get_weekday_display()} {row.opens:%H:%M}–{row.closes:%H:%M}"


def _exception(row: Any) -> str:
    return (
        f"{row.day}: {row.opens:%H:%M}–{row.closes:%H:%M}"
        if row.opens
        else f"{row.day}: {pgettext('opening hours', 'closed')}"
    )


def _picture(row: Any) -> str:
    return f"{_('Picture')}: {row.alt}"


WHAT: dict[type[Model], Any] = {OpeningHours: _hours, OpeningException: _exception, TestbedPicture: _picture}
