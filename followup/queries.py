"""Counting: every indicator for a year, per part of the organisation, with the cases behind."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from hashlib import sha256
from typing import Any

from django.db import connection, transaction
from django.db.models import OuterRef, QuerySet, Subquery

from portal.cases.models import Event
from portal.indicators.registry import Indicator, all_indicators
from portal.organisation.models import Unit
from portal.organisation.states import UnitKind

OWN_PART = frozenset(
    {UnitKind.REGION, UnitKind.BOARD, UnitKind.COMPANY, UnitKind.FEDERATION, UnitKind.FOUNDATION, UnitKind.PROVIDER}
)
"""Kinds of unit that have a part of their own in the report; others are counted in the nearest such unit above."""


@dataclass(frozen=True)
class Counted:
    """One figure as counted. ``unit`` is None for the whole Region."""

    indicator: Indicator
    unit: int | None
    value: Decimal | None
    previous: Decimal | None
    digest: str
    cases: list[int] = field(default_factory=list)
    count: int = 0


def parts_of_organisation() -> dict[int, int]:
    """For each unit's id, the id of the part it is counted in (one query)."""
    units = list(Unit.objects.values_list("pk", "kind", "path").order_by("path"))
    own = {pk for pk, kind, _path in units if kind in OWN_PART}
    return {
        pk: next(int(above) for above in reversed(path.split(".")) if int(above) in own) for pk, _kind, path in units
    }


def count_all(year: int) -> Iterator[Counted]:
    """Every indicator, for the Region and each part: six queries per indicator, whatever the number of units and cases.

    Run inside :func:`one_moment`, so that all figures speak of the same moment.
    """
    parts = parts_of_organisation()
    everywhere = sorted(set(parts.values()))
    for indicator in all_indicators():
        now, before = indicator.per_unit(year, parts), indicator.per_unit(year - 1, parts)
        behind = _cases_behind(indicator.behind(year), parts)
        rows = [
            Counted(
                indicator,
                part,
                now.get(part, indicator.nothing),
                before.get(part, indicator.nothing),
                _digest(behind[part]),
                [pk for pk, *_ in behind[part]],
            )
            for part in everywhere
        ]
        yield Counted(
            indicator,
            None,
            indicator.whole(year),
            indicator.whole(year - 1),
            sha256("".join(row.digest for row in rows).encode()).hexdigest(),
            count=sum(len(row.cases) for row in rows),
        )
        yield from rows


class one_moment(transaction.Atomic):  # noqa: N801  # reads as what it does: with one_moment():
    """A read-only transaction in which every query sees the database as it was at the first one."""

    def __init__(self) -> None:
        super().__init__(using=None, savepoint=False, durable=True)

    def __enter__(self) -> None:
        super().__enter__()
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")


def _cases_behind(cases: QuerySet[Any], parts: Mapping[int, int]) -> dict[int, list[tuple[int, int, str]]]:
    """Per part: id, version and last event's hash of each case, in order of id (one query)."""
    last = Event.objects.filter(case=OuterRef("pk")).order_by("-number").values("hash")[:1]
    found: dict[int, list[tuple[int, int, str]]] = defaultdict(list)
    rows = cases.order_by("pk").annotate(head=Subquery(last)).values_list("unit_id", "pk", "version", "head")
    for unit, pk, version, head in rows.iterator(chunk_size=10_000):
        found[parts[unit]].append((pk, version, head or ""))
    return found


def _digest(cases: list[tuple[int, int, str]]) -> str:
    return sha256("\n".join(f"{pk}:{version}:{head}" for pk, version, head in cases).encode()).hexdigest()
