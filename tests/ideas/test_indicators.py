"""Each figure is counted from its cases, opens into them, and says zero where nothing happened."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from ideas.actions.talking import remove_comment, set_support, write_comment
from ideas.flow import IdeaFlow, SuggestionFlow
from ideas.models import Idea, Suggestion
from ideas.queries.ideas import goals_for
from ideas.rules import ANSWERED_WITHIN
from ideas.states import IdeaState as S
from portal.cases.models import Case
from portal.cases.workdays import STOCKHOLM
from portal.indicators.registry import all_indicators, by_key, splits
from portal.indicators.states import Measure
from portal.organisation.models import Unit
from tests.cast import Cast, case_in, make_move
from tests.days import this_year
from tests.ideas.story import PLAN

OURS = [one for one in all_indicators() if one.key.startswith(("ideas.", "suggestions."))]
ROWS = [
    "B1-3",
    "B1-4",
    "B2-1",
    "B2-2",
    "B2-3",
    "B4-10",
    "B41-0",
    "B42-2",
    "B42-5",
    "B43-1",
    "B43-7",
    "B5-2",
    "A15",
    "A16",
    "A17",
    "A18",
    "A21",
    "A22",
]


def figure(key: str, year: int | None = None) -> Any:
    """The value for the whole Region, this year's unless told."""
    return by_key(key).whole(this_year() if year is None else year)


@pytest.mark.strategy("B4-10")
def test_nothing_is_zero_for_what_is_counted_and_empty_for_what_is_measured(db: None) -> None:
    parts = {unit.pk: unit.pk for unit in Unit.objects.all()}
    for indicator in OURS:
        assert (indicator.key, indicator.whole(this_year())) == (indicator.key, indicator.nothing)
        assert (indicator.key, indicator.per_unit(this_year(), parts)) == (indicator.key, {})
        assert (indicator.key, list(indicator.behind(this_year()))) == (indicator.key, [])


@pytest.mark.strategy(*ROWS)
def test_a_number_is_how_many_cases_lie_behind_it(cast: Cast) -> None:
    for state in (S.SUBMITTED, S.DECLINED, S.TRYING, S.CLOSED, S.INTRODUCED, S.ENDED, S.LASTING):
        case_in(IdeaFlow, state, cast)
    for way in ("received", "answered"):
        case_in(SuggestionFlow, way, cast)
    parts = {unit.pk: unit.pk for unit in Unit.objects.all()}

    for indicator in OURS:
        behind = list(indicator.behind(this_year()).values_list("pk", flat=True))
        assert len(behind) == len(set(behind))
        if indicator.measure == Measure.NUMBER:
            assert (indicator.key, figure(indicator.key)) == (indicator.key, len(behind))
        assert set(indicator.per_unit(this_year(), parts)) <= {cast.author.unit_id}
        assert set(ROWS) >= set(indicator.rows)


@pytest.mark.strategy("B2-3")
def test_an_idea_that_lies_unanswered_lowers_the_share_answered_in_time(cast: Cast) -> None:
    answered, waiting, withdrawn = (case_in(IdeaFlow, S.ASSESSING, cast) for _ in range(3))
    year = timezone.localdate().year
    ran_out = datetime(year, 1, 2, tzinfo=UTC)
    Case.objects.filter(pk__in=[waiting.pk, withdrawn.pk]).update(opened_at=ran_out - ANSWERED_WITHIN)
    Case.objects.filter(pk=withdrawn.pk).update(
        closed_at=ran_out - timedelta(days=5), state="withdrawn", awaits="", due_at=None
    )
    Idea.objects.filter(pk=answered.pk).update(answered_at=timezone.now())

    share = by_key("ideas.answered_in_time")
    with time_machine.travel(datetime(year, 12, 31, 12, tzinfo=UTC), tick=False):
        assert {idea.pk for idea in share.population(year)} == {answered.pk, waiting.pk}
        assert share.whole(year) == 50
        assert not share.population(year - 1).exists()


def test_a_suggestion_that_lies_unanswered_lowers_the_share_answered_in_time(cast: Cast) -> None:
    answered, waiting = (case_in(SuggestionFlow, state, cast) for state in ("answered", "received"))
    year = timezone.localdate().year
    Case.objects.filter(pk=waiting.pk).update(opened_at=datetime(year, 1, 2, tzinfo=UTC) - ANSWERED_WITHIN)

    share = by_key("suggestions.answered_in_time")
    with time_machine.travel(datetime(year, 12, 31, 12, tzinfo=UTC), tick=False):
        assert {one.pk for one in share.population(year)} == {answered.pk, waiting.pk}
        assert share.whole(year) == 50


def test_every_row_that_asks_for_a_figure_has_one() -> None:
    assert {row for indicator in OURS for row in indicator.rows} == set(ROWS)


def test_figures_about_people_make_up_the_figure_that_they_split(cast: Cast) -> None:
    for sender in ("resident", "patient", "patient"):
        case_in(SuggestionFlow, "received", cast, sender=sender)
    assert {one.key.rpartition(".")[0]: one.splits for one in OURS if one.splits} == {
        "suggestions.sender": "suggestions.in"
    }
    for groups in splits():
        assert sum(figure(key) for key in groups) == figure(by_key(groups[0]).splits) == 3


