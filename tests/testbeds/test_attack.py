"""Attacks on the testbeds: what is another’s, hidden, marked or refused stays so, and hostile input gets a sentence."""

from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from portal.accounts.models import User
from portal.cases.actions.people import name_person
from portal.cases.errors import Refused
from portal.cases.models import Case, Event
from portal.organisation.models import Appointment
from testbeds.actions import claiming
from testbeds.actions.feeding import make_feed
from testbeds.actions.hosting import add_exception
from testbeds.calendars.feeds import calendars_of
from testbeds.flow import TestFlow
from testbeds.models import Claim, OpeningException, Testbed, TestbedPicture, TestRequest, Wait
from testbeds.states import ClaimState, TestState
from tests.cast import Cast, again, case_in, signed_in
from tests.testbeds.places import asked, host_of, place
from tests.testbeds.story import perform
from tests.testbeds.test_hosting import fields
from tests.testbeds.test_secrets import taken_out
from tests.testbeds.test_times import at, block, in_english, monday, url, wanted

pytestmark = [pytest.mark.django_db, pytest.mark.trust(1)]


def held(request: TestRequest, hour: int = 9) -> Claim:
    assert request.owner
    assert signed_in(request.owner).post(url("hold", request), at(hour)).status_code == 302
    return Claim.objects.filter(request=request).latest("pk")


def in_review(cast: Cast, *reviewers: User) -> TestRequest:
    request: TestRequest = case_in(TestFlow, TestState.REVIEW, cast)
    for person in reviewers:
        perform(request, "name_reviewer", person=cast.host, data={"reviewer": person.username})
    return request


# ── Conflicts of interest ────────────────────────────────────────────────────────────────────────────────────────────


def test_a_host_with_a_conflict_takes_no_time_from_the_request(cast: Cast) -> None:
    room = place()
    request = wanted(cast, room)
    claim = held(request)
    name_person(case=request, person=cast.host, grant="recuse", by=cast.host)
    with pytest.raises(Refused, match="jävig"):
        claiming.block(testbed=room, begins=claim.begins, ends=claim.ends, why="Service.", person=again(cast.host))
    claim.refresh_from_db()
    assert claim.state == ClaimState.HELD


def test_a_host_with_a_conflict_meets_nothing_of_the_request_anywhere(cast: Cast) -> None:
    room = place()
    request = wanted(cast, room)
    Case.objects.filter(pk=request.pk).update(title="Zqxskyltar vid zqxporten")
    claim, word = held(request), "Zqxskyltar"
    feed = reverse("testbeds:feed", args=[make_feed(person=cast.host, testbed=room)])
    client = signed_in(cast.host)
    addresses = [
        reverse("testbeds:blocking", args=[room.slug]),
        reverse("testbeds:competing", args=[room.slug]),
        f"{reverse('testbeds:calendar', args=[room.slug])}?fran={monday()}",
        reverse("testbeds:my_times"),
        reverse("testbeds:host", args=[room.pk]),
        reverse("testbeds:requests"),
        f"{reverse('cases:search')}?q=zqxporten",
        reverse("notices:list"),
        "/api/v1/cases",
        feed,
    ]
    looked: dict[str, dict[str, str]] = {address: {} for address in addresses} | {addresses[0]: block(8, 12)}
    before = {address: client.get(address, data).text for address, data in looked.items()}
    assert sum(text.count(word) > 0 for text in before.values()) >= 6
    name_person(case=request, person=cast.host, grant="recuse", by=cast.host)
    for address, data in looked.items():
        answer = client.get(address, data)
        assert answer.status_code == 200, address
        assert request.get_absolute_url() not in answer.text, address
        assert word not in answer.text, address
    page = client.get(addresses[0], block(8, 12), headers={"accept-language": "en"})
    assert "Ask another host" in page.text
    assert "Block the time</button>" not in page.text
    for name, more in (("times", ()), ("let_go", (claim.pk,)), ("move_time", (claim.pk,))):
        assert client.get(url(name, request, *more)).status_code == 404


