"""A guard's answer: yes, or no with reasons that a person can read."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

from django.utils.functional import Promise


@dataclass(frozen=True)
class Reason:
    """Why not, in a sentence. ``field`` names the form field that would mend it, for a link. ``moot``: there is nothing to do it with,
    so that pages do not offer it at all.
    """

    text: str | Promise
    field: str = ""
    moot: bool = False

    def __str__(self) -> str:
        return str(self.text)


@dataclass(frozen=True)
class Verdict:
    """Truthy when there is nothing against. Verdicts add up: ``a & b`` holds the reasons of both. As text it is its reasons."""

    reasons: tuple[Reason, ...] = ()

    def __bool__(self) -> bool:
        return not self.reasons

    def __str__(self) -> str:
        return " ".join(str(reason) for reason in self.reasons)

    def __and__(self, other: "Verdict") -> "Verdict":
        return Verdict(self.reasons + other.reasons)

    @property
    def moot(self) -> bool:
        """There is nothing to do it with, whatever else is against it."""
        return any(reason.moot for reason in self.reasons)

    @classmethod
    def all_of(cls, verdicts: Iterable["Verdict"]) -> Self:
        return cls(tuple(reason for verdict in verdicts for reason in verdict.reasons))


YES = Verdict()


def no(text: str | Promise, *, field: str = "", moot: bool = False) -> Verdict:
    """A refusal with one reason."""
    return Verdict((Reason(text, field, moot),))
