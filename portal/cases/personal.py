"""Personal identity numbers in free text: found to warn a writer, masked before publishing or logging.

A personnummer (folkbokföringslagen (1991:481) 18 §) is a birth date, three digits and a control digit; a
samordningsnummer (lagen (2022:1697) om samordningsnummer) is the same with 60 added to the day. People write
them as `19850709-9805`, `850709+9805`, `8507099805` and `1985-07-09 9805`. Date and control digit must be
right, which keeps out telephone, diary and organisation numbers (the third digit of the last is at least 2).

Reserve numbers, for people who have neither, differ from region to region and carry no control digit: those
written as a birth date, a hyphen, T, R or P and three digits are found as well.
"""

import re
from collections.abc import MutableMapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext

LOG_MASK = "[personnummer]"
COORDINATION_DAYS = 60

_JOIN = "(?:[ \t\xa0]?[-+\N{NON-BREAKING HYPHEN}\N{EN DASH}\N{MINUS SIGN}][ \t\xa0]?|[ \t\xa0]|%2B|%20)"
_NUMBER = re.compile(
    rf"""
    (?<!\d) (?<!\d\.)  # not inside a longer number or after a decimal point
    (?: (?P<century>1[89]|20) (?P<year>\d\d) (?P<gap>[-./ ]?) (?P<month>\d\d) (?P=gap) (?P<day>\d\d)
      | (?P<short>\d{{6}}) )
    (?P<join>{_JOIN})?
    (?: (?P<last>\d{{4}}) | (?P<reserve>[TRP]\d{{3}}) )
    (?![0-9A-Za-z]) (?!\.\d)
    """,
    re.VERBOSE | re.ASCII,
)
_TELEPHONE = re.compile(r"(?:tel|mob|ring|sms|phone|call)\S*\s*$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Span:
    """Where in the text a number stands: `text[start:end]`."""

    start: int
    end: int


def find(text: str) -> list[Span]:
    """All identity numbers, in order and without overlap. Linear in the length of the text."""
    return [Span(*match.span()) for match in _NUMBER.finditer(text) if _is_identity_number(match)]


def mask(text: str, replacement: str | None = None) -> str:
    """The text with each number replaced, by default with the words for it in the language in use."""
    words = gettext("[personal identity number]") if replacement is None else replacement
    return _NUMBER.sub(lambda match: words if _is_identity_number(match) else match.group(), text)


def mask_in_log(logger: object, method_name: str, event_dict: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """A structlog processor. Put it last before the renderer, so that tracebacks are text by then."""
    for key, value in event_dict.items():
        event_dict[key] = _masked(value)
    return event_dict


def _masked(value: Any) -> Any:
    match value:
        case str():
            return mask(value, LOG_MASK)
        case BaseException():
            return mask(repr(value), LOG_MASK)
        case dict():
            return {key: _masked(inner) for key, inner in value.items()}
        case list() | tuple() | set():
            return [_masked(inner) for inner in value]
    return value


def _is_identity_number(match: re.Match[str]) -> bool:
    date_digits = match["short"] or match["year"] + match["month"] + match["day"]
    if not _is_birth_date(match["century"] or "20", date_digits):
        return False
    if match["reserve"]:
        return bool(match["join"])
    if not match["join"] and _reads_as_something_else(match):
        return False
    return _control_digit(date_digits + match["last"][:3]) == int(match["last"][3])


def _is_birth_date(century: str, digits: str) -> bool:
    """A leap day without a century passes if either has it; an unknown month or day counts as the first."""
    year, month, day = int(century + digits[:2]), int(digits[2:4]), int(digits[4:])
    if day >= COORDINATION_DAYS:
        day, month = max(day - COORDINATION_DAYS, 1), max(month, 1)
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True


def _control_digit(nine: str) -> int:
    """The Luhn digit: every other digit doubled from the first, all digits of the products added up."""
    doubled = (int(digit) * (2 - position % 2) for position, digit in enumerate(nine))
    return -sum(number // 10 + number % 10 for number in doubled) % 10


def _reads_as_something_else(match: re.Match[str]) -> bool:
    """Bare digits right after a letter are part of some code; after "tel." they are a telephone."""
    before = match.string[max(0, match.start() - 20) : match.start()]
    return before[-1:].isalnum() or bool(_TELEPHONE.search(before))
