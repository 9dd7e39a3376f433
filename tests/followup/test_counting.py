"""Figures are counted from cases and kept with them: what is printed can be counted again."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from decimal import Decimal

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from followup.counting import Tree, count_year
from followup.models import Example, Figure, Part, Report
from followup.printing import as_paper
from followup.queries import altered_figures
from ideas.models import Idea
from portal.cases.actions.history import write_event
from portal.cases.models import Event
from portal.cases.personal import mask
from portal.cases.states import Confidentiality, Provision
from portal.indicators.registry import Indicator
from portal.organisation.models import Unit
from portal.organisation.states import UnitKind
from tests.cast import Cast
from tests.followup.samples import RECEIVED, TIME, USED, YEAR, counted, ended, figure, frozen, idea, introduced, moment

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("indicators")]


def by_unit(report: Report, indicator: Indicator) -> dict[str, Decimal | None]:
    """What is not zero or missing, by the unit's code; "" for the Region."""
    figures = Figure.objects.filter(report=report, indicator__key=indicator.key).select_related("part__unit")
    values = {figure.part.unit.code if figure.part.unit else "": figure.value for figure in figures}
    return {code: value for code, value in values.items() if value}


def test_a_figure_is_counted_for_the_region_and_for_each_unit_that_holds_cases(cast: Cast) -> None:
    for unit in ("SOS", "SOS", "DS", "RLK"):
        idea(unit)
    report = counted(cast.controller)
    assert by_unit(report, RECEIVED) == {"": 4, "SOS": 2, "DS": 1, "RS": 1}


def test_the_year_is_the_one_on_the_wall_in_stockholm(cast: Cast) -> None:
    idea(opened="2024-12-31T23:59:59")
    first = idea(opened="2025-01-01T00:00:00")
    last = idea(opened="2025-12-31T23:59:59")
    idea(opened="2026-01-01T00:00:00")
    assert figure(counted(cast.controller), RECEIVED.key, "SOS").cases == [first.pk, last.pk]


def test_the_year_before_stands_beside(cast: Cast) -> None:
    idea("SOS", "2025-02-01"), idea("SOS", "2024-02-01"), idea("DS", "2024-03-01")
    report = counted(cast.controller)
    figures = [figure(report, RECEIVED.key, unit) for unit in (None, "SOS", "DS")]
    assert [(row.value, row.previous) for row in figures] == [(Decimal(1), Decimal(2)), (1, 1), (0, 1)]


@pytest.mark.strategy("B4-10")
def test_zero_is_shown_as_zero_and_what_cannot_be_measured_as_nothing(cast: Cast) -> None:
    idea("SOS")
    report = counted(cast.controller)
    assert figure(report, RECEIVED.key, "DS").value == 0
    assert figure(report, USED.key, "SOS").value == 0
    assert figure(report, USED.key, "DS").value is None
    assert figure(report, TIME.key).value is None


@pytest.mark.strategy("B4-10")
def test_on_paper_a_part_says_in_a_sentence_what_was_zero_or_could_not_be_measured(cast: Cast) -> None:
    idea("SOS")
    paper = as_paper(counted(cast.controller))
    sos, ds = (
        {part.unit_name: part for part in paper.parts}[name] for name in ("Södersjukhuset AB", "Danderyds Sjukhus AB")
    )

    assert [one.name for section in sos.sections for one in section.figures] == ["Inkomna idéer", "Andel införda"]
    assert sos.sections[-1].text == "Varken 2024 eller 2025 fanns något att mäta för: Tid till avslut."
    assert [section.figures for section in ds.sections] == [()]
    assert ds.sections[-1].text.split("\n\n") == [
        "Noll både 2024 och 2025: Inkomna idéer.",
        "Varken 2024 eller 2025 fanns något att mäta för: Andel införda; Tid till avslut.",
    ]


def test_a_share_lists_the_cases_that_count_towards_it(cast: Cast) -> None:
    used = introduced("SOS")
    for _ in range(2):
        idea("SOS")
    found = figure(counted(cast.controller), USED.key, "SOS")
    assert (found.value, found.cases) == (Decimal("33.3"), [used.pk])


def test_a_median_is_of_days_with_a_decimal(cast: Cast) -> None:
    ended(on="2025-05-12"), ended(on="2025-05-03T06:00"), ended(on="2025-05-22")
    assert figure(counted(cast.controller), TIME.key, "SOS").value == 10


