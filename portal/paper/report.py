"""The annual follow-up report as data, and the same report as a PDF.

The one who fills it has done all counting and all translation: these classes hold what is printed, nothing else.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from django.utils.translation import gettext, pgettext

from portal.paper.pdf import render_pdf
from portal.paper.tables import Chart, Column, Kind, Table, format_number, format_value


class Status(StrEnum):
    DRAFT = "draft"
    PUBLISHED = "published"


@dataclass(frozen=True, slots=True)
class Figure:
    """One indicator for one unit and year."""

    key: str
    name: str
    unit: str  # of measure, as a reader says it: "ideas", "days"; empty for percent and SEK
    value: int | Decimal | str | None  # text stands for a number that is not shown
    previous: int | Decimal | str | None = None  # the year before
    kind: Kind = Kind.INTEGER
    explanation: str = ""
    chart: Chart | None = None
    table: Table | None = None
    url: str = ""  # absolute address of the cases behind the figure

    @property
    def shown(self) -> str:
        return " ".join(filter(None, (format_value(self.value, self.kind), self.unit)))

    @property
    def brief(self) -> str:
        """As `shown`, with large amounts in millions: for the few figures set in large type."""
        if self.kind is Kind.MONEY and not isinstance(self.value, str | None) and abs(Decimal(self.value)) >= 1_000_000:
            return pgettext("an amount of money", "SEK %(number)s m") % {
                "number": format_number(Decimal(self.value) / 1_000_000)
            }
        return self.shown

    @property
    def change(self) -> str:
        """The change since the year before: percentage points for a percentage, otherwise the difference itself."""
        if isinstance(self.value, str | None) or isinstance(self.previous, str | None):
            return ""
        difference = Decimal(self.value) - Decimal(self.previous)
        sign = "+" if difference > 0 else "−" if difference < 0 else "±"
        if self.kind is Kind.PERCENT:
            return " ".join((sign + format_number(abs(difference)), gettext("percentage points")))
        return sign + format_value(abs(difference), self.kind)


@dataclass(frozen=True, slots=True)
class Example:
    """A case told of by name."""

    title: str
    reference: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """A heading with its text, figures and examples. Figures with a chart or a table of their own stand alone; the rest share a table."""

    heading: str
    text: str = ""
    figures: Sequence[Figure] = ()
    examples: Sequence[Example] = ()

    @property
    def alone(self) -> list[Figure]:
        return [figure for figure in self.figures if figure.chart or figure.table]

    @property
    def together(self) -> list[Figure]:
        return [figure for figure in self.figures if not (figure.chart or figure.table)]


@dataclass(frozen=True, slots=True)
class Part:
    """The whole Region, or one nämnd, bolag or other unit."""

    unit_name: str
    kind: str  # as a reader says it: "Nämnd"
    intro: str = ""
    sections: Sequence[Section] = ()


@dataclass(frozen=True, slots=True)
class Difference:
    """What this version says otherwise than the one before it."""

    figure: str
    unit_name: str
    before: str
    now: str


@dataclass(frozen=True, slots=True)
class Note:
    heading: str
    text: str


@dataclass(frozen=True, slots=True)
class Report:
    """`parts` begins with the whole Region. `reason` is why there is a new version; a first one has none. Of what differs from the one
    before, `more_differences` are left to the workbook."""

    title: str
    year: int
    version: int
    status: Status
    generated_at: datetime
    language: str
    parts: Sequence[Part]
    summary: str = ""
    highlights: Sequence[Figure] = ()
    reason: str = ""
    differences: Sequence[Difference] = ()
    more_differences: int = 0
    notes: Sequence[Note] = ()
    organisation: str = "Region Stockholm"
    reference: str = ""

    @property
    def is_draft(self) -> bool:
        return self.status is Status.DRAFT

    @property
    def year_before(self) -> int:
        return self.year - 1

    def difference_table(self) -> Table:
        labels = (gettext("Figure"), gettext("Unit"), gettext("Earlier version"), gettext("This version"))
        rows = [(item.figure, item.unit_name, item.before, item.now) for item in self.differences]
        return Table(gettext("Figures that differ from the version before"), [Column(label) for label in labels], rows)


def report_pdf(report: Report) -> bytes:
    """The report as PDF/UA-1 and PDF/A-2a. 50 pages take about 8 s, 200 pages about 40 s."""
    return render_pdf(
        "pdf/annual_report.html",
        {"report": report},
        language=report.language,
        title=f"{report.title} {report.year}",
        created=report.generated_at,
        author=report.organisation,
        reference=report.reference,
    )
