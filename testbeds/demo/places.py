"""The testbeds of the demo: what can be tried where. Nothing in them is a real place's promise."""

from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils import timezone

from portal.organisation.models import Unit
from testbeds.models import OpeningException, OpeningHours, Testbed

WEEKDAYS = range(5)
OFFICE = (time(8), time(17))
PLACES: tuple[dict[str, Any], ...] = (
    {
        "slug": "vardrum", "at": "KAR", "hours": (time(7), time(18)),
        "name": "Provvårdrummet", "name_en": "The trial patient room",
        "summary": "Ett vårdrum i full skala där larm, sängar, belysning och arbetssätt prövas innan de möter patienter.",
        "summary_en": "A patient room in full scale where alarms, beds, lighting and ways of working are tried before they meet patients.",
        "offers": "Larm och givare, medicinteknik vid sängen, belysning, hygienlösningar, arbetssätt och simulering med personal.",
        "offers_en": "Alarms and sensors, bedside equipment, lighting, hygiene, ways of working, simulation with staff.",
        "equipment": "Två kompletta vårdplatser, kameror för observation, ett kontrollrum med plats för fyra.",
        "equipment_en": "Two complete beds, cameras for observation, a control room for four.",
        "quality": "Taklyft och larm kontrolleras varje år. Simuleringarna leds av utbildade handledare.",
        "terms": "Ni betalar för tiden. Värden får ersättning för personalens tid, och lägger själv två timmar i förberedelser.",
        "capacity": 8, "before": 30, "after": 45, "shortest": 60, "longest": 480, "induction": True, "secrecy": True, "ethics": True,
        "fee": 900, "reimbursement": 600, "in_kind": "2.0", "aid": 400, "answer_days": 10,
        "contact": "Innovationsenheten", "email": "provvardrum@example.org", "phone": "08-123 300 10",
        "address": "Solnavägen 1, Solna", "latitude": "59.34900", "longitude": "18.03100",
    },
    {
        "slug": "bussdepan", "at": "TF", "hours": (time(9), time(15)),
        "name": "Provbussen", "name_en": "The trial bus",
        "summary": "En buss i linjetrafik som kan utrustas med ny teknik för resenärer och förare.",
        "summary_en": "A bus in service that can be fitted with new technology for travellers and drivers.",
        "offers": "Information till resenärer, ledstråk och ljud, säten och grepp, energimätning, förarstöd.",
        "offers_en": "Information for travellers, tactile paths and sound, seats and handles, energy metering, driver support.",
        "equipment": "Ström, nät och fästen på tolv platser i bussen. Mätning av resande.",
        "quality": "Varje inbyggnad godkänns av depåns verkstad innan bussen går i trafik.",
        "terms": "Ni betalar inbyggnaden. Körningen kostar inget när testet gagnar resenärerna.",
        "capacity": 3, "before": 60, "after": 60, "shortest": 60, "longest": 360, "induction": True,
        "fee": 0, "reimbursement": 450, "in_kind": "1.0", "aid": 900, "answer_days": 15,
        "contact": "Trafikens innovationsgrupp", "email": "provbuss@example.org", "phone": "08-123 300 20",
        "address": "Söderhallen, Stockholm", "latitude": "59.31450", "longitude": "18.07530",
    },
    {
        "slug": "mottagningen", "at": "SLSO", "hours": OFFICE,
        "name": "Provmottagningen", "name_en": "The trial clinic",
        "summary": "En vårdcentral med två rum där digitala tjänster och egenvård prövas tillsammans med patienter som har sagt ja.",
        "summary_en": "A primary care clinic with two rooms where digital services and self-care are tried with patients who have agreed.",
        "offers": "Digitala möten, egenmätning hemma, kallelser, språkstöd, väntrum.",
        "offers_en": "Digital meetings, measuring at home, invitations, language support, waiting rooms.",
        "equipment": "Två mottagningsrum, ett provkök för hemmiljö, lån av mätare.",
        "quality": "Verksamheten har ett patientråd som läser varje plan innan patienter tillfrågas.",
        "terms": "Ingen avgift för anställda. Andra betalar för tiden.",
        "capacity": 4, "before": 15, "after": 15, "shortest": 30, "longest": 480, "secrecy": True, "ethics": True,
        "fee": 700, "reimbursement": 700, "in_kind": "0.5", "aid": 0, "answer_days": 10,
        "contact": "Utvecklingsenheten", "email": "provmottagning@example.org", "phone": "08-123 300 30",
        "address": "Liljeholmstorget 7, Stockholm", "latitude": "59.31020", "longitude": "18.02270",
    },
)  # fmt: skip


def make_places(units: dict[str, Unit], since: datetime) -> dict[str, Testbed]:
    """The testbeds by their addresses, published then, with hours and a day ahead on which they are closed."""
    made = {}
    for told in PLACES:
        values = {name: value for name, value in told.items() if name not in ("at", "hours")}
        unit = units[told["at"]]
        testbed = Testbed.objects.create(unit=unit, published_at=since, **values)
        opens, closes = told["hours"]
        OpeningHours.objects.bulk_create(
            OpeningHours(testbed=testbed, weekday=day, opens=opens, closes=closes) for day in WEEKDAYS
        )
        OpeningException.objects.create(testbed=testbed, day=planning_day(), why="Planeringsdag")
        made[testbed.slug] = testbed
    return made


def planning_day() -> date:
    """A Wednesday about a month ahead."""
    day = timezone.localdate() + timedelta(days=30)
    return day + timedelta(days=(2 - day.weekday()) % 7)
