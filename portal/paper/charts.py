"""Charts of tables: one picture for screen and paper, with its meaning in words and the table behind it.

The picture is SVG, served from an address of its own on screen and put in as `data:` on paper. It never speaks by colour
alone: bars carry their values, parts of a bar an outline and an order, lines a dash and a shape of their own.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from decimal import Decimal
from functools import cache
from operator import itemgetter
from typing import Any
from xml.etree import ElementTree

import altair as alt
import vl_convert
from defusedxml.ElementTree import fromstring
from django.utils.translation import get_language, gettext

from portal.paper.fonts import FAMILY, FOLDER, printable
from portal.paper.tables import Chart, Column, Table, Value, format_value

WIDTH = 612  # CSS pixels: the text width of an A4 page
ROW_HEIGHT = 24
ROOM = 32  # a browser draws a picture with a font of its own, and the longest label is then up to an eighth wider
FONTS = f"{FAMILY}, sans-serif"
INK, QUIET, LINE = "#14202b", "#46607a", "#c5d4e0"
# From dark to light, so that the order survives a print in grey; text upon each has a contrast of at least 4.5.
SHADES = (("#0d3c61", "#ffffff"), ("#2f78ab", "#ffffff"), ("#93c6e6", INK), ("#dcebf6", INK), ("#5c6b78", "#ffffff"))
DASHES = ([1, 0], [6, 3], [2, 2], [9, 3, 2, 3], [4, 6])
SHAPES = ("circle", "square", "triangle-up", "diamond", "cross")

SVG = "http://www.w3.org/2000/svg"
ElementTree.register_namespace("", SVG)


def bar_chart(table: Table) -> Chart:
    """One bar for each row of a table with two columns, in the order of the table. Row names are unique."""
    table = _drawable(table)
    column = table.columns[1]
    rows: list[dict[str, Any]] = [
        {"label": str(label), "value": float(_number(value)), "text": format_value(value, column.kind)}
        for label, value in table.rows
    ]
    if not rows:
        return _empty(table)
    labels = alt.Y("label:N", sort=_names(table), title=None)
    base = alt.Chart(alt.InlineData(values=rows)).encode(y=labels)
    values = alt.X("value:Q", axis=None, scale=_room_for_labels(row["value"] for row in rows))
    bars = base.mark_bar(color=SHADES[1][0], height=ROW_HEIGHT * 0.62).encode(x=values)
    texts = base.mark_text(align="left", dx=5, color=INK, fontWeight=600).encode(x=values, text="text:N")
    return _draw(bars + texts, table, _describe_bars(table), height=ROW_HEIGHT * len(rows))


def stacked_chart(table: Table) -> Chart:
    """A bar for each row, divided into the numeric columns that follow the first; at most five."""
    table = _drawable(table)
    series = _series(table)
    rows = list(_long(table))
    if not rows:
        return _empty(table)
    totals = _totals(table)
    widest = max(total["value"] for total in totals)
    for row in rows:
        row["shown"] = row["text"] if row["value"] >= 0.05 * widest > 0 else ""
    names = [column.label for column in series]
    labels = alt.Y("label:N", sort=_names(table), title=None)
    scale = _room_for_labels([widest])
    base = alt.Chart(alt.InlineData(values=rows)).encode(y=labels, order=alt.Order("series_number:Q"))
    bars = base.mark_bar(height=ROW_HEIGHT * 0.68, stroke=SHADES[0][0], strokeWidth=0.7).encode(
        x=alt.X("value:Q", stack="zero", axis=None, scale=scale),
        color=alt.Color("series:N", scale=_scale(names, [fill for fill, _text in SHADES]), legend=_legend()),
    )
    texts = base.mark_text(fontWeight=600).encode(
        x=alt.X("value:Q", stack="zero", bandPosition=0.5),
        text="shown:N",
        color=alt.Color("series:N", scale=_scale(names, [text for _fill, text in SHADES]), legend=None),
    )
    sums = (
        alt.Chart(alt.InlineData(values=totals))
        .mark_text(align="left", dx=6, color=INK, fontWeight=600)
        .encode(y=labels, x="value:Q", text="text:N")
    )
    chart = alt.layer(bars, texts, sums).resolve_scale(color="independent")
    return _draw(chart, table, _describe_stack(table, totals), height=ROW_HEIGHT * len(totals))


def line_chart(table: Table) -> Chart:
    """A line for each numeric column that follows the first; the first holds the points in time. At most five lines."""
    table = _drawable(table)
    series = _series(table)
    rows = list(_long(table))
    if not rows:
        return _empty(table)
    names = [column.label for column in series]
    legend = _legend() if len(names) > 1 else None
    base = alt.Chart(alt.InlineData(values=rows)).encode(
        x=alt.X("label:O", sort=_names(table), title=None, axis=alt.Axis(labelAngle=0, domainColor=QUIET)),
        y=alt.Y("value:Q", title=None, axis=alt.Axis(grid=True, gridColor=LINE, tickCount=4, domain=False)),
        color=alt.Color("series:N", scale=_scale(names, _line_colours(len(names))), legend=legend),
    )
    lines = base.mark_line(strokeWidth=2.2).encode(
        strokeDash=alt.StrokeDash("series:N", scale=_scale(names, DASHES), legend=None)
    )
    points = base.mark_point(size=55, filled=True, opacity=1).encode(
        shape=alt.Shape("series:N", scale=_scale(names, SHAPES), legend=legend)
    )
    return _draw(lines + points, table, _describe_lines(table), height=190)


def _line_colours(count: int) -> list[str]:
    return [fill for fill, _text in (SHADES[1], SHADES[0], SHADES[4], SHADES[2], SHADES[1])][:count]


def _number(value: Value) -> Decimal:
    """A value that is not known is drawn as nothing; the table still shows it as missing."""
    if isinstance(value, int | Decimal):
        return Decimal(value)
    if value is None:
        return Decimal(0)
    raise TypeError(f"a chart draws numbers, not {value!r}")


def _drawable(table: Table) -> Table:
    """The table with text that can be drawn: a control character in a label would end the whole process inside vl-convert.

    Names are cut at 100 letters, which is more than is shown: to shorten one of 5 000 takes Vega seconds.
    """
    columns = [replace(column, label=printable(column.label)[:100]) for column in table.columns]
    rows = [(printable(str(row[0]))[:100], *row[1:]) for row in table.rows]
    return replace(table, caption=printable(table.caption), columns=columns, rows=rows)


def _names(table: Table) -> list[str]:
    return [str(row[0]) for row in table.rows]


def _series(table: Table) -> Sequence[Column]:
    series = table.columns[1:]
    if len(series) > len(SHADES):
        raise ValueError(f"a chart can tell {len(SHADES)} series apart, not {len(series)}")
    return series


def _long(table: Table) -> list[dict[str, Any]]:
    """A row for each value, as Vega reads it. An unknown value leaves a gap."""
    return [
        {
            "label": str(row[0]),
            "series": column.label,
            "series_number": number,
            "value": float(_number(value)),
            "text": format_value(value, column.kind),
        }
        for row in table.rows
        for number, (column, value) in enumerate(zip(table.columns[1:], row[1:], strict=True))
        if value is not None
    ]


def _room_for_labels(values: Iterable[float]) -> alt.Scale:
    return alt.Scale(domain=[0, max([*values, 0]) * 1.16 or 1], nice=False)


def _scale(names: Sequence[str], marks: Sequence[Any]) -> alt.Scale:
    return alt.Scale(domain=list(names), range=list(marks[: len(names)]))


def _legend() -> alt.Legend:
    return alt.Legend(
        title=None, orient="top", direction="horizontal", symbolSize=140, symbolStrokeWidth=1.5, columnPadding=16
    )


def _totals(table: Table) -> list[dict[str, Any]]:
    """The length of each stacked bar."""
    sums = ((str(row[0]), sum(map(_number, row[1:]), Decimal(0))) for row in table.rows)
    kind = table.columns[1].kind
    return [{"label": label, "value": float(total), "text": format_value(total, kind)} for label, total in sums]


def _describe_bars(table: Table) -> str:
    known = [(str(label), _number(value)) for label, value in table.rows if value is not None]
    if not known:
        return _describe_nothing(table)
    kind = table.columns[1].kind
    (highest, most), (lowest, least) = max(known, key=itemgetter(1)), min(known, key=itemgetter(1))
    words = {
        "caption": table.caption,
        "count": len(known),
        "highest": highest,
        "most": format_value(most, kind),
        "lowest": lowest,
        "least": format_value(least, kind),
    }
    if len(known) == 1:
        return gettext("Bar chart: %(caption)s. One bar: %(highest)s, %(most)s.") % words
    return (
        gettext("Bar chart: %(caption)s. %(count)d bars. Most: %(highest)s, %(most)s. Least: %(lowest)s, %(least)s.")
        % words
    )


def _describe_stack(table: Table, totals: list[dict[str, Any]]) -> str:
    longest = max(totals, key=itemgetter("value"))
    sums = (sum((_number(row[number]) for row in table.rows), Decimal(0)) for number in range(1, len(table.columns)))
    parts = (
        f"{column.label} {format_value(total, column.kind)}"
        for column, total in zip(table.columns[1:], sums, strict=True)
    )
    return gettext("Stacked bar chart: %(caption)s. In all: %(parts)s. Longest bar: %(label)s, %(value)s.") % {
        "caption": table.caption,
        "parts": ", ".join(parts),
        "label": longest["label"],
        "value": longest["text"],
    }


def _describe_lines(table: Table) -> str:
    """From the first point in time to the last, line by line: what the eye sees first."""
    rows = list(table.rows)
    first, last = rows[0], rows[-1]
    parts = (
        gettext("%(series)s from %(before)s to %(after)s")
        % {
            "series": column.label,
            "before": format_value(first[number], column.kind),
            "after": format_value(last[number], column.kind),
        }
        for number, column in enumerate(table.columns[1:], start=1)
    )
    return gettext("Line chart: %(caption)s, %(first)s to %(last)s. %(parts)s.") % {
        "caption": table.caption,
        "first": first[0],
        "last": last[0],
        "parts": "; ".join(parts),
    }


def _describe_nothing(table: Table) -> str:
    return gettext("%(caption)s. No values.") % {"caption": table.caption}


def _empty(table: Table) -> Chart:
    words = gettext("No values")
    chart = alt.Chart(alt.InlineData(values=[{}])).mark_text(color=QUIET, align="left", x=0, text=words)
    return _draw(chart, table, _describe_nothing(table), height=ROW_HEIGHT)


def _config() -> dict[str, object]:
    text = {"labelFont": FONTS, "labelFontSize": 12, "labelColor": INK, "labelLimit": 260}
    return {
        "font": FONTS,
        "aria": False,
        "background": "#ffffff",
        "padding": {"left": ROOM, "right": 5, "top": 5, "bottom": 5},
        "view": {"stroke": None},
        "axis": {**text, "grid": False, "ticks": False, "domain": False, "labelPadding": 8},
        "legend": {**text, "offset": 6},
        "text": {"font": FONTS, "fontSize": 12},
    }


@cache
def _register_fonts() -> None:
    vl_convert.register_font_directory(str(FOLDER))


def _draw(chart: alt.Chart | alt.LayerChart, table: Table, description: str, *, height: int) -> Chart:
    """Draws in this process, without a browser: 0.7 s the first time, then 0.1 s."""
    _register_fonts()
    sized = chart.properties(width=WIDTH, height=height, autosize=alt.AutoSizeParams(type="fit-x", contains="padding"))
    svg = vl_convert.vegalite_to_svg(
        sized.to_dict(),
        config=_config(),
        allowed_base_urls=[],
        format_locale="sv-SE" if get_language() == "sv" else "en-GB",
    )
    return Chart(_clean(svg, table.caption, description), description, table)


def _clean(svg: str, title: str, description: str) -> str:
    """Leaves what is seen, and names the picture: Vega hides texts by making them transparent, and a PDF would read them out."""
    root = fromstring(svg)
    for parent in list(root.iter()):
        for child in list(parent):
            if child.get("opacity") == "0" or child.get("display") == "none":
                parent.remove(child)
        for name in ("class", "role", "aria-roledescription", "aria-hidden", "pointer-events"):
            parent.attrib.pop(name, None)
    root.set("role", "img")
    for position, (tag, words) in enumerate((("title", title), ("desc", description))):
        element = ElementTree.Element(f"{{{SVG}}}{tag}")
        element.text = words
        root.insert(position, element)
    return ElementTree.tostring(root, encoding="unicode")
