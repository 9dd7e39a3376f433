"""How a case is written in a list: in Python, because a template takes five times as long for fifty rows."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from functools import cached_property, lru_cache, partial
from html import escape
from operator import attrgetter
from typing import Any

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.timezone import localtime
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from portal.cases import kinds
from portal.cases.models import Case
from portal.cases.queries.diary import Line
from portal.cases.queries.search import Hit

NONE = "–"
KEPT = 2000
"""Parts kept of each sort: days and states, in two languages."""


def fill(pattern: str, *parts: str) -> SafeString:
    """As ``format_html``, for parts that are text or written already. A list fills hundreds, and this takes a third of the time."""
    return SafeString(pattern.format(*(part if isinstance(part, SafeString) else escape(part) for part in parts)))


def place(label: str, *, first: bool, nowrap: bool = False) -> str:
    """Where a cell comes in the pattern of a row; the first is the row's heading."""
    written = escape(label).replace("{", "{{").replace("}", "}}")
    mark = ' class="nowrap"' if nowrap else ""
    return (
        f'<th scope="row"{mark} data-label="{written}">{{}}</th>'
        if first
        else f'<td{mark} data-label="{written}">{{}}</td>'
    )


class Writer:
    """Writes the parts of rows in the language in use. The same kind, state or day looks the same on every row of every list, so what is
    written is kept, by language. Lives for one list."""

    def __init__(self) -> None:
        language = get_language()
        self.kind = partial(_kind, language)
        self.mark = partial(_mark, language)
        self.day = partial(_day, language)
        self.when = partial(_when, language)
        self.units: dict[int | None, str] = {}

    def link(self, case: Case) -> SafeString:
        return fill('<a href="{}">{}</a>', case.get_absolute_url(), str(case))

    def state_of(self, case: Case) -> SafeString:
        return self.mark(case.kind, case.state, case.tone)

    def unit_of(self, case: Case) -> str:
        if (name := self.units.get(case.unit_id)) is None:
            name = self.units[case.unit_id] = str(case.unit)
        return name


class CaseList:
    """A short list of cases, for ``cases/parts/list.html``. The cases come from ``for_list``; it costs no query of its own."""

    def __init__(self, cases: Sequence[Any]) -> None:
        self.cases = cases

    def __len__(self) -> int:
        return len(self.cases)

    def __iter__(self) -> Iterator[Any]:
        return iter(self.cases)

    @cached_property
    def lines(self) -> list[SafeString]:
        return list(self._lines())

    def _lines(self) -> Iterator[SafeString]:
        writer = Writer()
        for case in self.cases:
            yield fill(
                '<p>{} {}</p><p class="muted small">{}{}, {}. {}</p>',
                writer.link(case),
                writer.state_of(case),
                writer.kind(case.kind),
                _reference(case),
                writer.unit_of(case),
                writer.when(localtime(case.due_at or case.changed_at).date(), case.due_at is not None, case.is_late),
            )


class HitList(list[Hit]):
    """What a search has found, for ``cases/search.html``."""

    @property
    def lines(self) -> Iterator[SafeString]:
        writer = Writer()
        for hit in self:
            yield fill(
                '<p>{} {}</p>{}<p class="muted small">{}{}, {}</p>',
                writer.link(hit.case),
                writer.state_of(hit.case),
                fill("<p>{}</p>", hit.snippet) if hit.snippet else "",
                writer.kind(hit.case.kind),
                _reference(hit.case),
                writer.unit_of(hit.case),
            )


class DiaryTable:
    """Lines of the diary, for ``cases/parts/diary_table.html``: of cases ``together``, or of one for the registrar who ``keeps`` it."""

    def __init__(self, lines: Sequence[Line], *, together: bool = False, keeps: bool = False) -> None:
        self.lines = lines
        self.together = together
        self._columns: list[tuple[str, bool, Callable[[Line], str]]] = [
            (_("Number"), True, _to_case if together else attrgetter("number")),
            (_("Date"), True, lambda line: fill('<time datetime="{0}">{0}</time>', line.day)),
            (_("Kind of document"), False, attrgetter("direction")),
            (_("From or to"), False, lambda line: line.counterpart or NONE),
            (_("Concerns"), False, attrgetter("concerns")),
        ]
        if together:
            self._columns.append((_("Case"), False, attrgetter("title")))
        if keeps:
            self._columns.append((_("Secrecy mark"), False, _secrecy_mark))

    @property
    def headings(self) -> list[str]:
        return [heading for heading, _nowrap, _cell in self._columns]

    def rows(self) -> Iterator[SafeString]:
        pattern = "".join(
            place(heading, first=not at, nowrap=nowrap) for at, (heading, nowrap, _cell) in enumerate(self._columns)
        )
        cells = [cell for _heading, _nowrap, cell in self._columns]
        for line in self.lines:
            yield fill(pattern, *(cell(line) for cell in cells))


def _to_case(line: Line) -> SafeString:
    return fill('<a href="{}">{}</a>', line.url, line.number)


def _secrecy_mark(line: Line) -> SafeString:
    change = _('Change<span class="visually-hidden"> the mark of %(number)s</span>') % {"number": escape(line.number)}
    address = reverse("diary:mark", args=[line.entry.case.key, line.entry.line])
    return fill('{} <a href="{}">{}</a>', line.entry.get_provision_display() or NONE, address, mark_safe(change))  # noqa: S308  # ours but for the number


def _reference(case: Case) -> str:
    return fill(', <span class="nowrap">{}</span>', case.reference) if case.reference else ""


@lru_cache(KEPT)
def _kind(_language: str | None, key: str) -> str:
    return str(kinds.by_key(key).name)


@lru_cache(KEPT)
def _mark(_language: str | None, kind: str, state: str, tone: str) -> SafeString:
    label = kinds.by_key(kind).state_label(state)
    return render_to_string("components/state.html", {"label": label, "tone": tone})


@lru_cache(KEPT)
def _day(_language: str | None, day: date, is_late: bool) -> SafeString:
    shown = format_html('<span class="nowrap">{}</span>', date_format(day, "j F Y"))
    return format_html("{} – {}", shown, _("the date has passed")) if is_late else shown


@lru_cache(KEPT)
def _when(_language: str | None, day: date, is_due: bool, is_late: bool) -> SafeString:
    """By when the next step is to be made, or when the case was changed last."""
    shown = (_("At the latest") if is_due else _("Changed"), day.isoformat(), date_format(day, "j F Y"))
    if not is_late:
        return format_html('{} <time datetime="{}">{}</time>', *shown)
    return format_html('{} <time datetime="{}" class="late">{}</time> – {}', *shown, _("the date has passed"))
