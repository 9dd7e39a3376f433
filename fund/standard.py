"""What a call asks and weighs by when nothing else is said (domain §8). Written in Swedish, as applications are."""

from typing import Any

from fund.states import QuestionKind as Kind


def _asked(key: str, section: str, kind: Kind, label: str, hint: str = "", **more: Any) -> dict[str, Any]:
    return {"key": key, "section": section, "kind": kind, "label": label, "help": hint, **more}


WHO, WHAT, HOW, COST = "Om er", "Behov och lösning", "Genomförande", "Pengar"
HALF_TIME = "Är du anställd på minst halvtid av regionen, eller av en arbetsgivare med avtal och uppdrag från regionen?"

QUESTIONS = (
    _asked("half_time", WHO, Kind.YES, HALF_TIME),
    _asked("owned", WHO, Kind.YES, "Godtar ni att regionen äger resultatet och vägen dit?"),
    _asked("need", WHAT, Kind.TEXT, "Vilket behov ska mötas, och vems är det?", "Säg hur ni vet det.", most_words=250),
    _asked("approach", WHAT, Kind.TEXT, "Vad ska ni göra, och vad är nytt?", "Jämför med det som redan finns.", most_words=300),
    _asked(
        "benefit", WHAT, Kind.TEXT, "Vilken nytta gör det, och hur mäts den?",
        "Ange dagens värde och det ni räknar med att nå.", most_words=250, promise=True,
    ),
    _asked("competition", WHAT, Kind.TEXT, "Vilka andra lösningar finns, och varför är er bättre?", most_words=200),
    _asked("timetable", HOW, Kind.TIMETABLE, "Vad händer när?"),
    _asked("participants", HOW, Kind.PARTICIPANTS, "Vilka deltar?", "Namn, roll och enhet.", names_people=True),
    _asked("budget", COST, Kind.BUDGET, "Vad ska pengarna gå till?", "Hela kronor. Konsulter på egna rader."),
)  # fmt: skip
CRITERIA = (
    {"key": "need", "name": "Behov", "guidance": "Är behovet väsentligt, och är det visat?", "weight": 1},
    {"key": "approach", "name": "Arbetssätt", "guidance": "Har de goda förutsättningar att lösa uppgiften?", "weight": 1},
    {"key": "benefit", "name": "Nytta", "guidance": "Är nyttan tydlig, och går den att mäta?", "weight": 1},
    {"key": "competition", "name": "Alternativ", "guidance": "Är lösningen ny, eller bättre än det som finns?", "weight": 1},
)  # fmt: skip
