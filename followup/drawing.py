"""The frozen figures as a printed report and as a workbook. Everything is read from the frozen rows: drawing again gives the same."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from django.conf import settings
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from followup.models import Report, ReportFigure
from portal.indicators.registry import Indicator, all_indicators
from portal.indicators.states import Measure
from portal.organisation.models import Unit
from portal.paper import report as paper
from portal.paper.charts import Chart, bar_chart
from portal.paper.sheets import workbook
from portal.paper.tables import Column, Kind, Table, format_value

LANGUAGE = "sv"
HIGHLIGHTS = 6
MOST_BARS = 14
KINDS = {
    Measure.NUMBER: Kind.INTEGER,
    Measure.PERCENT: Kind.PERCENT,
    Measure.DAYS: Kind.DECIMAL,
    Measure.SEK: Kind.MONEY,
}


@dataclass
class Figures:
    """A report's frozen rows, looked up by indicator and unit. One query for the rows and one for the units."""

    report: Report

    @cached_property
    def by_place(self) -> dict[tuple[str, int | None], ReportFigure]:
        rows = ReportFigure.objects.filter(report=self.report).defer("cases")
        return {(row.indicator, row.unit_id): row for row in rows}

    @cached_property
    def units(self) -> list[Unit]:
        """The parts of the organisation, in the order of the tree."""
        return list(Unit.objects.filter(pk__in={unit for _key, unit in self.by_place if unit}).order_by("path"))

    @cached_property
    def indicators(self) -> list[Indicator]:
        """Those that were frozen, in the order of the registry."""
        return [indicator for indicator in all_indicators() if (indicator.key, None) in self.by_place]

    def row(self, indicator: Indicator, unit: Unit | None) -> ReportFigure:
        return self.by_place[indicator.key, unit.pk if unit else None]


def report_on_paper(report: Report) -> bytes:
    """The report as PDF/UA-1 and PDF/A-2a, in Swedish."""
    with translation.override(LANGUAGE):
        return paper.report_pdf(as_paper(report))


def as_paper(report: Report) -> paper.Report:
    """The report as the paper layer wants it, in the active language."""
    figures = Figures(report)
    return paper.Report(
        title=_("Follow-up of the innovation work"),
        year=report.year,
        version=report.edition,
        status=paper.Status.PUBLISHED if report.published_at else paper.Status.DRAFT,
        generated_at=timezone.now(),
        language=translation.get_language() or LANGUAGE,
        parts=[_part(figures, None), *(_part(figures, unit) for unit in figures.units)],
        summary=report.summary,
        highlights=[_figure(figures, indicator, None) for indicator in figures.indicators[:HIGHLIGHTS]],
        differences=list(differences(report)),
        notes=list(_notes(report)),
    )


def report_sheets(report: Report) -> bytes:
    """The report as a workbook: one sheet per indicator, and one with everything in rows."""
    with translation.override(LANGUAGE):
        figures = Figures(report)
        sheets = [(_("All figures"), _everything(figures))]
        sheets += [(str(indicator.name), per_unit(figures, indicator)) for indicator in figures.indicators]
        title = f"{report.title}, {_('version')} {report.edition}"
        return workbook(sheets, title=title, language=LANGUAGE, created=timezone.now())


def differences(report: Report) -> Iterator[paper.Difference]:
    """What this version says otherwise than the version before it."""
    if report.before is None:
        return
    figures, earlier = Figures(report), Figures(report.before)
    for indicator in figures.indicators:
        for unit in (None, *figures.units):
            now = figures.row(indicator, unit)
            then = earlier.by_place.get((indicator.key, now.unit_id))
            if then is None or then.value != now.value:
                yield paper.Difference(
                    str(indicator.name),
                    str(unit) if unit else _("The whole Region"),
                    shown(indicator, then.value) if then else _("not counted"),
                    shown(indicator, now.value),
                    report.reason,
                )


def shown(indicator: Indicator, value: Decimal | None) -> str:
    """A value as it is printed, in the active language."""
    return format_value(_number(indicator, value), KINDS[indicator.measure])


