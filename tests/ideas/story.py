"""What ideas and suggestions need on their way, besides what their fields and forms tell."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from ideas.actions.assessing import give_scorecard, save_scores, submit_assessment
from ideas.actions.placing import compare_unit
from ideas.flow import ChallengeFlow, IdeaFlow, SuggestionFlow
from ideas.models import Area, Assessment, Candidate, Challenge, Idea, Suggestion
from ideas.rules import criteria
from ideas.states import IdeaState
from portal.accounts.models import User
from portal.cases.models import Case
from portal.cases.states import Confidentiality
from portal.organisation.models import Unit
from tests.cast import Cast, Story, case_in

PLAN: dict[str, Any] = {"ends_on": (timezone.localdate() + timedelta(days=60)).isoformat(), "cost": 20_000}


def score(idea: Idea, assessor: User, points: int = 4) -> Assessment:
    """A submitted scorecard with the same points on every line."""
    assessment = give_scorecard(idea=idea, assessor=assessor)
    lines = {criterion.key: (points, "Erfarenheten talar för det.") for criterion in criteria(assessment)}
    saved = save_scores(assessment=assessment, scores=lines, version=assessment.version)
    submit_assessment(assessment=saved)
    return Assessment.objects.get(pk=assessment.pk)


def compare(idea: Any, code: str, points: int) -> Candidate:
    """The unit in the comparison, with the same points for everything."""
    told: dict[str, Any] = dict.fromkeys(Candidate.ASPECTS, points)
    told |= {f"{aspect}_why": f"Enheten {code} har vad som krävs." for aspect in Candidate.ASPECTS}
    return compare_unit(idea=idea, unit=Unit.objects.get(code=code), **told)


def compare_two(idea: Any, cast: Cast) -> None:
    """Karolinska is asked first, then Danderyd."""
    compare(idea, "KAR", 5)
    compare(idea, "DS", 3)


def take_part(idea: Any, cast: Cast) -> dict[str, Any]:
    units = Unit.objects.filter(code__in=("KAR", "DS", "SOS")).values_list("pk", flat=True)
    return {"units": list(units), "people": cast.colleague.email, "reason": "Den berör tre sjukhus."}


def suspect_invention(idea: Idea, cast: Cast) -> None:
    Idea.objects.filter(pk=idea.pk).update(possible_invention=True)
    Case.objects.filter(pk=idea.pk).update(confidentiality=Confidentiality.RESTRICTED)


def let_a_year_pass(idea: Idea, cast: Cast) -> None:
    """As if the idea had been introduced a year ago."""
    Case.objects.filter(pk=idea.pk).update(due_at=timezone.now())


def name_the_area(suggestion: Suggestion, cast: Cast) -> None:
    Suggestion.objects.filter(pk=suggestion.pk).update(area=Area.objects.get(key="care"))
    Case.objects.filter(pk=suggestion.pk).update(confidentiality=Confidentiality.INTERNAL)


def answer(suggestion: Any, cast: Cast) -> dict[str, Any]:
    return {"disposition": "not_taken", "reason": "Tack! Vi har redan en plan för det här."}


def times(opens: float, closes: float) -> dict[str, Any]:
    """When a challenge is open, in days from now, as the form sends it."""
    days = {"opens_at": opens, "closes_at": closes}
    return {name: f"{timezone.localtime() + timedelta(days=day):%Y-%m-%dT%H:%M}" for name, day in days.items()}


def let_it_close(challenge: Challenge, cast: Cast) -> None:
    """As if the challenge had closed a moment ago."""
    now = timezone.now()
    Challenge.objects.filter(pk=challenge.pk).update(opens_at=now - timedelta(days=9), closes_at=now)


def another(idea: Any, cast: Cast) -> dict[str, Any]:
    """What it is joined to: an idea of somebody else at another unit."""
    lead = case_in(IdeaFlow, IdeaState.SUBMITTED, cast, owner=cast.outsider, unit="KAR", title="Den andra idén")
    return {"idea": lead.reference, "reason": "De två är samma sak."}


STORIES = {
    ChallengeFlow: Story(answers={"announce": times(0, 30), "extend": times(0, 60)}, before={"settle": let_it_close}),
    IdeaFlow: Story(
        before={
            "submit_closed": suspect_invention,
            "ask_host": compare_two,
            "accept": lambda idea, cast: score(idea, cast.assessor),
            "confirm_lasting": let_a_year_pass,
        },
        answers={
            "ask_assessors": lambda idea, cast: {"assessors": cast.assessor.email},
            "ask_host": take_part,
            "try_out": PLAN,
            "try_again": PLAN,
            "close": {"outcome": "stopped"},
            "join": another,
            "consent": {"ceiling": 500_000},
        },
    ),
    SuggestionFlow: Story(
        anonymous=True,
        before={"receive": name_the_area},
        answers={"answer": answer},
    ),
}


def submitted(cast: Cast, title: str, need: str = "", **values: Any) -> Any:
    return case_in(IdeaFlow, IdeaState.SUBMITTED, cast, title=title, need=need or title, solution="Zzz", **values)
