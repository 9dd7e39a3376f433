"""A draft of a call saves itself: a rule over two fields keeps both of them back, and nothing else."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from fund.models import Call
from portal.accounts.models import User
from tests.cast import Cast
from tests.fund.story import call_of
from tests.fund.test_writing import in_english

pytestmark = [pytest.mark.django_db, pytest.mark.strategy("B43-5")]
NO_LARGER = "No grant is larger than the whole budget."


class Window:
    """The page that writes a call, as its script sends it."""

    def __init__(self, person: User, call: Call) -> None:
        self.client: Client = in_english(person)
        self.address = reverse("fund:write_call", args=[call.pk])
        form = self.client.get(self.address).context["form"]
        fields = {name: form[name].value() for name in form.fields if name != "keep"}
        self.fields = {name: as_typed(value) for name, value in fields.items() if value not in (None, False)}

    def send(self, **changed: Any) -> str:
        """What could not be saved, and why."""
        self.fields |= changed
        answer = self.client.post(self.address, self.fields, headers={"X-Requested-With": "autosave"})
        assert answer.status_code == 200
        self.fields["version"] = answer.json()["version"]
        problem: str = answer.json()["problem"]
        return problem


def as_typed(value: Any) -> Any:
    return f"{value:%Y-%m-%dT%H:%M:%S}" if isinstance(value, datetime) else value


def local(moment: datetime) -> str:
    return f"{timezone.localtime(moment):%Y-%m-%dT%H:%M:%S}"


def stored(call: Call) -> Call:
    return Call.objects.get(pk=call.pk)


def test_a_budget_below_the_largest_grant_is_told_of_and_the_rest_is_saved(cast: Cast) -> None:
    call = call_of(cast.officer)
    window = Window(cast.officer, call)

    problem = window.send(budget="100000", purpose="Ett nytt syfte")

    assert problem.startswith("Not saved: Budget, SEK, Largest grant, SEK.")
    assert problem.count(NO_LARGER) == 1
    assert (stored(call).budget, stored(call).largest_grant) == (call.budget, call.largest_grant)
    assert stored(call).purpose == "Ett nytt syfte"
    assert window.send(largest_grant="90000") == ""
    assert (stored(call).budget, stored(call).largest_grant) == (100_000, 90_000)


def test_an_opening_after_the_closing_is_told_of_and_the_rest_is_saved(cast: Cast) -> None:
    call = call_of(cast.officer, days=10)
    window, later = Window(cast.officer, call), timezone.now() + timedelta(days=20)

    problem = window.send(opens_at=local(later), purpose="Ett nytt syfte")

    assert "A call closes after it has opened." in problem
    assert (stored(call).opens_at, stored(call).closes_at) == (call.opens_at, call.closes_at)
    assert stored(call).purpose == "Ett nytt syfte"
    assert window.send(closes_at=local(later + timedelta(days=5))) == ""
    assert local(stored(call).opens_at or later) == local(later)


def test_a_field_that_cannot_be_read_is_judged_by_what_stands_in_it(cast: Cast) -> None:
    call = call_of(cast.officer)

    problem = Window(cast.officer, call).send(
        budget="mycket", largest_grant=str((call.budget or 0) + 1), purpose="Ett syfte"
    )

    assert NO_LARGER in problem
    assert (stored(call).largest_grant, stored(call).purpose) == (call.largest_grant, "Ett syfte")


def test_what_another_window_has_saved_counts_too(cast: Cast) -> None:
    call = call_of(cast.officer)
    stale = Window(cast.officer, call)
    Window(cast.officer, call).send(budget="400000")

    assert NO_LARGER in stale.send(largest_grant="500000")

    assert (stored(call).budget, stored(call).largest_grant) == (400_000, call.largest_grant)
