"""What ideas and suggestions need on their way, besides what their fields and forms tell."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from ideas.actions.assessing import save_scores, submit_assessment
from ideas.flow import IdeaFlow, SuggestionFlow
from ideas.models import Area, Assessment, Idea, Suggestion
from ideas.rules import criteria
from ideas.states import IdeaState
from portal.accounts.models import User
from portal.cases.models import Case
from portal.cases.states import Confidentiality
from tests.cast import Cast, Story, case_in

PLAN: dict[str, Any] = {"ends_on": (timezone.localdate() + timedelta(days=60)).isoformat(), "cost": 20_000}


def score(idea: Idea, assessor: User, points: int = 4) -> Assessment:
    """A submitted scorecard with the same points on every line."""
    assessment, _created = Assessment.objects.get_or_create(idea=idea, assessor=assessor)
    lines = {criterion.key: (points, "Erfarenheten talar för det.") for criterion in criteria(idea)}
    saved = save_scores(assessment=assessment, scores=lines, version=assessment.version)
    submit_assessment(assessment=saved)
    return Assessment.objects.get(pk=assessment.pk)


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


def another(idea: Any, cast: Cast) -> dict[str, Any]:
    """What it is joined to: an idea of somebody else at another unit."""
    lead = case_in(IdeaFlow, IdeaState.SUBMITTED, cast, owner=cast.outsider, unit="KAR", title="Den andra idén")
    return {"idea": lead.reference, "reason": "De två är samma sak."}


STORIES = {
    IdeaFlow: Story(
        before={
            "submit_closed": suspect_invention,
            "accept": lambda idea, cast: score(idea, cast.assessor),
            "confirm_lasting": let_a_year_pass,
        },
        answers={
            "ask_assessors": lambda idea, cast: {"assessors": cast.assessor.email},
            "try_out": PLAN,
            "try_again": PLAN,
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