@pytest.mark.strategy("B43-7")
def test_suggestions_used_are_those_that_became_or_joined_an_idea(cast: Cast) -> None:
    idea = case_in(IdeaFlow, S.SUBMITTED, cast)
    for disposition in ("new_idea", "joined", "exists", "other_route", "not_taken"):
        one = case_in(SuggestionFlow, "received", cast)
        make_move(
            one, "answer", cast, disposition=disposition, idea=idea.reference, idea_title="Ny", route="Patientnämnden", reason="Tack!"
        )  # fmt: skip
    case_in(SuggestionFlow, "received", cast)

    assert figure("suggestions.in") == 6
    assert figure("suggestions.answered") == 5
    assert figure("suggestions.used") == 40
    used = by_key("suggestions.used").behind(this_year()).values_list("disposition", flat=True)
    assert sorted(used) == ["joined", "new_idea"]


@pytest.mark.strategy("B2-1")
@pytest.mark.strategy("B1-4")
def test_an_idea_may_serve_a_goal_of_the_regions_own(cast: Cast) -> None:
    Unit.objects.filter(parent=None).update(goal="Världens mest innovationsdrivna region")
    assert cast.author.unit is not None
    assert "Världens mest innovationsdrivna region" in goals_for(cast.author.unit)

    served = case_in(IdeaFlow, S.SUBMITTED, cast)
    case_in(IdeaFlow, S.SUBMITTED, cast)
    Idea.objects.update(goal="")
    Idea.objects.filter(pk=served.pk).update(goal="Världens mest innovationsdrivna region")
    assert figure("ideas.goal") == 50
    assert list(by_key("ideas.goal").behind(this_year())) == [served]


@pytest.mark.strategy("A18")
def test_colleagues_take_part_and_the_author_does_not_count(cast: Cast) -> None:
    supported, commented, own, removed = (case_in(IdeaFlow, S.SUBMITTED, cast) for _ in range(4))
    set_support(idea=supported, person=cast.colleague, on=True)
    write_comment(idea=commented, person=cast.colleague, text="Bra")
    write_comment(idea=own, person=cast.author, text="Så tänkte jag")
    gone = write_comment(idea=removed, person=cast.colleague, text="Hör inte hit")
    remove_comment(comment=gone, person=cast.colleague, reason="Fel idé")
    assert figure("ideas.joined_in") == 50
    assert {idea.pk for idea in by_key("ideas.joined_in").behind(this_year())} == {supported.pk, commented.pk}


def test_lasting_use_is_a_share_of_those_checked(cast: Cast) -> None:
    for state in (S.LASTING, S.LASTING, S.ENDED, S.INTRODUCED):
        case_in(IdeaFlow, state, cast)
    assert figure("ideas.lasting") == Decimal("66.7")
    assert by_key("ideas.lasting").behind(this_year()).count() == 2


@pytest.mark.strategy("B1-3")
def test_value_is_counted_as_seen_and_not_as_hoped_for(cast: Cast) -> None:
    idea = case_in(IdeaFlow, S.EVALUATED, cast, values=["economic"])
    make_move(idea, "introduce", cast, values=["social"])
    assert (figure("ideas.value.economic"), figure("ideas.value.social")) == (0, 1)


@pytest.mark.strategy("B2-3")
def test_days_to_the_first_decision_are_a_median_and_later_decisions_do_not_move_it(cast: Cast) -> None:
    for days in (2, 4, 30):
        idea = case_in(IdeaFlow, S.ACCEPTED, cast)
        Case.objects.filter(pk=idea.pk).update(opened_at=idea.answered_at - timedelta(days=days))
        make_move(idea, "close", cast)
    assert figure("ideas.answer_days") == 4


@pytest.mark.strategy("B42-5")
def test_technology_counts_when_it_is_introduced_listed_or_not(cast: Cast) -> None:
    case_in(IdeaFlow, S.INTRODUCED, cast, technologies=["ai"], other_technology="")
    case_in(IdeaFlow, S.INTRODUCED, cast, technologies=[], other_technology="Holografi")
    case_in(IdeaFlow, S.INTRODUCED, cast, technologies=[], other_technology="")
    case_in(IdeaFlow, S.SUBMITTED, cast, technologies=["ai"])
    assert figure("ideas.technology") == 2


def test_an_idea_tried_twice_is_one_idea(cast: Cast) -> None:
    make_move(case_in(IdeaFlow, S.EVALUATED, cast), "try_again", cast, **PLAN)
    assert figure("ideas.tried") == 1
    assert by_key("ideas.tried").behind(this_year()).count() == 1


def test_the_year_is_the_swedish_calendars(cast: Cast) -> None:
    idea = case_in(IdeaFlow, S.SUBMITTED, cast)
    eve = datetime(this_year(), 12, 31, 23, 30, tzinfo=STOCKHOLM)
    Case.objects.filter(pk=idea.pk).update(opened_at=eve)
    assert (figure("ideas.in"), figure("ideas.in", this_year() + 1)) == (1, 0)
    Case.objects.filter(pk=idea.pk).update(opened_at=eve + timedelta(hours=1))
    assert (figure("ideas.in"), figure("ideas.in", this_year() + 1)) == (0, 1)


@pytest.mark.strategy("A21")
def test_both_ways_in_are_counted_alike(cast: Cast) -> None:
    case_in(IdeaFlow, S.SUBMITTED, cast)
    for sender in ("patient", "patient", "traveller"):
        case_in(SuggestionFlow, "received", cast, sender=sender)
    assert (figure("ideas.in"), figure("suggestions.in")) == (1, 3)
    assert (figure("suggestions.sender.patient"), figure("suggestions.sender.traveller")) == (2, 1)
    assert figure("suggestions.sender.visitor") == 0


def test_drafts_are_not_counted(cast: Cast) -> None:
    case_in(IdeaFlow, S.DRAFT, cast)
    case_in(SuggestionFlow, "draft", cast)
    assert (Idea.objects.count(), Suggestion.objects.count()) == (1, 1)
    assert (figure("ideas.in"), figure("suggestions.in")) == (0, 0)