UNITS = ("SOS", "DS", "RLK", "RS", "REGION", "TF", "TN", "WAAB")


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.sampled_from(UNITS), st.integers(2023, 2026), st.booleans()), max_size=12))
def test_every_figure_equals_a_count_of_the_cases_listed_behind_it(
    cast: Cast, held: list[tuple[str, int, bool]]
) -> None:
    with connection.cursor() as cursor:  # what an earlier example left is not in its year any more
        cursor.execute("UPDATE cases_case SET opened_at = '2001-06-01' WHERE kind = 'idea'")
    for unit, year, is_used in held:
        (introduced if is_used else idea)(unit, f"{year}-05-02")
    report = counted_again(cast)
    for part in Part.objects.filter(report=report):
        everywhere = {} if part.unit_id is None else {"part": part}
        listed = [
            pk
            for row in Figure.objects.filter(report=report, indicator__key=RECEIVED.key, **everywhere)
            for pk in row.cases
        ]
        received = Figure.objects.get(report=report, indicator__key=RECEIVED.key, part=part)
        used = Figure.objects.get(report=report, indicator__key=USED.key, part=part)
        assert received.value == received.count == len(listed) == len(set(listed))
        assert used.value == (None if not listed else round(Decimal(100 * used.count) / len(listed), 1))
    assert sum(year == YEAR for _unit, year, _used in held) == figure(report, RECEIVED.key).value


def counted_again(cast: Cast) -> Report:
    """The same draft counted anew: nothing of an earlier try is left."""
    report = Report.objects.filter(year=YEAR).first()
    if report is None:
        return counted(cast.controller)
    count_year(report, lambda done: None)
    return report


def test_all_figures_speak_of_one_moment(cast: Cast) -> None:
    idea("SOS")
    report = counted(cast.controller)

    def one_more(done: int) -> None:
        """Somebody hands in while the worker counts."""
        if done == 1:
            with ThreadPoolExecutor(1) as pool:
                pool.submit(late_arrival).result()

    count_year(report, one_more)
    assert by_unit(report, RECEIVED) == {"": 1, "SOS": 1}
    assert figure(report, USED.key).count == 0
    assert Idea.objects.filter(unit__code="DS").count() == 1


def late_arrival() -> None:
    introduced("DS")
    connection.close()


# ── Parts ────────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.strategy("B3-1", "B5-11b")
def test_every_board_and_company_has_a_part_and_none_can_opt_out(cast: Cast) -> None:
    report = counted(cast.controller)
    kinds = (UnitKind.BOARD, UnitKind.COMPANY, UnitKind.FEDERATION, UnitKind.FOUNDATION, UnitKind.PROVIDER)
    wanted = set(Unit.objects.current().filter(kind__in=kinds).values_list("code", flat=True))
    assert set(Part.objects.filter(report=report, unit__isnull=False).values_list("unit__code", flat=True)) == wanted
    assert {"RS", "HSN", "KAR", "SOS", "WAAB", "THO"} < wanted
    assert Figure.objects.filter(report=report).count() == (len(wanted) + 1) * 3


def test_the_region_itself_has_a_part_only_when_it_holds_cases_of_its_own(cast: Cast) -> None:
    idea("REGION")
    report = counted(cast.controller)
    assert by_unit(report, RECEIVED) == {"": 1, "REGION": 1}
    assert str(Part.objects.get(report=report, unit__code="REGION")).startswith("Region Stockholm: ")


@pytest.mark.parametrize(
    ("begins", "ends", "heir", "home"),
    [
        (date(2020, 1, 1), None, None, "NY"),
        (date(2020, 1, 1), date(2025, 3, 1), "DS", "NY"),  # it was there for a part of the year
        (date(2020, 1, 1), date(2024, 12, 31), "DS", "DS"),
        (date(2020, 1, 1), date(2024, 12, 31), None, "LISAB"),
        (date(2026, 1, 1), None, None, "LISAB"),
    ],
)
def test_cases_of_a_unit_that_was_not_there_that_year_are_counted_in_its_successors_part_or_above(
    begins: date, ends: date | None, heir: str | None, home: str
) -> None:
    unit = Unit.objects.create(
        code="NY", kind=UnitKind.COMPANY, name="Nytt bolag AB", parent=Unit.objects.get(code="LISAB"), valid_from=begins,
        valid_to=ends, successor=Unit.objects.get(code=heir) if heir else None,
    )  # fmt: skip
    assert Tree.in_year(2025).home[unit.pk] == Unit.objects.get(code=home).pk