def test_a_registrar_with_a_conflict_no_longer_sees_the_request(cast: Cast) -> None:
    request = in_review(cast, cast.registrar)
    perform(request, "declare_conflict", person=again(cast.registrar), data={"why": "Min bror äger bolaget."})
    client = signed_in(cast.registrar)
    assert client.get(request.get_absolute_url()).status_code == 404
    assert client.get(f"/api/v1/cases/{request.key}").status_code == 404
    assert client.post(reverse("cases:export", args=[request.key])).status_code == 404


def test_what_the_conflict_is_the_host_reads_and_the_other_reviewer_does_not(cast: Cast) -> None:
    request = in_review(cast, cast.outsider, cast.colleague)
    perform(request, "declare_conflict", person=again(cast.outsider), data={"why": "Min bror zqxbror."})
    assert "zqxbror" in signed_in(cast.host).get(request.get_absolute_url()).text
    page = signed_in(cast.colleague).get(request.get_absolute_url())
    assert page.status_code == 200
    assert "zqxbror" not in page.text


@pytest.mark.strategy("B4-9a")
def test_the_agreement_is_read_by_its_parties_and_not_by_reviewers(cast: Cast) -> None:
    request = case_in(TestFlow, TestState.CONDITIONAL, cast)
    terms = {part: f"zqx {part}" for part in ("rights", "data", "insurance", "cost", "ending")}
    perform(request, "write_terms", person=cast.host, data=terms)
    met = {part: signed_in(person).get(request.get_absolute_url()) for part, person in cast if person.is_active}
    assert {part for part, answer in met.items() if answer.status_code == 200} >= {"author", "host", "other_lead"}
    assert {part for part, answer in met.items() if "zqx rights" in answer.text} == {"author", "host", "registrar"}


# ── Another’s ────────────────────────────────────────────────────────────────────────────────────────────────────────


def cost(client: Client, address: str) -> tuple[int, int]:
    with CaptureQueriesContext(connection) as queries:
        answer = client.get(address)
    return answer.status_code, len(queries)


@pytest.mark.parametrize("part", ["nobody", "external", "other_lead"])
def test_what_is_hidden_costs_what_is_missing_costs(cast: Cast, part: str) -> None:
    hidden, closed = place(published_at=None), place(closed_at=timezone.now())
    picture = TestbedPicture.objects.create(testbed=hidden, alt="Rummet", width=1, height=1, content=b"x").pk
    host_of(place("KAR"), cast.other_lead)
    client = Client() if part == "nobody" else signed_in(getattr(cast, part))
    other = wanted(cast, place(), owner=cast.author)
    far = 10_000
    pairs: list[tuple[str, list[Any], list[Any]]] = [
        *(("testbed", [one.slug], ["finns-inte"]) for one in (hidden, closed)),
        ("picture", [picture], [picture + far]),
        *((name, [hidden.slug], ["finns-inte"]) for name in ("calendar", "blocking", "competing")),
        *((name, [other.pk], [other.pk + far]) for name in ("times", "write")),
        *([("host", [hidden.pk], [hidden.pk + far])] if part == "other_lead" else []),
    ]
    client.get(reverse("testbeds:list"))
    for name, first, last in pairs:
        one, two = (cost(client, reverse(f"testbeds:{name}", args=args)) for args in (first, last))
        assert one == two, name


def test_who_is_no_longer_host_reads_no_name_of_a_hidden_testbed(cast: Cast) -> None:
    hidden = place(name="Gamla rummet", published_at=None)
    address = reverse("testbeds:feed", args=[make_feed(person=cast.host, testbed=hidden)])
    assert "Gamla rummet" in signed_in(cast.host).get(reverse("testbeds:feeds")).text
    Appointment.objects.filter(person=cast.host).delete()
    Testbed.objects.filter(pk=hidden.pk).update(name="Nya rummet")
    page = signed_in(cast.host).get(reverse("testbeds:feeds"))
    assert (page.status_code, Client().get(address).status_code) == (200, 404)
    assert "rummet" not in page.text
    assert "rummet" not in str(list(calendars_of(again(cast.host))))


