"""No booking becomes active before its agreement: versions, digests, signatures, and a waiver with its reason (B4-9a)."""

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from portal.accounts.models import Letter
from portal.cases.errors import Invalid, NotYours, Refused
from portal.organisation.states import Role
from testbeds.actions import claiming
from testbeds.flow import TestFlow
from testbeds.models import PARTS, Claim, TestRequest
from testbeds.rules.agreeing import latest
from testbeds.rules.terms import digest_of, terms_of
from testbeds.states import ClaimState, TestState
from tests.cast import Cast, appointment, case_in, signed_in
from tests.testbeds.places import place
from tests.testbeds.story import HOUR, hold_time, let_the_time_come, perform

pytestmark = [pytest.mark.django_db, pytest.mark.strategy("B4-9a")]
TERMS = {f"{part}": f"Villkor om {part}" for part in PARTS}


def conditional(cast: Cast, **values: Any) -> TestRequest:
    request: TestRequest = case_in(TestFlow, TestState.CONDITIONAL, cast, **values)
    return request


def write(request: TestRequest, cast: Cast, **terms: str) -> str:
    perform(request, "write_terms", person=cast.host, data={**TERMS, **terms})
    version = latest(request)
    assert version is not None
    assert version.sha256 == digest_of(terms_of(version))
    return version.sha256


def sign(request: TestRequest, cast: Cast, sha256: str) -> None:
    signed = {"sha256": sha256, "accepts": "on"}
    perform(request, "sign_for_host", person=cast.host, data=signed)
    perform(request, "sign", person=request.owner, data=signed)


def booked(request: TestRequest, cast: Cast) -> TestRequest:
    done: TestRequest = perform(request, "book", person=cast.host)
    return done


def test_nothing_is_booked_before_both_have_signed_the_same_version(cast: Cast) -> None:
    request = conditional(cast)
    hold_time(request, cast)
    for sign_first in (False, True):
        with pytest.raises(Refused):
            booked(request, cast)
        if not sign_first:
            first = write(request, cast)
            perform(request, "sign_for_host", person=cast.host, data={"sha256": first, "accepts": "on"})
    perform(request, "sign", person=cast.author, data={"sha256": first, "accepts": "on"})
    assert booked(request, cast).state == TestState.BOOKED
    assert request.claims.get().state == ClaimState.BOOKED


def test_a_new_version_voids_the_signatures_of_the_old_one(cast: Cast) -> None:
    request = conditional(cast)
    hold_time(request, cast)
    first = write(request, cast)
    sign(request, cast, first)
    second = write(request, cast, cost="Femtusen kronor.")
    assert first != second
    with pytest.raises(Refused):
        booked(request, cast)
    with pytest.raises(Invalid) as stale:
        sign(request, cast, first)
    assert stale.value.form.non_field_errors()
    sign(request, cast, second)
    assert booked(request, cast).state == TestState.BOOKED


def test_each_signs_with_the_terms_and_the_digest_before_their_eyes(cast: Cast) -> None:
    request = conditional(cast)
    sha256 = write(request, cast, insurance="zqxinsurance")
    for person, name in ((cast.host, "sign_for_host"), (cast.author, "sign")):
        shown = signed_in(person).get(reverse("cases:move", args=[request.key, name])).text
        assert "zqxinsurance" in shown
        assert sha256 in shown
    with pytest.raises(NotYours):
        perform(request, "sign", person=cast.host, data={"sha256": sha256, "accepts": "on"})


def test_no_agreement_needs_its_reason(cast: Cast) -> None:
    request = conditional(cast)
    hold_time(request, cast)
    with pytest.raises(Invalid):
        perform(request, "waive_agreement", person=cast.host, data={"waived": " "})
    perform(request, "waive_agreement", person=cast.host, data={"waived": "Ett studiebesök."})
    assert booked(request, cast).state == TestState.BOOKED
    assert "Ett studiebesök." in signed_in(cast.author).get(reverse("cases:case", args=[request.key])).text


