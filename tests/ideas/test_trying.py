"""The result beside the promise, what comes of it, and benefits: expected, and counted when they are seen in use."""

from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from ideas.flow import IdeaFlow
from ideas.models import Benefit, Idea, Trial
from ideas.states import IdeaState as S
from portal.cases.errors import Invalid
from portal.cases.moving import perform
from portal.indicators.registry import by_key
from tests.cast import Cast, again, case_in, make_move, signed_in
from tests.days import this_year
from tests.ideas.story import PLAN, let_a_year_pass


def test_the_result_stands_beside_the_baseline_and_the_target(cast: Cast) -> None:
    idea = case_in(IdeaFlow, S.ACCEPTED, cast)
    idea = make_move(idea, "try_out", cast, baseline="Tolv fall i månaden", target="Högst sex", **PLAN)
    form = signed_in(cast.lead).get(reverse("cases:move", args=[idea.key, "evaluate"])).content.decode()
    assert "Tolv fall i månaden" in form
    make_move(idea, "evaluate", cast, measured="Fem fall i månaden", outcome="reached", reason="Det höll.")

    assert Trial.objects.get().measured == "Fem fall i månaden"
    page = signed_in(cast.author).get(idea.get_absolute_url()).content.decode()
    places = [page.index(text) for text in ("Tolv fall i månaden", "Högst sex", "Fem fall i månaden")]
    assert places == sorted(places)


def test_a_plan_says_how_it_stands_before(cast: Cast) -> None:
    idea = case_in(IdeaFlow, S.ACCEPTED, cast)
    with pytest.raises(Invalid, match="baseline"):
        make_move(idea, "try_out", cast, baseline="")


@pytest.mark.strategy("B42-2")
def test_what_was_evaluated_is_introduced_developed_or_closed_with_a_reason(cast: Cast) -> None:
    for move, state in (("introduce", S.INTRODUCED), ("develop", S.ACCEPTED), ("close", S.CLOSED)):
        idea = case_in(IdeaFlow, S.EVALUATED, cast)
        with pytest.raises(Invalid):
            make_move(idea, move, cast, reason="")
        idea = make_move(idea, move, cast, reason="Det avgjorde saken.")
        assert idea.state == state
        page = signed_in(cast.author).get(idea.get_absolute_url()).content.decode()
        assert "Det avgjorde saken." in page
    assert "try_out" in IdeaFlow.moves


def test_a_trial_that_is_stopped_by_its_rule_ends_and_says_how(cast: Cast) -> None:
    idea = case_in(IdeaFlow, S.ACCEPTED, cast)
    idea = make_move(idea, "try_out", cast, baseline="Tolv fall i månaden", target="Högst sex", **PLAN)
    lead, address = signed_in(cast.lead), reverse("cases:move", args=[idea.key, "close"])
    assert "Tolv fall i månaden" in lead.get(address).content.decode()
    for answer in ({"outcome": "missed"}, {"outcome": "stopped", "measured": "Nio fall"}, {"measured": "Nio fall"}):
        assert lead.post(address, {"reason": "Någon kunde ha skadats.", **answer}).context["form"].errors

    answer = {"reason": "Någon kunde ha skadats.", "outcome": "stopped", "measured": ""}
    assert lead.post(address, answer).status_code == 302

    trial = Trial.objects.get()
    assert (trial.outcome, trial.measured, trial.ended_at is not None) == ("stopped", "", True)
    page = signed_in(cast.author).get(idea.get_absolute_url()).content.decode()
    assert page.index("Högst sex") < page.index("Den avbröts innan något hade mätts")


def test_a_trial_that_is_closed_with_its_result_keeps_it(cast: Cast) -> None:
    idea = case_in(IdeaFlow, S.TRYING, cast)
    make_move(idea, "close", cast, outcome="missed", measured="Elva fall i månaden", reason="Det hjälpte inte.")

    trial = Trial.objects.get()
    assert (trial.outcome, trial.measured, trial.result) == ("missed", "Elva fall i månaden", "Det hjälpte inte.")


@pytest.mark.parametrize("state", [S.ACCEPTED, S.EVALUATED])
def test_an_idea_that_is_not_being_tried_is_closed_without_an_outcome(cast: Cast, state: str) -> None:
    idea = case_in(IdeaFlow, state, cast)
    form = signed_in(cast.lead).get(reverse("cases:move", args=[idea.key, "close"])).context["form"]
    assert list(form.fields) == ["reason"]


@pytest.mark.strategy("B1-3")
def test_benefits_are_expected_before_and_seen_after_side_by_side(cast: Cast) -> None:
    idea = case_in(IdeaFlow, S.EVALUATED, cast, values=["social"])
    address = reverse("ideas:benefits", args=[idea.pk])
    author = signed_in(cast.author)
    assert author.post(address, {"economic": "Tvåhundra timmar om året."}).status_code == 302
    assert Idea.objects.get(pk=idea.pk).values == ["economic", "social"]
    assert figures("economic") == (0, None)  # nothing is counted before it is in use

    idea = make_move(Idea.objects.get(pk=idea.pk), "introduce", cast, values=["social"])
    assert figures("economic") == (0, 0)
    assert author.post(address, {"economic": "Hundra timmar om året."}).status_code == 302

    row = Benefit.objects.get()
    assert (row.expected, row.actual) == ("Tvåhundra timmar om året.", "Hundra timmar om året.")
    assert Idea.objects.get(pk=idea.pk).actual_values == ["economic", "social"]
    assert figures("economic") == (1, 100)
    page = author.get(idea.get_absolute_url()).content.decode()
    assert page.index("Tvåhundra timmar") < page.index("Hundra timmar om året.")
    assert author.get(address).status_code == 200


