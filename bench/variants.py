"""The same text as somebody else might have sent it in: rephrased, truncated, misspelt, with words dropped."""

import re
from collections.abc import Callable
from random import Random

SENTENCE = re.compile(r"(?<=[.!?;])\s+|,\s+(?:and|but|och|men)\s+")
LETTERS = "abcdefghijklmnoprstuvyåäö"
CONTENT = 5
"""A word of at least so many letters carries meaning, and is worth misspelling."""
WORDS = {
    "en": {
        "staff": "personnel", "nurse": "carer", "nurses": "carers", "doctor": "physician", "doctors": "physicians",
        "wait": "queue",
        "waiting": "queueing", "waited": "queued", "quick": "fast", "quicker": "faster", "quickly": "fast",
        "appointment": "visit",
        "appointments": "visits", "call": "phone", "called": "rang", "phone": "telephone", "room": "space", "food": "meals",
        "better": "improved", "improve": "better", "good": "fine", "great": "very good", "excellent": "very good",
        "kind": "friendly",
        "helpful": "obliging", "friendly": "pleasant", "more": "additional", "patients": "people", "patient": "person",
        "journey": "trip",
        "vehicle": "car", "comfortable": "comfy", "explain": "tell", "explained": "told", "information": "facts",
        "listen": "pay attention",
        "need": "require", "needed": "required", "took": "used", "long": "lengthy", "arrive": "come", "arrived": "came",
        "hospital": "clinic",
        "home": "house", "treatment": "care", "service": "help", "problem": "trouble", "problems": "troubles", "easy": "simple",
        "difficult": "hard", "often": "frequently", "maybe": "perhaps", "think": "believe", "felt": "was", "people": "others",
    },
    "sv": {
        "idé": "uppslag", "idéer": "uppslag", "förslag": "uppslag", "skriv": "ange", "skriver": "anger", "skicka": "lämna",
        "skickar": "lämnar",
        "välj": "ta", "enhet": "verksamhet", "enheten": "verksamheten", "chef": "ansvarig", "chefen": "den ansvariga",
        "läser": "tar del av",
        "visar": "anger", "ändra": "justera", "svar": "besked", "svaret": "beskedet", "viktigt": "angeläget",
        "innan": "före", "också": "även",
        "fråga": "vänd dig till", "ärende": "fall", "ärendet": "fallet", "ärenden": "fall", "handling": "papper",
        "handlingar": "papper",
        "bara": "endast", "genast": "direkt", "alltid": "jämt", "sedan": "därefter", "hjälp": "stöd", "får": "kan",
        "måste": "behöver",
    },
}  # fmt: skip
OPENINGS = {
    "en": ("I would say:", "In my view,", "Please,"),
    "sv": ("Jag tycker så här:", "Vi har märkt att", "Snälla,"),
}


def rephrased(text: str, language: str, random: Random) -> str:
    """The sentences in another order, every word that has a synonym exchanged, and an opening of one's own."""
    parts = [part for part in SENTENCE.split(text) if part]
    random.shuffle(parts)
    words = [WORDS[language].get(word.lower().strip(".,!?;:"), word) for word in " ".join(parts).split()]
    return f"{random.choice(OPENINGS[language])} {' '.join(words)}"


def truncated(text: str, language: str, random: Random) -> str:
    """Given up halfway, and at least five words in."""
    words = text.split()
    return " ".join(words[: max(5, len(words) // 2)])


def misspelt(text: str, language: str, random: Random) -> str:
    """A slip of the finger in every second word that carries meaning."""
    words, number = text.split(), 0
    for place, word in enumerate(words):
        if len(word) >= CONTENT and word.isalpha():
            number += 1
            words[place] = _slip(word, random) if number % 2 else word
    return " ".join(words)


def _slip(word: str, random: Random) -> str:
    """A letter too little, twice, wrong, or two in the wrong order; never the first."""
    at = random.randrange(1, len(word) - 1)
    return random.choice(
        (
            word[:at] + word[at + 1 :],
            word[:at] + word[at] + word[at:],
            word[:at] + random.choice(LETTERS) + word[at + 1 :],
            word[:at] + word[at + 1] + word[at] + word[at + 2 :],
        )
    )


def dropped(text: str, language: str, random: Random) -> str:
    """Two words of five are not there."""
    words = text.split()
    kept = sorted(random.sample(range(len(words)), max(4, len(words) * 3 // 5)))
    return " ".join(words[place] for place in kept)


VARIANTS: tuple[Callable[[str, str, Random], str], ...] = (rephrased, truncated, misspelt, dropped)
