"""A host who says yes may hold a time for who asks, in the same step: both are done, or neither."""

from datetime import time
from functools import partial
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from lxml import html

from portal.cases.errors import Invalid, Refused
from portal.cases.queries import verify_history
from testbeds.actions import requesting
from testbeds.actions.claiming import hold_time
from testbeds.actions.holding import put
from testbeds.flow import TestFlow
from testbeds.forms.moves import YesForm
from testbeds.models import Claim, Testbed, TestRequest
from testbeds.states import ClaimState, TestState
from tests.cases.test_at_once import at_once
from tests.cast import Cast, case_in, gather, signed_in
from tests.testbeds.places import place
from tests.testbeds.story import perform, two_reviews
from tests.testbeds.times import asking, verbs

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.strategy("B4-4", "B44-1")]
YES = {"conditions": "Handledare på plats.", "reason": "Nyttan är visad."}


def reviewed(cast: Cast, testbed: Testbed, **values: Any) -> TestRequest:
    request: TestRequest = case_in(TestFlow, TestState.REVIEW, cast, testbed=testbed, **values)
    two_reviews(request, cast)
    return request


def choices(request: TestRequest, cast: Cast) -> list[str]:
    """Of the times that the form offers: what stands for each."""
    return [key for key, _label in YesForm(case=request, person=cast.host).fields["time"].choices if key]  # type: ignore[attr-defined]  # a choice


def test_a_time_is_held_with_the_yes(cast: Cast) -> None:
    request = reviewed(cast, place(), hours=2)
    first = choices(request, cast)[0]
    done = perform(request, "say_yes", person=cast.host, data={**YES, "time": first})
    claim = Claim.objects.get()
    assert (claim.request_id, claim.state, claim.begins.isoformat(), claim.lasts.seconds) == (
        request.pk, ClaimState.HELD, first, 2 * 60 * 60,
    )  # fmt: skip
    assert claim.until is not None
    assert claim.until <= claim.begins
    assert (done.state, verbs(request)[-2:]) == (TestState.CONDITIONAL, ["time_held", "say_yes"])
    alone = perform(reviewed(cast, place()), "say_yes", person=cast.host, data=YES)
    assert (done.awaits, done.due_at.date()) == (alone.awaits, alone.due_at.date())
    assert verify_history().whole


def test_a_yes_without_a_time_holds_none(cast: Cast) -> None:
    perform(reviewed(cast, place()), "say_yes", person=cast.host, data={**YES, "time": ""})
    assert not Claim.objects.exists()


def test_what_is_offered_is_what_the_testbed_takes(cast: Cast) -> None:
    assert len(choices(reviewed(cast, place(longest=120), hours=400), cast)) == 6
    short = place()
    request = reviewed(cast, short, hours=9)
    short.hours.update(closes=time(10))
    assert len(choices(request, cast)) == 6
    Testbed.objects.filter(pk=short.pk).update(closed_at=timezone.now())
    assert choices(TestRequest.objects.get(pk=request.pk), cast) == []


def test_who_is_late_keeps_what_is_written_and_gets_others_to_choose_from(cast: Cast) -> None:
    room = place()
    request, other = reviewed(cast, room, hours=2), asking(cast, room)
    client, address = signed_in(cast.host), reverse("cases:move", args=[request.key, "say_yes"])
    first = choices(request, cast)[0]
    slot = YesForm({**YES, "time": first}, case=request, person=cast.host)
    assert slot.is_valid()
    hold_time(
        request=other, begins=slot.cleaned_data["time"].begins, ends=slot.cleaned_data["time"].ends, person=cast.host
    )
    page = client.post(address, {**YES, "time": first, "version": request.version}).text
    assert "Den tiden går inte att få längre" in page
    assert "Handledare på plats." in page
    offered = [one for one in html.fromstring(page).xpath("//input[@name='time']/@value") if one]
    assert len(offered) >= 3
    assert first not in offered
    assert TestRequest.objects.get(pk=request.pk).state == TestState.REVIEW


def test_who_loses_it_at_the_last_moment_reads_what_is_free(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """Between the form and the hold somebody else takes it: nothing is saved."""
    room = place()
    request, other = reviewed(cast, room, hours=2), asking(cast, room)

    def after_another(asked: Any, slots: Any, person: Any) -> Any:
        put(other, slots, person)
        return put(asked, slots, person)

    monkeypatch.setattr(requesting, "put", after_another)
    with pytest.raises(Refused) as lost:
        perform(request, "say_yes", person=cast.host, data={**YES, "time": choices(request, cast)[0]})
    said = str(lost.value)
    assert "Någon annan har" in said
    assert said.count("–") == 4
    assert TestRequest.objects.get(pk=request.pk).state == TestState.REVIEW
    assert not Claim.objects.exists()


def test_of_many_who_are_given_one_time_at_once_one_gets_it() -> None:
    cast = gather()
    room = place()
    requests = [reviewed(cast, room, hours=2) for _number in range(8)]
    first = choices(requests[0], cast)[0]
    found = at_once(
        [partial(perform, request, "say_yes", person=cast.host, data={**YES, "time": first}) for request in requests]
    )
    won = [answer for answer in found if isinstance(answer, TestRequest)]
    assert len(won) == 1
    assert all(isinstance(answer, Refused | Invalid) for answer in found if answer not in won)
    assert Claim.objects.get().request_id == won[0].pk
    assert TestRequest.objects.filter(state=TestState.REVIEW).count() == 7