@pytest.mark.strategy("B1-3")
def test_economic_value_is_told_in_sek_and_counted_when_it_is_seen(cast: Cast) -> None:
    idea = case_in(IdeaFlow, S.EVALUATED, cast)
    address = reverse("ideas:benefits", args=[idea.pk])
    author = signed_in(cast.author)
    sums = [by_key(f"ideas.sek_{column}") for column in ("expected", "actual")]
    assert author.post(address, {"sek": "200000"}).status_code == 200  # a sum is told in words, too
    assert author.post(address, {"economic": "Färre brev.", "sek": "-1"}).status_code == 200
    assert author.post(address, {"economic": "Färre brev.", "sek": "200000"}).status_code == 302
    assert [one.whole(this_year()) for one in sums] == [0, 0]

    make_move(Idea.objects.get(pk=idea.pk), "introduce", cast, values=["economic"])
    assert "200\xa0000 kronor om året" in author.get(address).content.decode()
    assert author.post(address, {"economic": "Färre, men inte så få.", "sek": "150000"}).status_code == 302
    assert [one.whole(this_year()) for one in sums] == [200_000, 150_000]
    page = author.get(idea.get_absolute_url()).content.decode()
    assert page.index("200\xa0000 kronor om året") < page.index("150\xa0000 kronor om året")
    with pytest.raises(IntegrityError), transaction.atomic():
        Benefit.objects.create(idea=Idea.objects.get(pk=idea.pk), kind="social", actual="Glädje", actual_sek=1)


@pytest.mark.strategy("B1-3")
def test_a_year_later_what_was_seen_stands_until_somebody_says_otherwise(cast: Cast) -> None:
    idea = make_move(case_in(IdeaFlow, S.EVALUATED, cast), "introduce", cast, values=["economic", "social"])
    author, lead = signed_in(cast.author), signed_in(cast.lead)
    benefits = reverse("ideas:benefits", args=[idea.pk])
    assert author.post(benefits, {"economic": "Färre brev.", "sek": "100000"}).status_code == 302
    let_a_year_pass(idea, cast)
    address = reverse("cases:move", args=[idea.key, "confirm_lasting"])
    assert lead.get(address).context["form"]["values"].value() == ["economic", "social"]

    ticked = {"reason": "Används varje dag.", "values": ["functional"]}
    refused = lead.post(address, ticked)

    assert "Ekonomiskt" in str(refused.context["form"].errors["values"])
    assert author.post(benefits, {"economic": ""}).status_code == 302
    assert lead.post(address, ticked).status_code == 302
    assert Idea.objects.get(pk=idea.pk).actual_values == ["functional"]
    assert figures("economic")[0] == 0
    assert by_key("ideas.sek_actual").whole(this_year()) == 0


def test_no_sum_is_counted_of_a_kind_that_is_not_seen(cast: Cast) -> None:
    """As in what was written before the check of the year refused it."""
    idea = make_move(case_in(IdeaFlow, S.EVALUATED, cast), "introduce", cast, values=["economic"])
    address = reverse("ideas:benefits", args=[idea.pk])
    assert signed_in(cast.author).post(address, {"economic": "Färre brev.", "sek": "100000"}).status_code == 302
    assert by_key("ideas.sek_actual").whole(this_year()) == 100_000

    Idea.objects.filter(pk=idea.pk).update(actual_values=["functional"])

    assert by_key("ideas.sek_actual").whole(this_year()) == 0


def figures(kind: str) -> tuple[Any, Any]:
    return by_key(f"ideas.value.{kind}").whole(this_year()), by_key(f"ideas.value_kept.{kind}").whole(this_year())


def test_the_database_knows_no_value_before_the_introduction(cast: Cast) -> None:
    idea = case_in(IdeaFlow, S.EVALUATED, cast)
    with pytest.raises(IntegrityError), transaction.atomic():
        Idea.objects.filter(pk=idea.pk).update(actual_values=["social"])


def test_who_is_neither_author_nor_handler_does_not_describe_benefits(cast: Cast) -> None:
    idea = case_in(IdeaFlow, S.SUBMITTED, cast)
    address = reverse("ideas:benefits", args=[idea.pk])
    assert signed_in(cast.colleague).get(address).status_code == 403
    declined = case_in(IdeaFlow, S.DECLINED, cast)
    assert signed_in(cast.author).get(reverse("ideas:benefits", args=[declined.pk])).status_code == 409


@pytest.mark.strategy("A22")
def test_a_unit_tries_again_after_developing_further(cast: Cast) -> None:
    idea = make_move(case_in(IdeaFlow, S.EVALUATED, cast), "develop", cast)
    idea = perform(idea, "try_out", person=again(cast.lead), data={**plan(), **PLAN})
    assert (idea.state, Trial.objects.count()) == (S.TRYING, 2)


def plan() -> dict[str, Any]:
    return {"question": "Håller det?", "measure": "Fall", "baseline": "Tolv", "target": "Sex", "stop_rule": "Skada"}