def test_a_list_s_filter_names_no_testbed_that_is_hidden(cast: Cast) -> None:
    place(name="Öppet rum"), place(name="Dolt rum", published_at=None)
    closed = place(name="Stängt rum", closed_at=timezone.now())
    wanted(cast, closed, owner=cast.author)
    for person, names in (
        (cast.external, {"Öppet rum"}),
        (cast.author, {"Öppet rum", "Stängt rum"}),
        (cast.host, {"Öppet rum", "Stängt rum", "Dolt rum"}),
    ):
        page = signed_in(person).get(reverse("testbeds:requests")).text
        assert {name for name in ("Öppet rum", "Dolt rum", "Stängt rum") if name in page} == names


def test_ids_of_others_lead_nowhere(cast: Cast) -> None:
    room, elsewhere = place(), place("KAR")
    mine, theirs, third = (wanted(cast, room, owner) for owner in (cast.external, cast.author, cast.colleague))
    claim = held(theirs)
    client, stranger = signed_in(cast.external), signed_in(cast.colleague)
    client.post(url("stand_in_line", mine), at(9))
    assert stranger.post(url("line", third, Wait.objects.get().pk), {"take": "1"}).status_code == 404
    for name in ("let_go", "move_time"):
        for request, status in ((mine, 404), (theirs, 404)):
            assert client.post(url(name, request, claim.pk), {**at(13), "why": "x"}).status_code == status
        assert cost(client, url(name, mine, claim.pk)) == cost(client, url(name, mine, claim.pk + 10_000))
    exception = OpeningException.objects.create(testbed=room, day=monday()).pk
    host = signed_in(host_of(elsewhere, cast.other_lead))
    for pk, status in ((elsewhere.pk, 404), (room.pk, 403)):
        assert host.post(reverse("testbeds:host_exception_remove", args=[pk, exception])).status_code == status
    for slug in (elsewhere.slug, room.slug):
        assert host.post(reverse("testbeds:unblock", args=[slug, claim.pk]), {"why": "x"}).status_code == 404
    assert signed_in(cast.host).post(reverse("testbeds:unblock", args=[room.slug, claim.pk])).status_code in {200, 404}
    claim.refresh_from_db()
    assert (claim.state, OpeningException.objects.count()) == (ClaimState.HELD, 1)


def test_what_the_forms_do_not_ask_is_not_taken(cast: Cast) -> None:
    room, elsewhere, hidden = place(), place("KAR"), place(published_at=None)
    client, draft = signed_in(cast.external), asked(cast, room)
    stolen = {
        "unit": elsewhere.unit_id, "testbed": elsewhere.pk, "state": "booked", "owner": cast.author.pk, "holder": cast.author.pk,
        "secrets": "{}", "aid": "1", "confidentiality": "open", "outcome": "introduce", "conditions": "x", "result": "x",
        "secret_result": "31:16", "reference": "SOS 2026-0001", "opened_at": "2026-01-01",
    }  # fmt: skip
    page = reverse("testbeds:write", args=[draft.pk])
    names = tuple(name for name in stolen if not name.startswith("secret"))
    before = TestRequest.objects.values(*names).get(pk=draft.pk)
    client.post(page, {"version": client.get(page).context["form"].token, "title": "Nytt namn", **stolen})
    draft.refresh_from_db()
    assert (draft.title, draft.secrets) == ("Nytt namn", {})
    assert TestRequest.objects.values(*names).get(pk=draft.pk) == before

    begin = reverse("testbeds:begin")
    client.post(begin, {**stolen, "testbed": room.pk, "title": "Begynt"})
    made = TestRequest.objects.get(title="Begynt")
    assert (made.unit_id, made.owner, made.state) == (room.unit_id, cast.external, TestState.DRAFT)
    assert client.post(begin, {"testbed": hidden.pk, "title": "Dolt"}).status_code == 200
    assert not TestRequest.objects.filter(title="Dolt").exists()


