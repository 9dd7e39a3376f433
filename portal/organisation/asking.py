"""Questions that are asked for a person, worded once for all whose standing is alike (see ``portal.wording``)."""

from collections.abc import Callable
from dataclasses import replace
from functools import wraps
from inspect import signature
from typing import Any, ParamSpec, TypeVar

from django.contrib.auth.models import AnonymousUser
from django.db.models import Model, QuerySet
from django.utils import timezone

from portal.accounts.models import User
from portal.organisation.standing import NO_STANDING, standing_of
from portal.wording import Question, parted

Given = ParamSpec("Given")
Row = TypeVar("Row", bound=Model)


def worded_for_anyone(
    *varying: str, planned_anew: bool = False
) -> Callable[[Callable[Given, QuerySet[Row]]], Callable[Given, list[Row]]]:
    """As ``worded_once``, of a function with a ``person`` among its parameters, of whom it may use nothing but the standing.

    Worded anew each day, for each likeness of a standing: a thousand employees of one unit who hold no office share one wording.
    """

    def made(build: Callable[Given, QuerySet[Row]]) -> Callable[Given, list[Row]]:
        question, parameters = Question(planned_anew=planned_anew), signature(build)

        @wraps(build)
        def ask(*args: Given.args, **kwargs: Given.kwargs) -> list[Row]:
            values, fixed = parted(parameters, varying, *args, **kwargs)
            person = fixed.pop("person")
            standing = standing_of(person)
            key = standing.likeness, timezone.localdate(), *fixed.values()
            who = {} if standing is NO_STANDING else {"who": standing.person_id}

            def build_for(some: dict[str, Any]) -> QuerySet[Row]:
                return build(person=somebody_like(person, some.pop("who", None)), **fixed, **some)  # type: ignore[arg-type, call-arg]

            return question.ask(key, values | who, build_for, maybe=who)

        return ask

    return made


def somebody_like(person: User | AnonymousUser, who: int | None) -> User | AnonymousUser:
    """Nobody there is: with the standing of the person, and that id. Without one, who has no standing."""
    if who is None:
        return AnonymousUser()
    somebody = User(pk=who)
    somebody.__dict__["_standing"] = replace(standing_of(person), person_id=who)
    return somebody