def test_two_units_of_the_same_name_are_told_apart(cast: Cast) -> None:
    twin = Unit.objects.get(code="DS")
    Unit.objects.create(code="TVA", kind=twin.kind, name=twin.name, parent=twin.parent, valid_from=twin.valid_from)
    names = [str(part) for part in Part.objects.filter(report=counted(cast.controller))]
    assert {f"{twin.name} (DS)", f"{twin.name} (TVA)"} < set(names)
    assert len(names) == len(set(names))


# ── Digests ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_digest_follows_the_history_of_the_cases_behind_and_nothing_else(cast: Cast) -> None:
    mine, other = idea("SOS"), idea("DS")
    report = counted(cast.controller)
    before = {unit: figure(report, RECEIVED.key, unit).digest for unit in (None, "SOS", "DS")}
    write_event(case=other, person=None, move="note_written")
    count_year(report, lambda done: None)
    after = {unit: figure(report, RECEIVED.key, unit).digest for unit in (None, "SOS", "DS")}
    assert [unit for unit in before if before[unit] != after[unit]] == [None, "DS"]
    assert figure(report, RECEIVED.key, "SOS").events == [Event.objects.get(case=mine).pk]


@pytest.mark.trust(22)
def test_a_history_changed_behind_a_frozen_figure_is_found_though_it_went_on_meanwhile(cast: Cast) -> None:
    first, second = idea("SOS"), idea("DS")
    report = frozen(cast)
    for case in (first, second):
        write_event(case=case, person=None, move="note_written")
    assert altered_figures(report) == []
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("ALTER TABLE cases_event DISABLE TRIGGER USER")
        cursor.execute("UPDATE cases_event SET hash = repeat('0', 64) WHERE case_id = %s AND number = 1", [first.pk])
        cursor.execute("ALTER TABLE cases_event ENABLE TRIGGER USER")
    assert [(str(row.part), row.indicator.key) for row in altered_figures(report)] == [
        ("Södersjukhuset AB", RECEIVED.key)
    ]


def test_a_case_without_history_has_its_place_in_the_digest(cast: Cast) -> None:
    idea("SOS", silent=True)
    report = frozen(cast)
    assert figure(report, RECEIVED.key, "SOS").events == [0]
    assert altered_figures(report) == []


# ── Examples ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_examples_are_the_latest_few_of_each_part_and_of_the_region(cast: Cast) -> None:
    for day in (1, 3, 2):
        introduced("SOS", on=f"2025-09-0{day}", title=f"Infört {day}")
    introduced("DS", on="2025-08-01", title="På Danderyd")
    introduced("DS", opened="2024-02-01", on="2024-08-01", title="Året före")
    report = counted(cast.controller)
    found: dict[str, list[str]] = {}
    for row in Example.objects.filter(report=report).select_related("part__unit"):
        found.setdefault(row.part.unit.code if row.part.unit else "", []).append(row.name)
    assert found == {"": ["Infört 3", "Infört 2"], "SOS": ["Infört 3", "Infört 2"], "DS": ["På Danderyd"]}
    first = Example.objects.filter(report=report, part__unit=None).first()
    assert first is not None
    assert (first.text, first.said["heading"]) == ("Akutmottagningen", "Infört under året")


def test_nothing_that_is_not_open_to_all_is_told_of_by_name_and_no_identity_number_is_printed(cast: Cast) -> None:
    introduced(title="Bara för dem som handlägger", confidentiality=Confidentiality.INTERNAL)
    introduced(title="Stängd", confidentiality=Confidentiality.RESTRICTED)
    introduced(title="Märkt", provision=Provision.OSL_21_1)
    introduced(title="Fråga 19850709-9805", introduced_where="Hos 19850709-9805")
    (row,) = Example.objects.filter(report=counted(cast.controller), part__unit=None)
    assert (row.name, row.text) == (mask("Fråga 19850709-9805"), mask("Hos 19850709-9805"))
    assert "19850709" not in row.name + row.text


def test_the_moment_of_counting_is_kept(cast: Cast) -> None:
    report = counted(cast.controller)
    assert report.counted_at is not None
    assert report.counted_at > moment("2025-01-01")