# ── Hostile input ────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("day", ["9999-12-31", "9999-12-01", "0001-01-01"])
def test_a_day_at_the_end_of_time_gets_a_sentence(cast: Cast, day: str) -> None:
    room = place()
    request = wanted(cast, room)
    claim = held(request)
    client, host = signed_in(cast.external), signed_in(cast.host)
    sent = {"day": day, "at": "23:30", "minutes": "60"}
    series: dict[str, Any] = {**sent, "weekdays": list(range(7)), "every": "1", "times": "3"}
    blocking, soon = reverse("testbeds:blocking", args=[room.slug]), monday().isoformat()
    blocks = [
        {"first_day": first, "first_at": "00:00", "last_day": last, "last_at": "23:59", "why": "Golvet läggs om."}
        for first, last in ((day, day), (day, soon), (soon, day))
    ]
    answers = [
        client.post(url("hold", request), sent),
        client.post(url("stand_in_line", request), sent),
        client.post(url("move_time", request, claim.pk), sent),
        client.post(url("series", request), series),
        client.get(url("series", request), series),
        *(ask(blocking, data) for data in blocks for ask in (host.get, host.post)),
        host.post(reverse("testbeds:host_exception", args=[room.pk]), {"day": day}),
    ]
    for answer in answers:
        assert answer.status_code == 200
        assert "field--wrong" in answer.text
    assert Claim.objects.get() == claim
    assert not OpeningException.objects.exists()


@pytest.mark.parametrize("skip", ["2026-13-45T00:00:00", "2026-11-30T09:00:00+99:99", "\x00", "x"])
def test_what_is_no_moment_is_not_left_out_of_a_series(cast: Cast, skip: str) -> None:
    request = wanted(cast, place())
    sent = at(9, weekdays=["0"], every="1", times="3")
    assert signed_in(cast.external).post(url("series", request), {**sent, "skip": [skip]}).status_code == 302
    assert Claim.objects.filter(request=request).count() == 3


def test_a_time_that_is_blocked_twice_is_refused_with_a_sentence(cast: Cast) -> None:
    room = place()
    client, address = signed_in(cast.host), reverse("testbeds:blocking", args=[room.slug])
    assert client.post(address, block(8, 12)).status_code == 302
    again_ = client.post(address, block(10, 14))
    assert again_.status_code == 409
    assert "Golvet läggs om." in again_.text
    assert "En del av tiden är redan spärrad" in again_.text
    assert Claim.objects.count() == 1


def test_a_day_that_is_told_of_by_two_at_once_is_refused_with_a_sentence(cast: Cast) -> None:
    """The form has been judged before the other’s was saved; the action judges under the lock."""
    room, day = place(), monday()
    for_two = [OpeningException(testbed=room, day=day) for _each in range(2)]
    add_exception(exception=for_two[0])
    with pytest.raises(Refused):
        add_exception(exception=for_two[1])
    assert OpeningException.objects.count() == 1


def test_an_address_with_a_nul_chooses_no_testbed(cast: Cast) -> None:
    place()
    for slug in ("\x00", "a\x00b", "x" * 5000):
        assert signed_in(cast.external).get(reverse("testbeds:begin"), {"testbed": slug}).status_code == 200


@pytest.mark.parametrize("name", ["longest", "answer_days", "fee", "reimbursement", "aid"])
def test_a_testbed_has_no_number_that_cannot_be_reckoned_with(cast: Cast, name: str) -> None:
    """The longest use decides how many years of opening hours are read, and the worth of an hour what a column must hold."""
    room = place()
    client, page = signed_in(cast.host), reverse("testbeds:host_change", args=[room.pk])
    answer = client.post(page, {**fields(client.get(page)), name: "2147483647" if name != "answer_days" else "32767"})
    assert (answer.status_code, "field--wrong" in answer.text) == (200, True)
    before = getattr(room, name)
    room.refresh_from_db()
    assert getattr(room, name) == before


