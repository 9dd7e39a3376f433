"""The frozen rows as a printed report and as a workbook. Nothing else is read, so printing again gives the same."""

from collections.abc import Iterator
from datetime import datetime
from itertools import zip_longest
from typing import cast

from django.conf import settings
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from followup.models import FrozenIndicator, Part, Report
from followup.queries import Snapshot, differences
from followup.tables import MOST_DIFFERENCES, coverage, differing, everything, in_brief, per_part, told
from followup.wording import about_dots, is_silent, kind_of, number, opening, silent
from portal.indicators.states import Measure
from portal.paper import report as paper
from portal.paper.sheets import workbook
from portal.paper.tables import HIDDEN, Chart

LANGUAGE = "sv"
"""On paper the report speaks the language of the authority (språklagen 2009:600 10 §); on screen it is read in both."""
MOST_HIGHLIGHTS = 6


def report_on_paper(report: Report) -> bytes:
    """The report as PDF/UA-1 and PDF/A-2a. About a second for each unit."""
    with override(LANGUAGE):
        return paper.report_pdf(as_paper(report))


def report_sheets(report: Report) -> bytes:
    """The report as a workbook: a sheet with every figure, one with the units, in a new version one with what differs, and one for each
    indicator."""
    with override(LANGUAGE):
        snapshot = Snapshot(report)
        tables = [everything(snapshot), coverage(snapshot)]
        if report.before:
            tables.append(differing(snapshot))
        tables += [per_part(snapshot, indicator) for indicator in snapshot.indicators]
        title = f"{report.title}, {_('version')} {report.edition}"
        sheets = [(table.caption, table) for table in tables]
        return workbook(sheets, title=title, language=LANGUAGE, created=_counted_at(report))


def as_paper(report: Report) -> paper.Report:
    """The report as the paper layer takes it, in the active language.

    It never says "draft": it is printed to be frozen, and what is frozen is drawn up (TF 2:10), published or not.
    """
    snapshot = Snapshot(report)
    different = [paper.Difference(*told(difference)) for difference in differences(snapshot)]
    return paper.Report(
        title=_("Follow-up of the innovation work"),
        year=report.year,
        version=report.edition,
        status=paper.Status.PUBLISHED,
        generated_at=_counted_at(report),
        language=LANGUAGE,
        parts=[_part(snapshot, part) for part in snapshot.parts],
        summary=opening(snapshot, snapshot.region),
        highlights=[_figure(snapshot, indicator, snapshot.region) for indicator in _highlights(snapshot)],
        differences=different[:MOST_DIFFERENCES],
        more_differences=max(len(different) - MOST_DIFFERENCES, 0),
        reason=report.reason,
        notes=list(_notes(report)),
    )


def _counted_at(report: Report) -> datetime:
    return cast(datetime, report.counted_at)


def _highlights(snapshot: Snapshot) -> list[FrozenIndicator]:
    """The first of each group, then the next of each, until there are enough."""
    groups = list(snapshot.groups.values())
    in_turn = (indicator for turn in zip_longest(*groups) for indicator in turn if indicator)
    shown = [one for one in in_turn if snapshot.figure(one, snapshot.region).value != HIDDEN]
    return shown[:MOST_HIGHLIGHTS]


def _part(snapshot: Snapshot, part: Part) -> paper.Part:
    """The Region's own text opens the report, so it is not said again in its part."""
    sections = [
        paper.Section(heading, figures=[_figure(snapshot, indicator, part) for indicator in telling])
        for heading, indicators in snapshot.groups.items()
        if (telling := [indicator for indicator in indicators if not is_silent(snapshot.figure(indicator, part))])
    ]
    if silence := "\n\n".join(silent(snapshot, part)):
        sections.append(paper.Section(_("What there was nothing of"), silence))
    sections += [
        paper.Section(heading, examples=[paper.Example(row.name, row.reference, row.text) for row in rows])
        for heading, rows in snapshot.examples(part).items()
    ]
    if part.unit_id is None:
        sections.insert(0, _coverage(snapshot))
    return paper.Part(part.said["name"], part.said["kind"], opening(snapshot, part) if part.unit_id else "", sections)


def _coverage(snapshot: Snapshot) -> paper.Section:
    text = _("Every board and company takes part in the follow-up. Zero means that nothing was counted there.")
    figure = paper.Figure(key="coverage", name="", unit="", value=None, table=coverage(snapshot))
    return paper.Section(_("Who takes part"), text, figures=[figure])


def _figure(snapshot: Snapshot, indicator: FrozenIndicator, part: Part) -> paper.Figure:
    """For the Region with chart and table over the parts; for a part in one row."""
    figure = snapshot.figure(indicator, part)
    table = in_brief(per_part(snapshot, indicator)) if part.unit_id is None else None
    drawing = snapshot.drawings.get((indicator.pk, LANGUAGE)) if table else None
    return paper.Figure(
        key=indicator.key,
        name=indicator.said["name"],
        unit=ngettext("day", "days", 1 if figure.value == 1 else 2) if indicator.measure == Measure.DAYS else "",
        value=number(indicator, figure.value),
        previous=number(indicator, figure.previous),
        kind=kind_of(indicator),
        explanation=indicator.said["help"] if table else "",
        chart=Chart(drawing.svg, drawing.alt, table) if drawing and table else None,
        table=table,
        url=settings.BASE_URL + address(snapshot.report, indicator, part),
    )


def address(report: Report, indicator: FrozenIndicator, part: Part) -> str:
    """The page of the cases behind a figure."""
    page = reverse("followup:figure", args=[report.year, report.edition, indicator.key])
    return f"{page}?enhet={part.unit_id}" if part.unit_id else page


def _notes(report: Report) -> Iterator[paper.Note]:
    moment = localtime(_counted_at(report))
    yield paper.Note(
        _("When the figures were counted"),
        _("All figures were counted at one and the same moment: %(day)s at %(time)s.")
        % {"day": date_format(moment, "j F Y"), "time": date_format(moment, "H:i")},
    )
    if moment.year <= report.year:
        yield paper.Note(
            _("The year was not over"),
            _("When the figures were counted, %(year)s was still under way. They tell of the year so far.")
            % {"year": report.year},
        )
    yield paper.Note(
        _("Who counts what"),
        _(
            "A case is counted at the board, company or other part that holds it; an administration is counted in its board. A case "
            "belongs to a year when it got its diary number, or was decided, introduced or ended in it, as each figure says. Drafts are "
            "never counted."
        ),
    )
    yield paper.Note(
        _("Frozen figures"),
        _(
            "Each figure is kept with the numbers of the cases behind it and a digest of their history (SHA-256), so that it can be shown "
            "later what it stood on. Every figure leads to its cases on %(address)s."
        )
        % {"address": settings.BASE_URL + reverse("followup:report", args=[report.year, report.edition])},
    )
    yield paper.Note(
        _("Zero and dash"),
        _("Zero means that it was counted and was zero. A dash means that there was nothing to measure."),
    )
    yield paper.Note(_("Two dots"), about_dots())
