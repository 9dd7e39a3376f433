"""A chart keeps its meaning without its colours, without eyes, and in both languages."""

from collections.abc import Callable
from decimal import Decimal

import pytest
from defusedxml.ElementTree import fromstring
from django.utils import translation

from portal.paper.charts import SHADES, SVG, bar_chart, line_chart, stacked_chart
from portal.paper.tables import Chart, Column, Kind, Table

Draw = Callable[[Table], Chart]
COUNTS = Table(
    "Förslag 2025",
    (Column("Enhet"), Column("Förslag", Kind.INTEGER)),
    [("Trafiknämnden", 1_234), ("Kulturnämnden", 0), ("Patientnämnden", None), ("Locum AB", 57)],
)
SERIES = Table(
    "Idéer",
    (Column("År"), Column("Inkomna", Kind.INTEGER), Column("Införda", Kind.INTEGER)),
    [("2023", 40, 12), ("2024", 55, None), ("2025", 61, 30)],
)


@pytest.fixture(autouse=True)
def _swedish() -> object:
    with translation.override("sv"):
        yield


def texts(chart: Chart) -> list[str]:
    return [element.text or "" for element in fromstring(chart.svg).iter(f"{{{SVG}}}text")]


def contrast(one: str, other: str) -> float:
    """WCAG 2.2's contrast of two colours."""

    def light(colour: str) -> float:
        parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        red, green, blue = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    brighter, darker = sorted((light(one), light(other)), reverse=True)
    return (brighter + 0.05) / (darker + 0.05)


def test_every_bar_carries_its_name_and_value_in_the_order_of_the_table() -> None:
    assert texts(bar_chart(COUNTS)) == [
        *("Trafiknämnden", "Kulturnämnden", "Patientnämnden", "Locum AB"),
        *("1\N{NO-BREAK SPACE}234", "0", "–", "57"),
    ]


def test_a_stacked_bar_tells_its_parts_its_sum_and_what_each_shade_means() -> None:
    shown = texts(stacked_chart(SERIES))
    assert {"2023", "2024", "2025", "40", "12", "55", "61", "30", "52", "91", "Inkomna", "Införda"} == set(shown)


def test_lines_differ_in_dash_and_in_shape() -> None:
    lines = [e for e in fromstring(line_chart(SERIES).svg).iter(f"{{{SVG}}}path") if e.get("stroke-width") == "2.2"]
    assert len(lines) == 2
    assert len({line.get("stroke-dasharray") for line in lines}) == 2


@pytest.mark.parametrize(
    ("language", "draw", "table", "words"),
    [
        (
            "sv",
            bar_chart,
            COUNTS,
            "Stapeldiagram: Förslag 2025. 3 staplar. Mest: Trafiknämnden, 1\N{NO-BREAK SPACE}234. Minst: Kulturnämnden, 0.",
        ),
        (
            "en",
            bar_chart,
            COUNTS,
            "Bar chart: Förslag 2025. 3 bars. Most: Trafiknämnden, 1,234. Least: Kulturnämnden, 0.",
        ),
        (
            "sv",
            stacked_chart,
            SERIES,
            "Staplat stapeldiagram: Idéer. Sammanlagt: Inkomna 156, Införda 42. Längsta stapel: 2025, 91.",
        ),
        (
            "sv",
            line_chart,
            SERIES,
            "Linjediagram: Idéer, 2023 till 2025. Inkomna från 40 till 61; Införda från 12 till 30.",
        ),
    ],
)
def test_a_chart_says_in_words_what_it_shows(language: str, draw: Draw, table: Table, words: str) -> None:
    with translation.override(language):
        chart = draw(table)
    root = fromstring(chart.svg)
    assert chart.alt == words
    assert [(child.tag.split("}")[1], child.text) for child in root[:2]] == [("title", table.caption), ("desc", words)]
    assert root.get("role") == "img"


@pytest.mark.parametrize("draw", [bar_chart, stacked_chart, line_chart])
def test_a_chart_of_nothing_says_so(draw: Draw) -> None:
    chart = draw(Table("Förslag", (Column("Enhet"), Column("Antal", Kind.INTEGER)), []))
    assert chart.alt == "Förslag. Inga värden."
    assert texts(chart) == ["Inga värden"]


@pytest.mark.parametrize("draw", [bar_chart, stacked_chart, line_chart])
def test_a_chart_obeys_a_strict_policy_and_hides_no_text(draw: Draw) -> None:
    """No inline style, no script, nothing from elsewhere: a page may show it under the portal's own policy."""
    svg = draw(SERIES if draw is not bar_chart else COUNTS).svg
    assert "style" not in svg
    assert "<script" not in svg
    assert "href" not in svg
    assert 'opacity="0"' not in svg


@pytest.mark.parametrize("label", ["a\0b", "\x01", "\ufffe", "\ud800", '"<b>&]]>', "\u202ex", "x" * 5_000, ""])
def test_no_label_ends_the_process_that_draws(label: str) -> None:
    fromstring(bar_chart(Table(label, (Column(label), Column(label, Kind.INTEGER)), [(label, 1)])).svg)


def test_text_upon_a_shade_can_be_read_and_shades_keep_their_order_in_grey() -> None:
    assert all(contrast(fill, text) >= 4.5 for fill, text in SHADES)
    assert [contrast(fill, "#ffffff") for fill, _ in SHADES[:4]] == sorted(
        (contrast(fill, "#ffffff") for fill, _ in SHADES[:4]), reverse=True
    )


def test_more_series_than_can_be_told_apart_are_refused() -> None:
    columns = [Column("År"), *(Column(str(n), Kind.INTEGER) for n in range(6))]
    with pytest.raises(ValueError, match="can tell 5 series apart, not 6"):
        line_chart(Table("x", columns, [("2025", *range(6))]))


def test_a_chart_of_words_is_refused() -> None:
    with pytest.raises(TypeError):
        bar_chart(Table("x", (Column("a"), Column("b")), [("a", "b")]))


def test_decimals_are_drawn() -> None:
    table = Table("x", (Column("a"), Column("b", Kind.PERCENT)), [("a", Decimal("12.5"))])
    assert texts(bar_chart(table)) == ["a", "12,5\N{NO-BREAK SPACE}%"]