def test_what_the_tester_has_signed_is_not_waived_by_the_host(cast: Cast) -> None:
    request = conditional(cast)
    first = write(request, cast)
    perform(request, "sign", person=cast.author, data={"sha256": first, "accepts": "on"})
    with pytest.raises(Refused, match="skrivit under"):
        perform(request, "waive_agreement", person=cast.host, data={"waived": "Det går fortare."})


def test_the_model_terms_come_first_and_then_the_version_before(cast: Cast) -> None:
    request = conditional(cast, testbed=place(fee=1200))
    address = reverse("cases:move", args=[request.key, "write_terms"])
    assert "1200" in signed_in(cast.host).get(address).text
    write(request, cast, ending="zqxending")
    assert "zqxending" in signed_in(cast.host).get(address).text


def test_a_hold_that_has_run_out_is_no_time(cast: Cast) -> None:
    request = conditional(cast)
    perform(request, "waive_agreement", person=cast.host, data={"waived": "Ett studiebesök."})
    claim = hold_time(request, cast)
    type(claim).objects.update(until=timezone.now() - timedelta(minutes=1))
    with pytest.raises(Refused):
        booked(request, cast)


def test_changed_terms_are_signed_anew_before_the_test_begins(cast: Cast) -> None:
    request = case_in(TestFlow, TestState.BOOKED, cast)
    sha256 = write(request, cast)
    with pytest.raises(Refused):
        perform(request, "begin", person=cast.host)
    sign(request, cast, sha256)
    let_the_time_come(request, cast)
    assert perform(request, "begin", person=cast.host).state == TestState.RUNNING


@pytest.mark.parametrize(
    ("state", "name"),
    [
        ("conditional", "withdraw"),
        ("conditional", "decline"),
        ("booked", "withdraw"),
        ("running", "stop"),
        ("running", "finish"),
    ],
)
def test_a_request_that_ends_lets_go_of_its_times(cast: Cast, state: str, name: str) -> None:
    request = case_in(TestFlow, state, cast)
    if state != "booked":
        hold_time(request, cast)
    person = cast.author if name == "withdraw" else cast.host
    perform(request, name, person=person, data={"reason": "Det blev inte av.", "lesson": "Fråga först."})
    ahead = request.claims.filter(during__endswith__gt=timezone.now())
    assert {claim.state for claim in ahead} == {ClaimState.CANCELLED}


@pytest.mark.strategy("B4-9b")
@pytest.mark.parametrize(("state", "name"), [("running", "finish"), ("running", "stop"), ("booked", "withdraw")])
def test_a_request_that_ends_during_its_time_keeps_it(cast: Cast, state: str, name: str) -> None:
    request = case_in(TestFlow, state, cast, testbed=place(aid=900))
    (used,) = request.claims.all()
    begun = timezone.now() - HOUR / 2
    Claim.objects.filter(pk=used.pk).update(during=(begun, begun + HOUR))
    later = hold_time(request, cast)
    person = cast.author if name == "withdraw" else cast.host
    answers = {"reason": "Vi har sett nog.", "lesson": "Fråga först."}
    perform(request, name, person=person, data=answers)
    states = dict(request.claims.values_list("pk", "state"))
    assert states == {used.pk: ClaimState.BOOKED, later.pk: ClaimState.CANCELLED}
    assert TestRequest.objects.get(pk=request.pk).aid == 900


def test_what_is_booked_counts_as_aid_to_who_comes_from_outside(cast: Cast) -> None:
    request = conditional(cast, testbed=place(aid=900))
    perform(request, "waive_agreement", person=cast.host, data={"waived": "Ett studiebesök."})
    hold_time(request, cast)
    assert booked(request, cast).aid == 900


def test_a_test_begins_when_its_first_booked_time_does(cast: Cast) -> None:
    request = case_in(TestFlow, TestState.BOOKED, cast)
    with pytest.raises(Refused, match="Den första bokade tiden börjar"):
        perform(request, "begin", person=cast.host)
    let_the_time_come(request, cast)
    assert perform(request, "begin", person=cast.host).state == TestState.RUNNING


