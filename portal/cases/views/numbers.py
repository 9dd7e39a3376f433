"""Personal identity numbers: the writer is stopped and asked once before text with such a number is sent."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from portal.cases import personal

BOX = "numbers_checked"
"""The box that says "I have looked"; sent once, it lets the text through as it is."""


@dataclass(frozen=True)
class NumbersAsked:
    """``found`` are the passages that look like identity numbers, ``answered`` whether the writer has looked at them."""

    found: tuple[str, ...] = ()
    answered: bool = False

    @property
    def must_ask(self) -> bool:
        return bool(self.found) and not self.answered

    @classmethod
    def of(cls, data: Mapping[str, object], texts: Iterable[str]) -> "NumbersAsked":
        return cls(_found(texts), bool(data.get(BOX)))

    @classmethod
    def before(cls, texts: Iterable[str]) -> "NumbersAsked":
        """For a page that is shown before anything is sent."""
        return cls(_found(texts))


def _found(texts: Iterable[str]) -> tuple[str, ...]:
    """Each passage once, in order."""
    passages = (text[span.start : span.end] for text in texts for span in personal.find(text))
    return tuple(dict.fromkeys(passages))
