"""The report in words: values as they are read, and the sentences that open each part, made of its figures and of nothing else."""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from followup.models import FrozenIndicator, Part
from followup.queries import Seen, Snapshot
from portal.indicators import words
from portal.indicators.states import Measure
from portal.indicators.words import Number
from portal.paper.tables import Kind, format_number, format_value

MOST_NAMED = 3


def kind_of(indicator: FrozenIndicator) -> Kind:
    return words.KINDS[Measure(indicator.measure)]


def number(indicator: FrozenIndicator, value: Number) -> int | Number:
    """A value as tables and charts take it."""
    return words.whole(indicator.measure, value)


def shown(indicator: FrozenIndicator, value: Number) -> str:
    """A value as it is read."""
    return words.shown(indicator.measure, value)


def about_dots() -> str:
    return _(
        "Two dots (..) stand for a number that is not shown. About people it is one to four, or such a number could be reckoned from it. "
        "About disclosures of inventions only numbers of the whole Region are shown, and none that rest on fewer than five."
    )


def opening(snapshot: Snapshot, part: Part) -> str:
    """The sentences that open a part, as one paragraph."""
    return " ".join(_of_region(snapshot) if part.unit_id is None else _of_part(snapshot, part))


def _of_region(snapshot: Snapshot) -> Iterator[str]:
    year, count = snapshot.report.year, snapshot.region.count
    if not count:
        yield _("No case was counted in the Region in %(year)s. That is shown as zero, not left out.") % {"year": year}
        return
    yield ngettext(
        "Behind the figures for %(year)s lies %(count)s case.",
        "Behind the figures for %(year)s lie %(count)s cases.",
        count,
    ) % {"count": format_number(count), "year": year}
    parts = snapshot.parts[1:]
    busy = sorted((part for part in parts if part.count), key=lambda part: -part.count)
    if len(busy) > 1:
        most = [f"{part.said['name']} ({format_number(part.count)})" for part in busy[:MOST_NAMED]]
        yield _("Most of them are held at %(units)s.") % {"units": _listed(most)}
    yield from _coverage(parts)
    yield from _changes(snapshot, snapshot.region)


def _coverage(parts: Sequence[Part]) -> Iterator[str]:
    """Every nämnd and bolag is in the report (B3-1); who has nothing is said (B4-10)."""
    without = [part.said["name"] for part in parts if not part.count]
    if not without:
        yield _("Every board and company has at least one case.")
        return
    yield _("%(number)s of %(all)s boards, companies and other parts have at least one case.") % {
        "number": len(parts) - len(without),
        "all": len(parts),
    }
    if len(without) <= MOST_NAMED:
        yield _("None was counted at %(units)s.") % {"units": _listed(without)}


def _of_part(snapshot: Snapshot, part: Part) -> Iterator[str]:
    words = {"unit": part.said["name"], "year": snapshot.report.year}
    if part.count:
        share = Decimal(100 * part.count) / snapshot.region.count
        yield ngettext(
            "Behind the figures of %(unit)s for %(year)s lies %(count)s case, %(share)s of those of the Region.",
            "Behind the figures of %(unit)s for %(year)s lie %(count)s cases, %(share)s of those of the Region.",
            part.count,
        ) % {**words, "count": format_number(part.count), "share": format_value(share, Kind.PERCENT)}
    else:
        yield _("No case was counted at %(unit)s in %(year)s. That is shown as zero, not left out.") % words
    yield from _changes(snapshot, part)


def _changes(snapshot: Snapshot, part: Part) -> Iterator[str]:
    """How the figures compare with the year before; nothing where there is nothing to compare."""
    pairs = [(indicator, snapshot.figure(indicator, part)) for indicator in snapshot.indicators]
    changes = [(indicator, figure, change) for indicator, figure in pairs if (change := _change(figure)) is not None]
    if not any(figure.value or figure.previous for _indicator, figure, _c in changes):
        return
    yield _("Compared with %(year)s: %(higher)s figures higher, %(lower)s lower, %(same)s unchanged.") % {
        "year": snapshot.report.year - 1,
        "higher": sum(change > 0 for *_rest, change in changes),
        "lower": sum(change < 0 for *_rest, change in changes),
        "same": sum(change == 0 for *_rest, change in changes),
    }
    counts = [change for change in changes if change[0].measure == Measure.NUMBER and change[2]]
    if counts:
        indicator, figure, _c = max(counts, key=lambda change: abs(change[2]))
        yield _("What changed most is “%(figure)s”: from %(before)s to %(now)s.") % {
            "figure": indicator.said["name"],
            "before": shown(indicator, figure.previous),
            "now": shown(indicator, figure.value),
        }


def _change(figure: Seen) -> Decimal | None:
    if isinstance(figure.value, Decimal) and isinstance(figure.previous, Decimal):
        return figure.value - figure.previous
    return None


def is_silent(figure: Seen) -> bool:
    """Zero in both years, or nothing to measure in either: on paper a sentence says so of all of them together."""
    return figure.value == figure.previous and not figure.value


def silent(snapshot: Snapshot, part: Part) -> Iterator[str]:
    """The sentences that name the part's figures without anything to tell: each one is said to be zero, and none is left out (B4-10)."""
    years = {"year": snapshot.report.year, "before": snapshot.report.year - 1}
    found = [(indicator.said["name"], snapshot.figure(indicator, part)) for indicator in snapshot.indicators]
    quiet = [(name, figure.value) for name, figure in found if is_silent(figure)]
    if zero := [name for name, value in quiet if value is not None]:
        yield _("Zero in both %(before)s and %(year)s: %(figures)s.") % {**years, "figures": "; ".join(zero)}
    if nothing := [name for name, value in quiet if value is None]:
        yield _("There was nothing to measure in %(before)s or in %(year)s for: %(figures)s.") % {
            **years,
            "figures": "; ".join(nothing),
        }


def _listed(names: list[str]) -> str:
    return get_text_list(names, _("and"))
