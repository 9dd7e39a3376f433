"""Ideas and suggestions by the hundred thousand, in Swedish that a search has something to find in."""

from collections.abc import Callable
from datetime import datetime
from random import Random
from typing import Any

from ideas.demo.phrases import ANSWERS, PLACES, THINGS, WHY, WISHES
from ideas.demo.texts import IDEAS
from ideas.flow import IdeaFlow, SuggestionFlow
from ideas.models import Area
from ideas.states import IdeaState, IdeaType, Origin, Sender, SuggestionState, Value
from portal.cases.states import Beneficiary, Confidentiality, Perspective
from portal.demo.volume import Recipe
from portal.demo.volume import fill as fill_kind

SHARE_OF_IDEAS = 0.6
DECIDED = (
    IdeaState.ACCEPTED, IdeaState.DECLINED, IdeaState.TRYING, IdeaState.EVALUATED, IdeaState.INTRODUCED, IdeaState.LASTING,
    IdeaState.ENDED, IdeaState.CLOSED,
)  # fmt: skip


def fill(*, cases: int, random: Random, say: Callable[[str], None]) -> int:
    """Six ideas to four suggestions."""
    ideas = round(cases * SHARE_OF_IDEAS)
    made = fill_kind(IDEA, cases=ideas, random=random, say=say)
    areas = list(Area.objects.values_list("pk", flat=True))
    return made + fill_kind(_suggestion(areas), cases=cases - ideas, random=random, say=say)


def _idea_texts(random: Random, state: str, moment: datetime) -> tuple[dict[str, Any], dict[str, Any]]:
    seed, place, thing = random.choice(IDEAS), random.choice(PLACES), random.choice(THINGS)
    need = f"{thing} {place} {random.choice(WISHES)}. {random.choice(WHY)} {seed.need}".capitalize()
    case = {
        "title": f"{seed.title.split(' ')[0]} för {thing} {place}"[:200],
        "summary": seed.effect,
        "body": f"{need}\n{seed.solution}",
        "perspectives": random.sample(list(Perspective.values), random.randint(1, 2)),
        "beneficiaries": random.sample(list(Beneficiary.values), random.randint(1, 2)),
    }
    own: dict[str, Any] = dict.fromkeys(
        ("everyday_benefit", "quality_measure", "change", "resource_measure", "insight", "long_effect", "other_technology", "goal",
         "introduced_where", "lesson"), "",
    )  # fmt: skip
    own |= {
        "possible_invention": False,
        "need": need,
        "solution": seed.solution,
        "type": random.choice(list(IdeaType.values)),
        "origin": random.choice(list(Origin.values)),
        "short_effect": seed.effect,
        "values": random.sample(list(Value.values), 2),
        "actual_values": [],
        "technologies": [seed.technology] if seed.technology else [],
        "introduced_at": None,
        "accepted_at": None,
        "answered_at": None,
    }
    if state in DECIDED:
        own |= {"answered_at": moment, "accepted_at": None if state == IdeaState.DECLINED else moment}
    if state in (IdeaState.INTRODUCED, IdeaState.LASTING, IdeaState.ENDED):
        own |= {"introduced_at": moment, "introduced_where": place, "actual_values": own["values"]}
    return case, own


IDEA = Recipe(
    flow=IdeaFlow,
    texts=_idea_texts,
    weights={
        IdeaState.DECLINED: 30, IdeaState.CLOSED: 25, IdeaState.LASTING: 25, IdeaState.ENDED: 8, IdeaState.WITHDRAWN: 12,
        IdeaState.SUBMITTED: 20, IdeaState.ASSESSING: 25, IdeaState.RETURNED: 5, IdeaState.ACCEPTED: 12, IdeaState.TRYING: 20,
        IdeaState.EVALUATED: 6, IdeaState.INTRODUCED: 12,
    },
)  # fmt: skip


def _suggestion(areas: list[int]) -> Recipe:
    def texts(random: Random, state: str, moment: datetime) -> tuple[dict[str, Any], dict[str, Any]]:
        place, thing = random.choice(PLACES), random.choice(THINGS)
        proposal = f"{thing} {place} {random.choice(WISHES)}. {random.choice(WHY)}".capitalize()
        case = {
            "title": f"{thing} {place}".capitalize(),
            "summary": "",
            "body": proposal,
            "perspectives": [],
            "beneficiaries": [],
        }
        own = {
            "sender": random.choice(list(Sender.values)),
            "proposal": proposal,
            "place": place,
            "area_id": random.choice(areas),
            "disposition": "",
            "route": "",
            "answer": "",
            "public_text": "",
            "answered_at": None,
        }
        if state == SuggestionState.ANSWERED:
            disposition = random.choice(("new_idea", "joined", "exists", "not_taken", "not_taken"))
            own |= {"disposition": disposition, "answer": ANSWERS[disposition], "answered_at": moment}
        return case, own

    return Recipe(
        flow=SuggestionFlow,
        texts=texts,
        weights={SuggestionState.ANSWERED: 1, SuggestionState.RECEIVED: 1, SuggestionState.LOOKING: 2},
        anonymous=True,
        confidentiality=Confidentiality.INTERNAL,
    )
