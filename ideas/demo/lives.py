"""The lives of ideas and suggestions in the demo: each is a generator that yields the moments at which something happens."""

from collections.abc import Generator
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any

from ideas.actions.assessing import save_scores, submit_assessment
from ideas.actions.placing import compare_unit
from ideas.actions.valuing import write_benefits
from ideas.demo.phrases import ANSWERS, PLACES, THINGS, WHY, WISHES
from ideas.demo.spread import check, spread, talk
from ideas.demo.texts import Seed
from ideas.models import Area, Assessment, Idea, Suggestion
from ideas.rules import criteria
from ideas.states import Change, Disposition, Origin, Outcome, Sender, Value
from portal.accounts.models import User
from portal.cases.actions.drafts import begin_case, save_draft
from portal.cases.actions.receipts import give_receipt
from portal.cases.models import Case, Considerations
from portal.cases.moving import perform
from portal.cases.states import Answer, Confidentiality
from portal.demo.clock import Life
from portal.demo.people import DOMAIN, GOALS, Cast
from portal.organisation.models import Unit

GOOD = ("introduced", "introduced", "closed", "declined", "introduced")


@dataclass
class Roll:
    """One life's own dice: the same number gives the same life."""

    random: Random
    moment: datetime

    def later(self, least: float, most: float) -> datetime:
        """Go on after some days, in working hours."""
        self.moment += timedelta(days=self.random.uniform(least, most))
        while self.moment.weekday() > 4:
            self.moment += timedelta(days=1)
        self.moment = self.moment.replace(hour=self.random.randint(7, 15), minute=self.random.randint(0, 59))
        return self.moment


def idea_life(cast: Cast, seed: Seed, unit: Unit, start: datetime, number: int, ending: str = "") -> Life:
    """From a draft to its end: introduced, closed with a lesson, declined, or still on its way when the demo's time ends."""
    roll = Roll(Random(f"idea{number}"), start)
    random, lead = roll.random, cast.leads[unit.pk]
    author = random.choice([person for person in cast.staff[unit.pk] if person != lead])
    if unit.code == "SOS" and number % 2:
        author = cast["medarbetare"]
    ending = ending or random.choice(GOOD)
    yield roll.moment
    idea: Case = begin_case(model=Idea, owner=author, unit=unit)
    idea = save_draft(case=idea, values=idea_fields(seed, random), version=1, person=author)
    yield roll.later(0, 4)
    perform(idea, "submit", person=author, data={})
    talk(cast, idea, author, number)
    yield roll.later(1, 9)
    perform(idea, "take_up", person=lead)
    if random.random() < 0.2:
        yield roll.later(1, 6)
        perform(
            idea,
            "send_back",
            person=lead,
            data={"reason": "Beskriv gärna hur ni har tänkt mäta nyttan, så kan vi gå vidare."},
        )
        yield roll.later(1, 12)
        perform(idea, "hand_in", person=author, data={})
    yield from _assess(cast, idea, lead, roll)
    yield roll.later(1, 8)
    if ending == "declined":
        reason = (
            "Tack för en genomtänkt idé. Vi går inte vidare nu, eftersom behovet redan möts av ett pågående införande."
        )
        perform(idea, "decline", person=lead, data={"reason": reason})
        return
    perform(idea, "accept", person=lead, data={"reason": "Nyttan är tydlig och enheten kan pröva i liten skala."})
    if number % 6 == 3:
        idea, lead = yield from place(cast, idea, lead, roll)
    if number % 2:
        texts = {"functional": "Kortare väntan för dem som berörs.", "economic": "Färre timmar i administration."}
        write_benefits(idea=idea, texts=texts, sek=40_000 * number, person=author)
    if (yield from _try(idea, lead, roll, ending)):
        yield from spread(cast, idea, seed, lead, number)
        yield from _last(idea, lead, roll, ending)
        if ending == "lasting":
            yield from check(cast, idea, number)


