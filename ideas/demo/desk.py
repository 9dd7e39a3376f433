"""What lies on the desks of the accounts today, so that whoever signs in as one of them has something to do."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random
from typing import Any

from ideas.actions.assessing import save_scores, submit_assessment
from ideas.actions.placing import compare_unit
from ideas.demo.lives import compared, idea_fields
from ideas.demo.phrases import WHY
from ideas.demo.texts import Seed
from ideas.models import Area, Assessment, Idea, Suggestion
from ideas.rules import criteria
from ideas.states import Sender
from portal.accounts.models import User
from portal.cases.actions.drafts import begin_case, save_draft
from portal.cases.actions.receipts import give_receipt
from portal.cases.models import Case
from portal.cases.moving import perform
from portal.cases.states import Confidentiality
from portal.demo.clock import Life
from portal.demo.people import DOMAIN, Cast
from portal.organisation.models import Unit

HOME = "SOS"

DESK = (
    Seed(
        "Byte av dropp utan larm i hela korridoren",
        "När ett dropp tar slut larmar pumpen så att alla på avdelningen hör det, också den som sover.",
        "Larmet går till sköterskans telefon.",
        "Lugnare nätter på avdelningen.",
        "way_of_working",
        "quality",
        "patient",
    ),
    Seed(
        "Lånevagn för rullstolar vid entrén",
        "Rullstolarna samlas på avdelningarna och saknas vid entrén. Personalen letar flera gånger om dagen.",
        "En vagn med plats för tolv rullstolar, som tömms varje kväll av den som ändå går förbi.",
        "Besökare får en rullstol direkt och personalen slipper leta.",
        "process",
        "everyday",
        "visitor",
    ),
    Seed(
        "Samtalskort inför hemgång",
        "Närstående ringer efter hemgången och frågar sådant som har sagts, men som ingen minns.",
        "Ett kort med fem frågor som patienten, den närstående och sköterskan fyller i tillsammans.",
        "Färre samtal till avdelningen och tryggare hemgång.",
        "way_of_working",
        "quality",
        "relative",
    ),
    Seed(
        "Mörka timmar på intensiven",
        "Ljus och ljud hela natten gör att patienter sover dåligt och blir förvirrade.",
        "Två timmar varje natt då allt som kan vänta får vänta, och ljuset styrs av en sensor.",
        "Bättre sömn och kortare vårdtid.",
        "way_of_working",
        "quality",
        "patient",
        "sensor",
    ),
    Seed(
        "Gemensam bokning av tolk",
        "Tre avdelningar bokar tolk var för sig, ofta till samma patient samma dag.",
        "En delad kalender där tolken bokas en gång per patient och dag.",
        "Mindre kostnad och färre avbokade besök.",
        "process",
        "efficiency",
        "patient",
    ),
    Seed(
        "Gemensam pool av vagnar för syrgas",
        "Sjukhusen köper in var sin reserv av vagnar, och hälften står oanvända.",
        "En pool som tre sjukhus delar, med en kalender där den som lånar bokar.",
        "Färre inköp och inga avdelningar utan vagn.",
        "process",
        "efficiency",
        "patient",
    ),
    Seed(
        "Nålhållare som fälls ihop med en hand",
        "Stick på använda nålar sker oftast när båda händerna behövs för att få på skyddet.",
        "En hållare med en led som låser nålen när greppet släpps.",
        "Färre stickskador.",
        "product",
        "quality",
        "staff",
    ),
    Seed(
        "Rullstolar som finns när besökaren kommer",
        "Vid entrén saknas rullstolar nästan varje dag, och personalen får leta på avdelningarna medan besökaren väntar.",
        "Rullstolarna får en fast plats vid entrén och samlas in varje kväll.",
        "Besökaren slipper vänta.",
        "process",
        "everyday",
        "visitor",
    ),
)


def desk_lives(cast: Cast, now: datetime) -> Iterator[Life]:
    today = now.replace(hour=8, minute=12)  # the latest of it was yesterday
    home = next(unit for unit in cast.units if unit.code == HOME)
    texts = iter(DESK)
    yield _draft(cast["medarbetare"], home, next(texts), today - timedelta(days=1))
    yield _to_take_up(cast["kollega"], home, next(texts), today - timedelta(days=3))
    yield _to_complete(cast, home, next(texts), today - timedelta(days=9))
    yield _to_score(cast, home, next(texts), today - timedelta(days=8))
    yield _to_try(cast, home, next(texts), today - timedelta(days=20))
    yield _to_host(cast, home, next(texts), today - timedelta(days=22))
    yield _to_protect(cast["medarbetare"], home, next(texts), today - timedelta(days=5))
    yield _to_join(cast, home, next(texts), today - timedelta(days=2))
    yield _to_answer(home, today - timedelta(days=4))


def _write(author: User, unit: Unit, seed: Seed, **more: Any) -> Case:
    idea: Case = begin_case(model=Idea, owner=author, unit=unit)
    return save_draft(case=idea, values=idea_fields(seed, Random(seed.title)) | more, version=1, person=author)


def _send(author: User, unit: Unit, seed: Seed) -> Case:
    idea = _write(author, unit, seed)
    perform(idea, "submit", person=author, data={})
    return idea


def _draft(author: User, unit: Unit, seed: Seed, moment: datetime) -> Life:
    """Half written: the list of what is missing has something to say."""
    yield moment
    idea: Case = begin_case(model=Idea, owner=author, unit=unit)
    save_draft(case=idea, values={"title": seed.title, "need": seed.need}, version=1, person=author)


def _to_take_up(author: User, unit: Unit, seed: Seed, moment: datetime) -> Life:
    yield moment
    _send(author, unit, seed)


def _to_complete(cast: Cast, unit: Unit, seed: Seed, moment: datetime) -> Life:
    author, lead = cast["medarbetare"], cast["innovationsledare"]
    yield moment
    idea = _send(author, unit, seed)
    yield moment + timedelta(days=2)
    perform(idea, "take_up", person=lead)
    yield moment + timedelta(days=7)
    perform(
        idea,
        "send_back",
        person=lead,
        data={"reason": "Hur många gånger i veckan händer det? Skriv gärna ett exempel."},
    )


def _to_score(cast: Cast, unit: Unit, seed: Seed, moment: datetime) -> Life:
    author, lead = cast["kollega"], cast["innovationsledare"]
    yield moment
    idea = _send(author, unit, seed)
    yield moment + timedelta(days=1)
    perform(idea, "take_up", person=lead)
    yield moment + timedelta(days=2)
    perform(idea, "ask_assessors", person=lead, data={"assessors": "granskare1\ngranskare2"})


def _to_try(cast: Cast, unit: Unit, seed: Seed, moment: datetime) -> Life:
    """Decided by the manager, who can start the trial when the considerations are answered."""
    author, lead = cast["kollega"], cast["innovationsledare"]
    yield moment
    idea = _send(author, unit, seed)
    yield moment + timedelta(days=1)
    perform(idea, "take_up", person=lead)
    perform(idea, "ask_assessors", person=lead, data={"assessors": "", "me_too": "on"})
    yield moment + timedelta(days=6)
    _score(idea, lead)
    yield moment + timedelta(days=8)
    reason = "Nyttan är tydlig och risken liten. Pröva på en avdelning först."
    perform(idea, "accept", person=cast["chef"], data={"reason": reason})


def _to_host(cast: Cast, unit: Unit, seed: Seed, moment: datetime) -> Life:
    """It comes from another unit, and the lead and the manager of this one are asked whether they take it on."""
    other = next(one for one in cast.units if one.pk != unit.pk and cast.leads[one.pk] != cast.leads[unit.pk])
    lead = cast.leads[other.pk]
    author = next(person for person in cast.staff[other.pk] if person != lead)
    yield moment
    idea = _send(author, other, seed)
    yield moment + timedelta(days=1)
    perform(idea, "take_up", person=lead)
    perform(idea, "ask_assessors", person=lead, data={"assessors": "", "me_too": "on"})
    yield moment + timedelta(days=6)
    _score(idea, lead)
    perform(
        idea,
        "accept",
        person=lead,
        data={"reason": "Flera sjukhus har samma behov. Frågan är vem som kan hålla i det."},
    )
    for candidate, points in ((unit, 5), (other, 3)):
        compare_unit(idea=idea, unit=candidate, **compared(points))
    yield moment + timedelta(days=19)
    data = {
        "units": [unit.pk, other.pk],
        "people": author.email,
        "reason": "Vagnarna finns på tre sjukhus och behöver en ägare.",
    }
    perform(idea, "ask_host", person=lead, data=data)


def _score(idea: Case, assessor: User) -> None:
    assessment = Assessment.objects.select_related("idea").get(idea=idea.pk, assessor=assessor)
    scores = {criterion.key: (4, WHY[0]) for criterion in criteria(assessment)}
    submit_assessment(assessment=save_scores(assessment=assessment, scores=scores, version=assessment.version))


def _to_protect(author: User, unit: Unit, seed: Seed, moment: datetime) -> Life:
    yield moment
    idea = _write(author, unit, seed, possible_invention=True, confidentiality=Confidentiality.RESTRICTED)
    perform(idea, "submit_closed", person=author, data={})


def _to_join(cast: Cast, unit: Unit, seed: Seed, moment: datetime) -> Life:
    """Much the same as the idea of a colleague, so the two go on as one."""
    yield moment
    idea = _send(cast["medarbetare"], unit, seed)
    yield moment + timedelta(hours=5)
    lead = Idea.objects.filter(title=DESK[1].title, opened_at__isnull=False).latest("pk")
    reason = "Ni har sett samma sak från två håll. Idéerna prövas tillsammans, och ni får båda veta hur det går."
    perform(idea, "join", person=cast["innovationsledare"], data={"idea": lead.reference, "reason": reason})


def _to_answer(unit: Unit, moment: datetime) -> Life:
    yield moment
    suggestion = begin_case(
        model=Suggestion,
        owner=None,
        unit=unit,
        area=Area.objects.order_by("position", "pk").first(),
        title="Skyltar på fler språk vid akutens entré",
        proposal="Jag hittade inte till akuten i kväll. Skylten vid bussen syns inte i mörker, och den är bara på svenska. "
        "Sätt upp en belyst skylt med symboler.",
        sender=Sender.PATIENT,
        place="Busshållplatsen vid Södersjukhuset",
        confidentiality=Confidentiality.INTERNAL,
    )
    give_receipt(case=suggestion, email=f"invanare@{DOMAIN}")
    perform(suggestion, "receive", person=None)