# ── Times elsewhere ──────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_time_at_another_testbed_is_named_and_has_no_button(cast: Cast) -> None:
    """It cannot be held for the request, which is for its own testbed; nor does a letter let it pass for one there."""
    full, other = place(name="Fullt rum"), place(name="Ledigt rum", name_en="Free room")
    first, second = wanted(cast, full), wanted(cast, full, owner=cast.colleague)
    claim = held(first)
    OpeningException.objects.bulk_create(
        OpeningException(testbed=full, day=monday() + timedelta(days=number)) for number in range(400)
    )
    client = in_english(cast.colleague)
    for name, args in (("hold", [second]), ("move_time", [first, claim.pk])):
        answer = (client if name == "hold" else in_english(cast.external)).post(url(name, *args), at(9))
        instead = answer.text.partition('id="instead-title"')[2].partition("</section>")[0]
        assert (answer.status_code, instead.count("Free room"), instead.count("<form")) == (409, 3, 0)
        assert instead.count(f'href="{reverse("testbeds:calendar", args=[other.slug])}?fran=') == 3
    signed_in(cast.host).post(reverse("testbeds:blocking", args=[full.slug]), {**block(8, 12), "shown": claim.pk})
    assert Event.objects.get(case=first.pk, move="time_cancelled").note.count(f"({other.name})") == 3


def test_a_series_where_nothing_fits_asks_no_more_for_many_than_for_two(cast: Cast) -> None:
    room = place()
    room.hours.update(closes="16:00")
    request, client = wanted(cast, room), signed_in(cast.external)
    asked_ = [at(9, minutes="600", weekdays=["0"], every="1", times=times) for times in ("2", "50")]
    two, many = (cost(client, f"{url('series', request)}?{urlencode(sent, doseq=True)}") for sent in asked_)
    assert two == many


# ── Reviews ──────────────────────────────────────────────────────────────────────────────────────────────────────────

SAID = {"benefit": 4, "feasible": 3, "safe": 5, "recommends": "True"}


@pytest.mark.strategy("B44-1")
def test_a_review_by_who_has_come_to_write_the_request_does_not_count(cast: Cast) -> None:
    request = in_review(cast, cast.outsider, cast.colleague)
    for person, words in ((cast.outsider, "zqxfirst"), (cast.colleague, "zqxsecond")):
        perform(request, "review", person=again(person), data={**SAID, "words": words})
    name_person(case=request, person=cast.outsider, grant="coauthor", by=cast.author)
    yes = {"conditions": "Handledare på plats.", "reason": "Nyttan är visad."}
    with pytest.raises(Refused):
        perform(request, "say_yes", person=cast.host, data=yes)
    perform(request, "name_reviewer", person=cast.host, data={"reviewer": cast.manager.username})
    third = signed_in(cast.manager)
    assert "zqxsecond" not in third.get(request.get_absolute_url()).text
    assert "zqxfirst" not in signed_in(cast.host).get(request.get_absolute_url()).text
    perform(request, "review", person=again(cast.manager), data={**SAID, "words": "zqxthird"})
    assert "zqxsecond" in third.get(request.get_absolute_url()).text
    assert perform(request, "say_yes", person=cast.host, data=yes).state == TestState.CONDITIONAL


def test_nobody_is_led_to_times_that_they_do_not_choose(cast: Cast) -> None:
    request = wanted(cast, place())
    for person, led in ((cast.external, True), (cast.host, True), (cast.registrar, False)):
        assert (url("times", request) in signed_in(person).get(request.get_absolute_url()).text) == led


def test_the_registrar_takes_out_nothing_that_is_written_inside(cast: Cast) -> None:
    request = in_review(cast, cast.outsider, cast.colleague)
    for person in (cast.outsider, cast.colleague):
        perform(request, "review", person=again(person), data={**SAID, "words": "zqxreview"})
    perform(request, "flag_model", person=cast.host, data={"text": "zqxflag"})
    taken = {part: taken_out(getattr(cast, part), request) for part in ("host", "registrar")}
    assert b"zqxreview" in taken["host"]
    assert b"zqxflag" in taken["host"]
    assert b"zqx" not in taken["registrar"]