def _assess(cast: Cast, idea: Case, lead: User, roll: Roll) -> Life:
    colleagues = [person for person in cast.staff[idea.unit_id] if person.pk not in (idea.owner_id, lead.pk)]
    assessors = [lead, *roll.random.sample(colleagues, min(len(colleagues), roll.random.randint(0, 1)))]
    data = {"assessors": "\n".join(person.email for person in assessors[1:]), "me_too": "on"}
    perform(idea, "ask_assessors", person=lead, data=data)
    for assessor in assessors:
        yield roll.later(0.5, 5)
        assessment = Assessment.objects.select_related("idea").get(idea=idea.pk, assessor=assessor)
        scores = {
            criterion.key: (roll.random.choice((2, 3, 3, 4, 4, 5)), roll.random.choice(WHY))
            for criterion in criteria(assessment)
        }
        submit_assessment(assessment=save_scores(assessment=assessment, scores=scores, version=assessment.version))


def place(cast: Cast, idea: Case, lead: User, roll: Roll) -> Generator[datetime, None, tuple[Case, User]]:
    """The idea touches two other units as well; one says no, the other takes it on. Gives the idea, and who leads it from then on."""
    others = roll.random.sample([unit for unit in cast.units if unit.pk != idea.unit_id], 2)
    for unit, points in zip(others, (5, 4), strict=True):
        compare_unit(idea=idea, unit=unit, **compared(points))
    yield roll.later(1, 4)
    everyone = [idea.unit_id, *(unit.pk for unit in others)]
    data = {
        "units": everyone,
        "people": lead.email,
        "reason": "Idén berör tre verksamheter och behöver en som håller i den.",
    }
    idea = perform(idea, "ask_host", person=lead, data=data)
    yield roll.later(1, 5)
    no = {"reason": "Vi byter journalsystem i höst och har inte de timmar som krävs."}
    idea = perform(idea, "decline_hosting", person=cast.leads[others[0].pk], data=no)
    yield roll.later(1, 5)
    host = cast.leads[others[1].pk]
    yes = {"reason": "Vi har arbetat med frågan i två år och kan börja genast."}
    return perform(idea, "accept_hosting", person=host, data=yes), host


def compared(points: int) -> dict[str, Any]:
    """What is said of a unit in a comparison."""
    return {
        "resources": points, "resources_why": "En halvtidstjänst är avsatt för utveckling.",
        "competence": points, "competence_why": "Har prövat något liknande.",
        "chance": points - 1, "chance_why": "Ledningen vill, och lokalerna finns.",
    }  # fmt: skip


def _try(idea: Case, lead: User, roll: Roll, ending: str) -> Generator[datetime, None, bool]:
    """Tried and, if it held, introduced: True."""
    yield roll.later(5, 40)
    _consider(idea)
    plan = {
        "question": "Fungerar lösningen i vardagen på en enhet?",
        "measure": "Antal tillfällen per vecka och vad de som berörs säger i en kort enkät.",
        "baseline": f"{roll.random.randint(12, 40)} tillfällen per vecka.",
        "target": "Minst hälften så många avvikelser efter tre månader.",
        "stop_rule": "Avbryt om någon riskerar att skadas eller om arbetsmiljön försämras.",
        "ends_on": (roll.moment + timedelta(days=90)).date().isoformat(),
        "cost": roll.random.randrange(5_000, 45_000, 1_000),
    }
    perform(idea, "try_out", person=lead, data=plan)
    yield roll.later(50, 95)
    reached = ending in ("introduced", "lasting")
    result = (
        "Målet nåddes och de flesta vill fortsätta."
        if reached
        else "Målet nåddes bara delvis; tekniken var inte mogen."
    )
    measured = "Färre än hälften så många." if reached else "En fjärdedel färre."
    outcome = Outcome.REACHED if reached else Outcome.PARTLY
    perform(idea, "evaluate", person=lead, data={"reason": result, "outcome": outcome, "measured": measured})
    yield roll.later(3, 25)
    if not reached:
        lesson = "Börja med de enheter som själva har bett om stödet, och räkna med tid för utbildning."
        perform(idea, "close", person=lead, data={"reason": lesson})
        return False
    values = roll.random.sample(list(Value.values), 2)
    decision = {
        "reason": "Resultatet är gott och kostnaden ryms i budgeten.",
        "where": str(idea.unit),
        "values": values,
    }
    perform(idea, "introduce", person=lead, data=decision)
    return True


def _last(idea: Case, lead: User, roll: Roll, ending: str) -> Life:
    """A year later it is still used, or not."""
    yield roll.later(345, 370)
    values = roll.random.sample(list(Value.values), 2)
    if ending == "lasting" or roll.random.random() < 0.75:
        perform(
            idea,
            "confirm_lasting",
            person=lead,
            data={"reason": "Används varje dag och har blivit ordinarie arbetssätt.", "values": values},
        )
    else:
        perform(idea, "end_use", person=lead, data={"reason": "Ersattes när det nya journalsystemet infördes."})


