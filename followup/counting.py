"""Counting a year: every indicator for every part of the organisation, kept with the cases behind.

All is done in one transaction that sees the database as it was at its beginning, so that the figures of a report speak of one
moment. Case ids never leave the database: a hundred thousand cost the worker nothing.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.models import F, Window
from django.db.models.functions import RowNumber
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from followup.models import Example, Figure, FrozenIndicator, Part, Report
from followup.queries import DIGEST
from portal.cases.personal import mask
from portal.cases.sorting import swedish
from portal.indicators.registry import Examples, Indicator, all_examples, all_indicators, closed_keys, part_of
from portal.organisation.models import Unit
from portal.organisation.states import UnitKind

OWN_PART = frozenset(UnitKind) - {UnitKind.ADMINISTRATION}
"""Kinds of unit that have a part of their own in the report (B3-1: none can opt out); others are counted in the unit above."""

_KINDS = UnitKind.values


@dataclass(frozen=True)
class Tree:
    """The organisation in a year, boards first, then companies and the rest, each kind by name.

    ``home`` says, for each unit's id, in which unit's part it is counted.
    """

    units: list[Unit]
    home: dict[int, int]

    @classmethod
    def in_year(cls, year: int) -> "Tree":
        """Units that existed in the year. Cases of one that did not are counted in its successor's part, or the part above (one query)."""
        units = {unit.pk: unit for unit in Unit.objects.order_by(swedish("name"))}
        existed = {pk for pk, unit in units.items() if _existed(unit, year)}
        own = {pk for pk, unit in units.items() if unit.parent_id is None or (pk in existed and unit.kind in OWN_PART)}

        def home(unit: Unit) -> int:
            if unit.pk in own:
                return unit.pk
            heir = None if unit.pk in existed else unit.successor_id
            return home(units[heir or unit.parent_id])  # type: ignore[index]  # a root, which lies under none, is a part

        parts = sorted((units[pk] for pk in units if pk in own), key=lambda unit: _KINDS.index(unit.kind))
        return cls(parts, {pk: home(unit) for pk, unit in units.items()})


def _existed(unit: Unit, year: int) -> bool:
    return unit.valid_from <= date(year, 12, 31) and (unit.valid_to is None or unit.valid_to >= date(year, 1, 1))


def count_year(report: Report, counted: Callable[[int], None]) -> None:
    """Count all indicators and keep them, in the place of what an earlier try may have left. ``counted`` is told how many are done."""
    moment = timezone.now()
    with one_moment():
        Part.objects.filter(report=report).delete()
        FrozenIndicator.objects.filter(report=report).delete()
        tree = Tree.in_year(report.year)
        parts = _keep_parts(report, tree)
        for place, indicator in enumerate(all_indicators()):
            _keep_indicator(report, place, indicator, parts, tree)
            counted(place + 1)
        for examples in all_examples():
            _keep_examples(report, examples, parts, tree)
        _leave_out_empty_roots(report)
        _sum_up(report)
        Report.objects.filter(pk=report.pk).update(counted_at=moment)


@contextmanager
def one_moment() -> Iterator[None]:
    """A transaction in which every query sees the database as it was at the first one."""
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        yield


def in_each_language(words: Callable[[], dict[str, str]]) -> dict[str, dict[str, str]]:
    """The same words in every language of the portal."""
    found = {}
    for code, _name in settings.LANGUAGES:
        with override(code):
            found[code] = words()
    return found


# ── Parts ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def _keep_parts(report: Report, tree: Tree) -> dict[int | None, Part]:
    """A row for the whole Region and one for each part; by unit id, None for the whole."""
    whole = in_each_language(lambda: {"name": _("The whole Region"), "kind": _("All boards and companies")})
    names = Counter(unit.name for unit in tree.units)
    rows = [Part(report=report, unit=None, place=0, words=whole)]
    for place, unit in enumerate(tree.units, 1):
        words = in_each_language(partial(_named, unit, names[unit.name] > 1))
        rows.append(Part(report=report, unit=unit, place=place, words=words))
    return {part.unit_id: part for part in Part.objects.bulk_create(rows)}


def _named(unit: Unit, has_namesake: bool) -> dict[str, str]:
    if unit.parent_id is None:
        return {"name": _("%(unit)s: shared") % {"unit": unit}, "kind": _("Not held by any board or company")}
    return {"name": f"{unit} ({unit.code})" if has_namesake else str(unit), "kind": unit.get_kind_display()}


def _leave_out_empty_roots(report: Report) -> None:
    """The Region itself is no nämnd and no bolag: it has a part of its own only when it holds cases of its own."""
    roots = Part.objects.filter(report=report, unit__isnull=False, unit__parent__isnull=True)
    roots.exclude(figures__count__gt=0).delete()


# ── Figures ──────────────────────────────────────────────────────────────────────────────────────────────────────────