def test_a_longer_test_begins_when_its_first_new_time_does(cast: Cast) -> None:
    request = case_in(TestFlow, TestState.WEIGHING, cast)
    perform(request, "extend", person=cast.host, data={"receiver": "Utvecklingsenheten", "reason": "Fler behövs."})
    new = hold_time(request, cast)
    perform(request, "book", person=cast.host)
    with pytest.raises(Refused, match="Den första bokade tiden börjar"):
        perform(request, "begin", person=cast.host)
    claiming.release(claim=new, person=cast.host, why="Lokalen är upptagen.")
    assert TestRequest.objects.get(pk=request.pk).state == TestState.CONDITIONAL


def test_a_test_that_ends_early_says_why_its_times_are_let_go(cast: Cast) -> None:
    request = case_in(TestFlow, TestState.RUNNING, cast)
    hold_time(request, cast)
    ahead = request.claims.get(during__startswith__gt=timezone.now())
    page = signed_in(cast.host).get(reverse("cases:move", args=[request.key, "finish"])).text
    assert f"{timezone.localtime(ahead.begins):%H:%M}" in page
    with pytest.raises(Invalid):
        perform(request, "finish", person=cast.host, data={})
    perform(request, "finish", person=cast.host, data={"reason": "Apparaten gick sönder."})
    ahead.refresh_from_db()
    assert (ahead.state, ahead.why) == ("cancelled", "Apparaten gick sönder.")


def test_a_test_without_times_ahead_ends_without_a_reason(cast: Cast) -> None:
    request = case_in(TestFlow, TestState.RUNNING, cast)
    assert perform(request, "finish", person=cast.host, data={}).state == TestState.RESULT_DUE


def test_what_is_booked_is_not_withdrawn_from_without_a_reason(cast: Cast) -> None:
    request = case_in(TestFlow, TestState.BOOKED, cast)
    booked_time = request.claims.get()
    page = signed_in(cast.author).get(reverse("cases:move", args=[request.key, "withdraw"])).text
    assert f"{timezone.localtime(booked_time.begins):%H:%M}" in page
    assert "Värden läser detta." in page
    assert "Upphovspersonen läser detta" not in page
    with pytest.raises(Invalid):
        perform(request, "withdraw", person=cast.author, data={})
    perform(request, "withdraw", person=cast.author, data={"reason": "Vår apparat är försenad."})
    booked_time.refresh_from_db()
    assert (booked_time.state, booked_time.why) == (ClaimState.CANCELLED, "Vår apparat är försenad.")


@pytest.mark.parametrize("held", [False, True])
def test_what_is_not_booked_is_withdrawn_with_or_without_a_reason(cast: Cast, held: bool) -> None:
    request = case_in(TestFlow, TestState.CONDITIONAL, cast)
    if held:
        hold_time(request, cast)
    assert perform(request, "withdraw", person=cast.author, data={}).state == TestState.WITHDRAWN


def test_the_only_host_is_warned_and_another_is_asked_for(cast: Cast) -> None:
    request = case_in(TestFlow, TestState.SUBMITTED, cast)
    address = reverse("cases:move", args=[request.key, "stand_aside"])
    assert "Du är den enda värden" in signed_in(cast.host).get(address).text
    perform(request, "stand_aside", person=cast.host, data={"reason": "Jag känner bolaget."})
    letter = Letter.objects.get(to=cast.lead.email)
    assert str(request.reference) in letter.text
    assert request.title not in letter.text


def test_where_there_is_another_host_nobody_is_warned(cast: Cast) -> None:
    request = case_in(TestFlow, TestState.SUBMITTED, cast)
    appointment(cast.colleague, Role.TESTBED_HOST, request.unit).save()
    address = reverse("cases:move", args=[request.key, "stand_aside"])
    assert "Du är den enda värden" not in signed_in(cast.host).get(address).text
    perform(request, "stand_aside", person=cast.host, data={"reason": "Jag känner bolaget."})
    assert not Letter.objects.exists()