def _consider(idea: Case) -> None:
    texts = {
        "sustainability_text": "Mindre resor och mindre material; ingen grupp får sämre villkor.",
        "accessibility_text": "Prövad med personer som använder skärmläsare och med förstoring.",
        "ethics_text": "Ingen forskning på människor; etikprövning behövs inte.",
        "integrity_text": "Inga personuppgifter utöver dem som redan hanteras i verksamheten.",
    }
    answers = dict.fromkeys(Considerations.TOPICS, Answer.YES)
    Considerations.objects.update_or_create(case_id=idea.pk, defaults=answers | texts)


def idea_fields(seed: Seed, random: Random) -> dict[str, Any]:
    """What the author fills in."""
    return {
        "possible_invention": False,
        "title": seed.title,
        "summary": seed.effect,
        "need": seed.need,
        "solution": seed.solution,
        "type": seed.type,
        "origin": random.choice(list(Origin.values)),
        "perspectives": [seed.perspective],
        "beneficiaries": sorted({seed.beneficiary, random.choice(("patient", "staff", "resident"))}),
        "everyday_benefit": seed.effect if seed.perspective == "everyday" else "",
        "quality_measure": "Antal avvikelser per månad." if seed.perspective == "quality" else "",
        "change": random.choice(list(Change.values)) if seed.perspective == "efficiency" else "",
        "resource_measure": "Timmar per vecka som frigörs." if seed.perspective == "efficiency" else "",
        "insight": "Ny kunskap om var och när behovet är störst." if seed.perspective == "insight" else "",
        "short_effect": seed.effect,
        "long_effect": "Fler enheter kan göra likadant när vi vet att det fungerar.",
        "values": random.sample(list(Value.values), 2),
        "technologies": [seed.technology] if seed.technology else [],
        "goal": GOALS.get(seed.perspective, ""),
    }


def suggestion_life(cast: Cast, area: Area, start: datetime, number: int) -> Life:
    """From a resident's form to an answer, where the demo's time is long enough."""
    roll = Roll(Random(f"suggestion{number}"), start)
    random, lead = roll.random, cast.leads[area.unit_id]
    yield roll.moment
    place, thing = random.choice(PLACES), random.choice(THINGS)
    suggestion = begin_case(
        model=Suggestion,
        owner=None,
        unit=area.unit,
        area=area,
        title=f"{thing} {place}".capitalize(),
        proposal=f"{thing} {place} {random.choice(WISHES)}. {random.choice(WHY)}".capitalize(),
        sender=random.choice(list(Sender.values)),
        place=place,
        confidentiality=Confidentiality.INTERNAL,
    )
    give_receipt(case=suggestion, email=f"invanare{number}@{DOMAIN}" if random.random() < 0.6 else "")
    perform(suggestion, "receive", person=None)
    yield roll.later(0.5, 12)
    perform(suggestion, "take_up", person=lead)
    yield roll.later(0.5, 18)
    perform(suggestion, "answer", person=lead, data=_answer(cast, suggestion, lead, random))
    if random.random() < 0.6:
        yield roll.later(0.1, 3)
        perform(suggestion, "publish", person=lead, data={"public_text": suggestion.proposal})


def _answer(cast: Cast, suggestion: Case, lead: User, random: Random) -> dict[str, Any]:
    ideas = Idea.objects.visible_to(lead).filter(unit=suggestion.unit_id, opened_at__isnull=False, closed_at=None)
    joined = random.choice(ideas.order_by("pk")[:20] or [None]) if random.random() < 0.3 else None
    choice = (
        Disposition.JOINED
        if joined
        else random.choice(("new_idea", "exists", "exists", "other_route", "not_taken", "not_taken"))
    )
    carrier = random.choice(cast.staff[suggestion.unit_id])
    return {
        "disposition": str(choice),
        "reason": ANSWERS[str(choice)],
        "idea": joined.reference if joined else "",
        "idea_title": suggestion.title,
        "carrier": carrier.email,
        "route": "Patientnämnden" if choice == Disposition.OTHER_ROUTE else "",
    }
