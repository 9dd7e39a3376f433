"""The needs bank, the challenges and the scanning notes of the demo."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random
from typing import Any

from django.utils import timezone

from ideas.actions.banking import save_row, tie_note
from ideas.actions.challenging import answer_challenge, begin_challenge
from ideas.actions.receiving import Letter, receive_suggestion
from ideas.demo.desk import DESK
from ideas.demo.lives import idea_fields
from ideas.models import Area, Challenge, Gathering, Idea, Need, ScanningNote
from ideas.states import Became, Sender
from portal.cases.actions.drafts import begin_case, save_draft
from portal.cases.models import Case
from portal.cases.moving import perform
from portal.demo.clock import Life
from portal.demo.people import DOMAIN, Cast

GATHERINGS: tuple[dict[str, Any], ...] = (
    {
        "title": "Samtal i väntrummet, två eftermiddagar", "method": "interview", "groups": ["patient", "relative"],
        "held_by": "Innovationsteamet och en undersköterska",
        "result": "Tjugotvå samtal. De flesta vet inte vem de väntar på eller hur länge. Närstående vill veta när de kan gå och äta.",
    },
    {
        "title": "Följ med på resan till dialysen", "method": "observation", "groups": ["patient", "traveller"],
        "held_by": "Tre medarbetare från trafik och vård",
        "result": "Sex resor. Väntan på bilen hem tog i snitt längre tid än resan. Ingen kunde säga varför.",
    },
    {
        "title": "Verkstad om besök på sjukhus", "method": "workshop", "groups": ["visitor", "resident"],
        "held_by": "Enheten för patientmedverkan",
        "result": "Femton deltagare ritade sitt besök. Entrén och vägen till rätt hiss återkom hos nästan alla.",
    },
)  # fmt: skip
NEEDS: tuple[tuple[int, dict[str, Any]], ...] = (
    (0, {
        "sentence": "Den som väntar behöver veta hur länge till, för att våga lämna väntrummet",
        "groups": ["patient", "relative"],
        "evidence": "Arton av tjugotvå samtal. Receptionen får samma fråga ungefär sextio gånger om dagen.",
    }),
    (0, {
        "sentence": "Den som följer med en närstående behöver få veta när läkaren kommer",
        "groups": ["relative"],
        "evidence": "Nio av tio närstående i samtalen hade missat ronden minst en gång.",
    }),
    (1, {
        "sentence": "Den som åker hem efter behandling behöver veta när bilen kommer, för att inte vänta i onödan",
        "groups": ["patient", "traveller"],
        "evidence": "Väntan på hemresan var i snitt 48 minuter vid sex resor.",
    }),
    (2, {
        "sentence": "Den som kommer första gången behöver hitta rätt utan att fråga, för att komma i tid",
        "groups": ["visitor", "patient"],
        "evidence": "Tretton av femton ritade samma ställe där de gick fel.",
    }),
)  # fmt: skip
QUESTION = {
    "question": "Hur kan den som väntar få veta ungefär hur länge till, utan att personalen behöver svara var och en?",
    "criteria": "Att det hjälper den som inte har telefon. Att det inte ger personalen mer att göra. Att det går att pröva på en "
    "mottagning inom tre månader.",
}
OLD_QUESTION = {
    "question": "Hur kan en besökare hitta rätt på sjukhuset första gången, utan att fråga?",
    "criteria": "Att det fungerar för den som ser dåligt eller läser svenska dåligt. Att det håller när avdelningar flyttar.",
}
NOTES: tuple[dict[str, Any], ...] = (
    {
        "title": "Väntetid på skärm, ett sjukhus i Norden", "source": "Studiebesök",
        "seen": "En skärm visar vilken ordning man har och en ungefärlig tid. Den som går ut får ett sms tio minuter före.",
        "meaning": "Går att pröva med det kösystem som redan finns. Vi behöver ett sätt för den som inte har telefon.",
    },
    {
        "title": "Europeiskt förslag om hälsodata", "source": "EU-kommissionen", "link": "https://health.ec.europa.eu/",
        "seen": "Regler för hur hälsodata får användas på nytt i forskning och innovation.",
        "meaning": "Idéer som bygger på data mellan regioner kan bli lättare att pröva. Juristerna behöver vara med tidigt.",
    },
    {
        "title": "Självkörande bussar på landet", "source": "Branschtidning",
        "seen": "En region har kört en linje med säkerhetsförare i ett år. Få störningar, men vintern var svår.",
        "meaning": "Följ vintern till, innan någon hos oss tar upp frågan.",
    },
)  # fmt: skip


def need_lives(cast: Cast, now: datetime) -> Iterator[Life]:
    """One challenge is open, one has been answered and one is still written."""
    today = now.replace(hour=9, minute=0)
    yield _bank(cast, today - timedelta(days=120))
    yield _answered(cast, today - timedelta(days=100))
    yield _open(cast, today - timedelta(days=12))
    yield _written(cast, today - timedelta(days=2))


def _bank(cast: Cast, moment: datetime) -> Life:
    yield moment
    lead = cast["innovationsledare"]
    home = next(unit for unit in cast.units if unit.code == "SOS")
    held = [
        save_row(
            row=Gathering(),
            values={**told, "unit": home, "held_on": (moment - timedelta(days=14 * place)).date()},
            person=lead,
        )
        for place, told in enumerate(GATHERINGS)
    ]
    for place, told in NEEDS:
        save_row(row=Need(), values={**told, "unit": home, "gathering": held[place]}, person=lead)
    for place, note in enumerate(NOTES):
        seen_on = (moment - timedelta(days=20 * place)).date()
        save_row(row=ScanningNote(), values={**note, "seen_on": seen_on}, person=cast["kollega"])


def _announce(cast: Cast, place: int, title: str, texts: dict[str, str], days: int) -> Challenge:
    lead = cast["innovationsledare"]
    need = Need.objects.order_by("pk")[place]
    challenge = begin_challenge(owner=lead, unit=need.unit, title=title, need=need)
    challenge = save_draft(case=challenge, values=texts, version=1, person=lead)
    closes = timezone.localtime() + timedelta(days=days)
    times = {"opens_at": f"{timezone.localtime():%Y-%m-%dT%H:%M}", "closes_at": f"{closes:%Y-%m-%dT%H:%M}"}
    perform(challenge, "announce", person=lead, data=times)
    return Challenge.objects.get(pk=challenge.pk)


def _suggest(challenge: Challenge, text: str) -> Case:
    area = Area.objects.select_related("unit").order_by("position", "pk")[0]
    letter = Letter(proposal=text, sender=Sender.PATIENT, area=area, unit=challenge.unit)
    return receive_suggestion(letter=letter, email=f"invanare@{DOMAIN}", challenge=challenge)[0]


def _idea(cast: Cast, challenge: Challenge, username: str, title: str, solution: str) -> Case:
    author = cast[username]
    idea: Case = begin_case(model=Idea, owner=author, unit=challenge.unit)
    told = {**idea_fields(DESK[0], Random(title)), "title": title, "need": challenge.question, "solution": solution}
    idea = save_draft(case=idea, values=told, version=1, person=author)
    answer_challenge(challenge=challenge, case=idea, person=author)
    perform(idea, "submit", person=author, data={})
    return idea


def _open(cast: Cast, moment: datetime) -> Life:
    yield moment
    challenge = _announce(cast, 0, "Väntan som går att förstå", QUESTION, days=45)
    for note in ScanningNote.objects.filter(title__startswith="Väntetid"):
        tie_note(note=note, case=challenge, person=cast["kollega"])
    yield moment + timedelta(days=3)
    _suggest(challenge, "Ge mig en lapp med ett nummer och en skärm i kaféet, så vågar jag gå och äta.")
    yield moment + timedelta(days=5)
    _idea(
        cast, challenge, "medarbetare", "Tre färger i väntrummet",
        "En lampa över dörren: grön när det går som planerat, gul vid en halvtimme, röd vid en timme.",
    )  # fmt: skip


def _answered(cast: Cast, moment: datetime) -> Life:
    yield moment
    challenge = _announce(cast, 3, "Hitta rätt första gången", OLD_QUESTION, days=30)
    yield moment + timedelta(days=8)
    lines = _suggest(challenge, "Måla en linje i golvet från entrén till varje hiss, i olika färg och mönster.")
    yield moment + timedelta(days=11)
    lifts = _idea(
        cast, challenge, "kollega", "Färgade hissar",
        "Varje hiss får en färg och en form, som också står i kallelsen.",
    )  # fmt: skip
    yield moment + timedelta(days=40)
    told = {
        f"answer_{lines.pk}": Became.JOINED,
        f"answer_{lifts.pk}": Became.TAKEN,
        "reason": "Tack för alla svar. Vi går vidare med färger på hissarna, och tar med linjerna i golvet i samma prövning.",
    }
    perform(challenge, "settle", person=cast["innovationsledare"], data=told)


def _written(cast: Cast, moment: datetime) -> Life:
    yield moment
    need = Need.objects.order_by("pk")[2]
    begin_challenge(owner=cast["innovationsledare"], unit=need.unit, title="Hem utan väntan", need=need)