_KEEP = """
    INSERT INTO followup_figure (report_id, indicator_id, part_id, value, previous, count, cases, events, digest)
    SELECT %s, %s, part.id, part.value, part.previous, count(behind.id),
        coalesce(array_agg(behind.id ORDER BY behind.id) FILTER (WHERE behind.id IS NOT NULL), ARRAY[]::bigint[]),
        coalesce(array_agg(behind.event ORDER BY behind.id) FILTER (WHERE behind.id IS NOT NULL), ARRAY[]::bigint[]),
        {digest}
    FROM unnest(%s::bigint[], %s::numeric[], %s::numeric[]) AS part (id, value, previous)
    LEFT JOIN (
        SELECT found.id, home.part, coalesce(event.id, 0) AS event, event.hash
        FROM ({cases}) AS found (id, unit)
        JOIN unnest(%s::bigint[], %s::bigint[]) AS home (unit, part) ON home.unit = found.unit
        LEFT JOIN LATERAL (
            SELECT id, hash FROM cases_event WHERE case_id = found.id ORDER BY number DESC LIMIT 1
        ) AS event ON true
    ) AS behind ON behind.part = part.id
    GROUP BY part.id, part.value, part.previous
"""

_SUM_UP = """
    UPDATE followup_figure whole SET count = parts.count, digest = parts.digest FROM (
        SELECT figure.indicator_id, sum(figure.count) AS count,
            encode(sha256(convert_to(string_agg(figure.digest, E'\\n' ORDER BY part.place), 'UTF8')), 'hex') AS digest
        FROM followup_figure figure JOIN followup_part part ON part.id = figure.part_id
        WHERE figure.report_id = %(report)s AND part.unit_id IS NOT NULL GROUP BY figure.indicator_id
    ) parts WHERE whole.indicator_id = parts.indicator_id AND whole.part_id = %(whole)s
"""
_COUNT_CASES = """
    UPDATE followup_part SET count = (
        SELECT count(DISTINCT behind.id) FROM followup_figure figure
        JOIN followup_frozenindicator indicator ON indicator.id = figure.indicator_id AND indicator.key <> ALL(%(closed)s)
        CROSS JOIN unnest(figure.cases) AS behind (id)
        WHERE figure.report_id = %(report)s AND (figure.part_id = followup_part.id OR followup_part.id = %(whole)s)
    ) WHERE report_id = %(report)s
"""


def _sum_up(report: Report) -> None:
    """What the parts give together: the Region's counts and digests, and for each part its cases, each counted once, without the closed."""
    whole = Part.objects.get(report=report, unit=None).pk
    ids: dict[str, Any] = {"report": report.pk, "whole": whole, "closed": closed_keys()}
    with connection.cursor() as cursor:
        cursor.execute(_SUM_UP, ids)
        cursor.execute(_COUNT_CASES, ids)


def _keep_indicator(
    report: Report, place: int, indicator: Indicator, parts: dict[int | None, Part], tree: Tree
) -> None:
    """Keep one indicator for the Region and each part: seven queries, whatever the number of parts and cases."""
    said = in_each_language(
        lambda: {"name": str(indicator.name), "group": str(indicator.group), "help": str(indicator.help)}
    )
    frozen = FrozenIndicator.objects.create(
        report=report, place=place, key=indicator.key, measure=indicator.measure, words=said
    )
    now, before = (indicator.per_unit(year, tree.home) for year in (report.year, report.year - 1))
    cases, given = indicator.behind(report.year).order_by().values_list("pk", "unit_id").query.sql_with_params()
    units = [unit.pk for unit in tree.units]
    values = [[year.get(unit, indicator.nothing) for unit in units] for year in (now, before)]
    homes = [parts[home].pk for home in tree.home.values()]
    with connection.cursor() as cursor:
        cursor.execute(
            _KEEP.format(digest=DIGEST, cases=cases),
            [report.pk, frozen.pk, [parts[unit].pk for unit in units], *values, *given, list(tree.home), homes],
        )
    value, previous = (indicator.whole(year) for year in (report.year, report.year - 1))
    Figure.objects.create(
        report=report, indicator=frozen, part=parts[None], value=value, previous=previous, count=0, cases=[], events=[]
    )


# ── Examples ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def _keep_examples(report: Report, examples: Examples, parts: dict[int | None, Part], tree: Tree) -> None:
    """The first few for each part, and for the Region the first few of them all: two queries, and one to write.

    A report is read by everyone, so only cases that everyone may be told of are named in it.
    """
    cases = examples.cases(report.year).told_openly()
    nth = Window(RowNumber(), partition_by=[F("home")], order_by=[*map(str, cases.query.order_by)] or "-pk")
    of_parts = cases.annotate(home=part_of(tree.home)).annotate(nth=nth).filter(nth__lte=examples.most)
    rows = [_example(report, examples, parts[None], case) for case in cases[: examples.most]]
    rows += [_example(report, examples, parts[case.home], case) for case in of_parts]
    for place, row in enumerate(rows):
        row.place = place
    Example.objects.bulk_create(rows)


def _example(report: Report, examples: Examples, part: Part, case: Any) -> Example:
    """What people wrote is printed as they wrote it, but for personal identity numbers."""
    return Example(
        report=report,
        part=part,
        key=examples.key,
        words=in_each_language(lambda: {"heading": str(examples.heading)}),
        case_id=case.pk,
        reference=case.reference,
        name=mask(str(case)),
        text=mask(examples.text(case)),
    )
