"""What the fund tells the annual follow-up (B43-5, B61-7, A14, A15)."""

from decimal import Decimal

import pytest
from django.utils import timezone

from fund.actions.outside import accept_external
from fund.flow import ApplicationFlow, CallFlow
from fund.models import Instalment
from fund.states import ApplicationState as S
from fund.states import CallState, ReportKind
from portal.cases.moving import perform
from portal.cases.states import Perspective
from portal.indicators.registry import all_examples, by_key
from tests.cast import Cast, again, case_in
from tests.days import this_year
from tests.fund.granted import given, planned, reported, second_officer
from tests.fund.story import ASKED, year_on
from tests.fund.test_outside import found, written

pytestmark = pytest.mark.django_db


@pytest.mark.strategy("B43-5", "A14", "A15")
def test_figures_are_counted_from_the_ledger_and_open_into_their_applications(cast: Cast) -> None:
    running, closed, stopped, declined = (
        case_in(ApplicationFlow, state, cast) for state in (S.RUNNING, S.CLOSED, S.STOPPED, S.DECLINED)
    )
    part = planned(running, amount=30_000)
    reported(running, by=cast.author, approved_by=cast.officer, cost=0)
    Instalment.objects.filter(pk=part.pk).update(approved_at=timezone.now(), approved_by=cast.officer)
    Instalment.objects.filter(pk=part.pk).update(paid_at=timezone.now(), paid_by=second_officer())
    figures = {
        "applications": (4, {running, closed, stopped, declined}),
        "grant_rate": (75, {running, closed, stopped}),
        "granted": (3 * ASKED, {running, closed, stopped}),
        "paid": (30_000, {running}),
        "finished": (1, {closed}),
        "stopped": (1, {stopped}),
        "effects": (1, {closed}),
        "effects_cost": (0, {closed}),
        "consultants": (25, {running, closed, stopped}),
    }
    for key, (value, cases) in figures.items():
        figure = by_key(f"fund.{key}")
        assert (figure.whole(this_year()), {case.pk for case in figure.behind(this_year())}) == (
            value,
            {case.pk for case in cases},
        ), key
        assert figure.per_unit(this_year(), {running.unit_id: running.unit_id}) == {running.unit_id: value}, key
        assert not figure.behind(this_year() - 1).exists()


@pytest.mark.strategy("A14", "A15")
def test_what_effects_are_worth_stands_beside_what_their_projects_cost(cast: Cast) -> None:
    measured, unmeasured = (case_in(ApplicationFlow, S.FOLLOWED, cast) for _one in range(2))
    for project, worth in ((measured, 140_000), (unmeasured, None)):
        year_on(project, cast)
        perform(
            project.as_kind(), "follow_up", person=again(cast.author), data={"reason": "Färre frågor.", "worth": worth}
        )

    told = by_key("fund.effects_worth")

    assert told.whole(this_year()) == 140_000
    assert {case.pk for case in told.behind(this_year())} == {measured.pk}
    assert by_key("fund.effects_cost").behind(this_year()).count() == 2


@pytest.mark.strategy("A15")
def test_the_report_tells_what_was_learnt_of_projects_that_were_stopped(cast: Cast) -> None:
    project = case_in(ApplicationFlow, S.RUNNING, cast)
    perform(project, "stop", person=again(cast.officer), data={"reason": "Zqlärdom.", "delegation": "4.2"})
    lessons = next(one for one in all_examples() if one.key == "fund.stopped")

    assert [(one.pk, lessons.text(one)) for one in lessons.cases(this_year())] == [(project.pk, "Zqlärdom.")]
    assert not lessons.cases(this_year() - 1).exists()


@pytest.mark.strategy("A15")
def test_consultants_are_counted_as_reported_and_otherwise_as_granted(cast: Cast) -> None:
    """A quarter of the budget applied for is consultants; half of what was asked for is granted in the second project."""
    share = by_key("fund.consultants")
    first, second = given(cast, ASKED), given(cast, ASKED // 2)
    rows = {one.pk: (one.cost, one.consultants) for one in share.population(this_year())}
    assert rows == {first.pk: (ASKED, ASKED // 4), second.pk: (ASKED // 2, ASKED // 8)}

    for kind, cost, consultants, approved_by in (
        (ReportKind.START, 0, 0, cast.officer),
        (ReportKind.HALF, 40_000, 20_000, cast.officer),
        (ReportKind.FINAL, 50_000, 50_000, None),
    ):
        told = {"kind": kind, "cost": cost, "consultants": consultants}
        reported(second, by=cast.author, approved_by=approved_by, **told)
        if kind == ReportKind.START:
            assert share.whole(this_year()) == 25
    rows = {one.pk: (one.cost, one.consultants) for one in share.population(this_year())}
    assert rows[second.pk] == (40_000, 20_000)
    assert share.whole(this_year()) == Decimal("29.2")


@pytest.mark.strategy("B43-5")
def test_a_grant_counts_in_each_perspective_that_it_serves(cast: Cast) -> None:
    granted = case_in(ApplicationFlow, S.GRANTED, cast)
    (served,) = granted.perspectives
    told = {key: by_key(f"fund.granted.{key}").whole(this_year()) for key in Perspective.values}
    assert {key for key, value in told.items() if value} == {served}


def test_calls_count_when_they_are_decided(cast: Cast) -> None:
    case_in(CallFlow, CallState.DECIDED, cast, owner=cast.officer)
    case_in(CallFlow, CallState.REVIEWING, cast, owner=cast.officer)
    assert by_key("fund.calls").whole(this_year()) == 1


@pytest.mark.strategy("B61-7")
def test_external_money_counts_where_it_is_held_once_it_is_accepted(cast: Cast) -> None:
    written(cast.officer)
    grant = found(written(cast.officer, granted_on=timezone.localdate()), cast.officer)
    accept_external(grant=grant, person=cast.officer)
    figure = by_key("fund.external")
    assert figure.per_unit(this_year(), {grant.unit_id: grant.unit_id}) == {grant.unit_id: Decimal(grant.amount)}
    assert not figure.behind(this_year()).exists()
