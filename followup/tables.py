"""Frozen figures as tables: the same ones are printed, drawn, written to the workbook and shown on screen."""

from collections.abc import Iterator
from dataclasses import replace

from django.utils.translation import gettext as _

from followup.models import FrozenIndicator
from followup.queries import Difference, Snapshot, differences
from followup.wording import kind_of, number, shown
from portal.paper.tables import Column, Kind, Table, Value

MOST_DIFFERENCES = 200
"""Told on screen and on paper, which a reader can take in; the workbook has them all."""


def per_part(snapshot: Snapshot, indicator: FrozenIndicator) -> Table:
    """An indicator's value for each part of the organisation, this year and the year before."""
    kind, year = kind_of(indicator), snapshot.report.year
    rows = []
    for part in snapshot.parts[1:]:
        figure = snapshot.figure(indicator, part)
        rows.append((part.said["name"], number(indicator, figure.value), number(indicator, figure.previous)))
    return Table(
        indicator.said["name"], (Column(_("Unit")), Column(str(year), kind), Column(str(year - 1), kind)), rows
    )


def in_brief(table: Table) -> Table:
    """The same for print, with the parts that have nothing in either year as one row: each says so in its own part (B4-10)."""
    some = [row for row in table.rows if row[1] or row[2]]
    others = [row for row in table.rows if not (row[1] or row[2])]
    if len(others) > 1:
        others = [(_("%(number)s other units, each") % {"number": len(others)}, *others[0][1:])]
    return replace(table, rows=[*some, *others])


def coverage(snapshot: Snapshot) -> Table:
    """Every part and the number of cases behind its figures (B3-1): who has none is seen, and nobody is left out."""
    rows = [(part.said["name"], part.said["kind"], part.count) for part in snapshot.parts[1:]]
    columns = (Column(_("Unit")), Column(_("Kind of unit")), Column(_("Cases behind"), Kind.INTEGER))
    return Table(_("All boards, companies and other parts"), columns, rows)


def everything(snapshot: Snapshot) -> Table:
    """Every figure as a row, for machines: keys, plain numbers, and the digest of the cases behind."""
    year = snapshot.report.year
    columns = (
        Column(_("Figure")),
        Column(_("Key")),
        Column(_("Unit")),
        Column(_("Measure")),
        Column(str(year), Kind.DECIMAL),
        Column(str(year - 1), Kind.DECIMAL),
        Column(_("Cases behind"), Kind.INTEGER),
        Column(_("Digest of the cases")),
    )
    return Table(_("All figures"), columns, list(_rows(snapshot)))


def _rows(snapshot: Snapshot) -> Iterator[tuple[Value, ...]]:
    for indicator in snapshot.indicators:
        name, measure = indicator.said["name"], str(indicator.get_measure_display())
        for part in snapshot.parts:
            figure = snapshot.figure(indicator, part)
            values = (number(indicator, figure.value), number(indicator, figure.previous), figure.count, figure.digest)
            yield (name, indicator.key, part.said["name"], measure, *values)


def told(difference: Difference) -> tuple[str, str, str, str]:
    """A difference in words: figure, unit, before, now."""
    indicator, before, now = difference.indicator, difference.before, difference.now
    then = shown(indicator, before.value) if before else _("not counted")
    value = shown(indicator, now.value) if now else _("not counted")
    if difference.same_value:
        value = _("%(value)s, of other cases") % {"value": value}
    return indicator.said["name"], difference.part.said["name"], then, value


def differing(snapshot: Snapshot) -> Table:
    """All that differs from the version before, for the workbook."""
    columns = [Column(_("Figure")), Column(_("Unit")), Column(_("Earlier version")), Column(_("This version"))]
    return Table(_("What differs"), columns, [told(difference) for difference in differences(snapshot)])