def _part(figures: Figures, unit: Unit | None) -> paper.Part:
    groups: dict[str, list[Indicator]] = {}
    for indicator in figures.indicators:
        groups.setdefault(str(indicator.group), []).append(indicator)
    return paper.Part(
        str(unit) if unit else _("The whole Region"),
        unit.get_kind_display() if unit else _("All boards and companies"),
        "",
        [
            paper.Section(heading, "", [_figure(figures, indicator, unit) for indicator in indicators])
            for heading, indicators in groups.items()
        ],
    )


def _figure(figures: Figures, indicator: Indicator, unit: Unit | None) -> paper.Figure:
    row = figures.row(indicator, unit)
    table = per_unit(figures, indicator) if unit is None else None
    return paper.Figure(
        key=indicator.key,
        name=str(indicator.name),
        unit=_("days") if indicator.measure == Measure.DAYS else "",
        value=_number(indicator, row.value),
        previous=_number(indicator, row.previous),
        kind=KINDS[indicator.measure],
        explanation=str(indicator.help),
        chart=Chart(row.chart, row.chart_text, table) if table is not None and row.chart else None,
        table=table,
        url=settings.BASE_URL + reverse("followup:figure", args=[figures.report.pk, indicator.key]),
    )


def draw_chart(figures: Figures, indicator: Indicator) -> Chart | None:
    """The chart of an indicator over the units; None where every unit has nothing."""
    table = per_unit(figures, indicator)
    return bar_chart(_longest(table)) if any(line[1] for line in table.rows) else None


def per_unit(figures: Figures, indicator: Indicator) -> Table:
    """An indicator's value for each part of the organisation, this year and the year before."""
    kind = KINDS[indicator.measure]
    columns = (
        Column(_("Unit")),
        Column(str(figures.report.year), kind),
        Column(str(figures.report.year - 1), kind),
    )
    rows = []
    for unit in figures.units:
        row = figures.row(indicator, unit)
        rows.append((str(unit), _number(indicator, row.value), _number(indicator, row.previous)))
    return Table(str(indicator.name), columns, rows)


def _longest(table: Table) -> Table:
    """The highest values, for a chart that can be read; the table beside it has them all."""
    rows = sorted((line[:2] for line in table.rows if line[1]), key=lambda line: -Decimal(str(line[1])))
    return Table(table.caption, table.columns[:2], rows[:MOST_BARS])


def _everything(figures: Figures) -> Table:
    columns = (
        Column(_("Indicator")),
        Column(_("Key")),
        Column(_("Unit")),
        Column(_("Measure")),
        Column(str(figures.report.year), Kind.DECIMAL),
        Column(str(figures.report.year - 1), Kind.DECIMAL),
        Column(_("Cases behind"), Kind.INTEGER),
        Column(_("Digest of the cases")),
    )
    return Table(_("All figures"), columns, list(_all_rows(figures)))


def _all_rows(figures: Figures) -> Iterable[tuple[str | int | Decimal | None, ...]]:
    for indicator in figures.indicators:
        for unit in (None, *figures.units):
            row = figures.row(indicator, unit)
            name = str(unit) if unit else _("The whole Region")
            yield (
                str(indicator.name), indicator.key, name, str(indicator.measure.label), row.value, row.previous, row.count, row.digest,
            )  # fmt: skip


def _number(indicator: Indicator, value: Decimal | None) -> int | Decimal | None:
    if value is None:
        return None
    return int(value) if indicator.measure in (Measure.NUMBER, Measure.SEK) else value


def _notes(report: Report) -> Iterator[paper.Note]:
    yield paper.Note(
        _("What is counted"), _("A case counts in the year it got its diary number. Drafts are never counted.")
    )
    yield paper.Note(
        _("Frozen figures"),
        _(
            "Each figure is frozen with the cases behind it and a digest of their history, so that it can be checked later."
        ),
    )
    yield paper.Note(
        _("Missing values"),
        _("A dash means that there was nothing to measure. Zero means that it was measured and was zero."),
    )
    if report.reason:
        yield paper.Note(_("Why this version was made"), report.reason)
