"""Leaving and following a suggestion without an account."""

import re
from datetime import UTC, datetime, timedelta
from importlib import import_module
from typing import Any

import pytest
import time_machine
from django.core import signing
from django.core.cache import cache
from django.db import ProgrammingError, connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from ideas.forms.suggesting import STAMP
from ideas.models import Area, Suggestion
from portal.cases.actions.diary import enter_paper
from portal.cases.actions.receipts import code_for
from portal.cases.models import CaseContact, DiaryEntry, Event, Message
from portal.cases.states import Confidentiality, Direction
from portal.notices.models import Notice
from portal.notices.posting import gather_mail, post_mail
from portal.organisation.models import Appointment
from portal.organisation.states import Role
from tests.cast import Cast, make_move, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.strategy("B43-7", "A21")]
LEAVE = "/forslag/lamna/"
NUMBER = "19850709-9805"


def old_stamp(seconds: int = 60) -> str:
    """As if the page had been made a while ago."""
    with time_machine.travel(datetime.now(UTC) - timedelta(seconds=seconds)):
        return STAMP.sign("")


def letter(**more: Any) -> dict[str, Any]:
    area = Area.objects.get(key="care")
    return {
        "proposal": "Fler bänkar vid hållplatsen.",
        "area": area.pk,
        "sender": "traveller",
        "stamp": old_stamp(),
        **more,
    }


def send(client: Client | None = None, **more: Any) -> Any:
    return (client or Client()).post(LEAVE, letter(**more))


def test_anyone_may_leave_a_suggestion_and_gets_number_and_code(cast: Cast) -> None:
    client = Client()
    answer = send(client, place="Slussen")

    suggestion = Suggestion.objects.get()
    page = client.get(answer.headers["Location"])
    assert (answer.status_code, page.status_code) == (302, 200)
    assert str(suggestion.reference) in page.content.decode()
    assert code_for(suggestion.pk) in page.content.decode()
    assert page.headers["Cache-Control"] == "no-store"
    assert (suggestion.owner, suggestion.unit.code, suggestion.state) == (None, "HSN", "received")
    assert suggestion.confidentiality == Confidentiality.INTERNAL
    assert [entry.direction for entry in DiaryEntry.objects.all()] == ["in"]
    assert (suggestion.contact.name, suggestion.contact.email) == ("", "")


def test_the_title_is_the_beginning_of_the_text_without_identity_numbers() -> None:
    send(proposal=f"Jag heter {NUMBER} och " + "vill ha fler bänkar vid hållplatsen " * 4, number="keep")
    title = Suggestion.objects.get().title
    assert NUMBER not in title
    assert len(title) <= 80
    assert title.endswith("…")


def test_no_diary_says_who_left_it_not_to_the_registrar_either(cast: Cast) -> None:
    send(email="anna.alm@example.org")
    suggestion = Suggestion.objects.get()
    (entry,) = suggestion.diary.all()
    Appointment.objects.create(
        person=cast.colleague, role=Role.REGISTRAR, unit=suggestion.unit, valid_from="2026-01-01"
    )

    answer = signed_in(cast.colleague).get(reverse("diary:export", args=["csv"]))
    written = b"".join(answer.streaming_content).decode()  # type: ignore[attr-defined]

    assert suggestion.contact.email == "anna.alm@example.org"
    assert (entry.counterpart, entry.counterpart_public) == ("privatperson", "privatperson")
    assert str(suggestion.title) in written
    assert "alm" not in written.lower()


def test_what_the_diary_said_before_is_cleared_but_not_what_was_entered_by_hand(cast: Cast) -> None:
    send()
    case = Suggestion.objects.get()
    DiaryEntry.objects.create(case=case, at=timezone.now(), direction="in", counterpart="anna.alm@example.org")
    enter_paper(
        case=case, direction=Direction.IN, at=timezone.now(), counterpart="Bo Berg", private=True,
        concerns="Brev", provision="", person=cast.registrar,
    )  # fmt: skip

    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(import_module("portal.cases.migrations.0009_counterparts").FORWARD)

    said = list(case.diary.order_by("line").values_list("counterpart", flat=True))
    assert said == ["privatperson", "privatperson", "Bo Berg"]
    with pytest.raises(ProgrammingError, match="append-only"):
        case.diary.update(counterpart="Någon")


@pytest.mark.parametrize(
    ("area", "unit"),
    [("travel", "TN"), ("dental-care", "FTV"), ("culture", "KUN"), ("other", "RLK"), ("ambulance", "AISAB")],
)
def test_the_area_decides_who_looks_at_it_first(area: str, unit: str) -> None:
    send(area=Area.objects.get(key=area).pk)
    assert Suggestion.objects.get().unit.code == unit


def test_those_who_handle_it_are_told_and_other_employees_do_not_see_it(cast: Cast) -> None:
    Area.objects.filter(key="care").update(unit=cast.author.unit)
    send()
    assert set(Notice.objects.values_list("recipient__username", flat=True)) == {"lead"}
    suggestion = Suggestion.objects.get()
    seen = {part for part, person in cast if Suggestion.objects.visible_to(person).filter(pk=suggestion.pk).exists()}
    assert seen == {"lead", "manager", "coordinator", "registrar", "controller"}


def test_the_receipt_is_mailed_with_the_code_to_who_gives_an_address(cast: Cast, mailbox: Any) -> None:
    send(email="resenar@example.org")
    suggestion = Suggestion.objects.get()
    gather_mail(now=timezone.now() + timedelta(hours=1))
    post_mail()

    (message,) = mailbox.to("resenar@example.org")
    text = message.get_body(("plain",)).get_content()
    assert code_for(suggestion.pk) in text
    assert str(suggestion.reference) in text
    assert "/forslag/folj/" in text


def test_the_code_is_stored_nowhere() -> None:
    client = Client()
    send(client)
    code = code_for(Suggestion.objects.get().pk)
    assert code not in str(list(CaseContact.objects.values()))
    assert code not in str(dict(client.session))


# ── Stop and ask ─────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.strategy("B62-2")
@pytest.mark.parametrize("field", ["proposal", "place"])
def test_an_identity_number_stops_the_sender_once_and_nothing_written_is_lost(field: str) -> None:
    client = Client()
    asked = send(client, **{field: f"Ring mig, {NUMBER}."})

    assert asked.status_code == 200
    assert not Suggestion.objects.exists()
    assert f"Ring mig, {NUMBER}." in asked.content.decode()
    send(client, **{field: f"Ring mig, {NUMBER}."}, number="mask")
    assert NUMBER not in getattr(Suggestion.objects.get(), field)
    assert "Ring mig" in getattr(Suggestion.objects.get(), field)


def test_who_insists_sends_the_text_as_it_is() -> None:
    send(proposal=f"Ring mig, {NUMBER}.", number="keep")
    assert NUMBER in Suggestion.objects.get().proposal


def test_a_page_without_a_number_does_not_speak_of_one() -> None:
    assert 'name="number"' not in Client().get(LEAVE).content.decode()
    assert 'name="again"' not in Client().get(LEAVE).content.decode()


# ── Machines ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "trick", [{"website": "https://spam.example"}, {"stamp": ""}, {"stamp": "forged:1:x"}, {"stamp": None}]
)
def test_a_machine_is_answered_with_a_sentence_and_stores_nothing(trick: dict[str, Any]) -> None:
    data = {name: value for name, value in letter(**trick).items() if value is not None}
    answer = Client().post(LEAVE, data)

    assert answer.status_code == 200
    assert "Fler bänkar vid hållplatsen." in answer.content.decode()
    assert "Skicka” en gång till" in answer.content.decode()
    assert not Suggestion.objects.exists()


def test_who_sends_at_once_waits_a_moment_and_sends_again() -> None:
    client = Client()
    hasty = client.post(LEAVE, letter(stamp=STAMP.sign("")))
    assert "några sekunder" in hasty.content.decode()
    kept = re.search(r'name="stamp" value="([^"]+)"', hasty.content.decode())
    assert kept
    with pytest.raises(signing.SignatureExpired):
        STAMP.unsign(old_stamp(), max_age=3)
    assert not Suggestion.objects.exists()


def test_so_many_an_hour_from_one_place_and_the_text_stays(settings: Any) -> None:
    settings.SUGGESTION_LIMIT_PER_HOUR = 2
    for number in range(2):
        assert send(proposal=f"Förslag nummer {number}.").status_code == 302

    turned_away = send(proposal="Ett förslag för mycket.")

    assert turned_away.status_code == 429
    assert "Ett förslag för mycket." in turned_away.content.decode()
    assert Suggestion.objects.count() == 2


@pytest.mark.trust(7)
def test_a_forged_forwarding_header_gives_no_new_chance(settings: Any) -> None:
    settings.SUGGESTION_LIMIT_PER_HOUR = 1
    codes = [
        Client().post(LEAVE, letter(proposal=f"Nummer {n}."), headers={"X-Forwarded-For": f"10.0.0.{n}"}).status_code
        for n in range(3)
    ]
    assert codes == [302, 429, 429]


def test_no_address_of_a_sender_is_kept_in_clear() -> None:
    send()
    keys = [key.decode() for key in cache._cache.get_client().keys("*throttle*")]  # type: ignore[attr-defined]
    assert keys
    assert not any("127.0.0.1" in key for key in keys)


def test_the_same_text_twice_is_asked_about_and_a_double_click_is_not(cast: Cast) -> None:
    client = Client()
    send(client)
    assert send(client).headers["Location"] == reverse("suggestions:receipt")
    stranger = send(proposal="  fler BÄNKAR vid hållplatsen. ")
    assert stranger.status_code == 200
    assert "nyss kommit in" in stranger.content.decode()
    assert Suggestion.objects.count() == 1

    assert send(again="on").status_code == 302
    assert Suggestion.objects.count() == 2


def test_the_form_needs_its_token_against_forged_requests() -> None:
    assert Client(enforce_csrf_checks=True).post(LEAVE, letter()).status_code == 403


# ── Following ────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def sent(cast: Cast) -> Suggestion:
    Area.objects.filter(key="care").update(unit=cast.author.unit)
    send(email="resenar@example.org")
    return Suggestion.objects.get()


def follow(suggestion: Suggestion, code: str | None = None, client: Client | None = None) -> Any:
    data = {"reference": suggestion.reference, "code": code_for(suggestion.pk) if code is None else code}
    return (client or Client()).post("/forslag/folj/", data, follow=True)


def test_number_and_code_show_how_far_it_has_come(cast: Cast, sent: Suggestion) -> None:
    page = follow(sent, code_for(sent.pk).lower().replace("-", " ")).content.decode()
    for said in (sent.reference, "Fler bänkar vid hållplatsen.", "Mottaget", "Södersjukhuset"):
        assert str(said) in page


@pytest.mark.parametrize("code", ["", "AAAA-AAAA-AAAA"])
def test_a_wrong_code_shows_nothing(sent: Suggestion, code: str) -> None:
    client = Client()
    page = follow(sent, code, client)
    assert "Fler bänkar" not in page.content.decode()
    assert client.get(f"/forslag/folj/{sent.key}/").status_code == 302


def test_the_code_of_one_suggestion_does_not_open_another(sent: Suggestion) -> None:
    send(proposal="Ett annat förslag.")
    other = Suggestion.objects.exclude(pk=sent.pk).get()
    client = Client()
    follow(sent, client=client)

    assert client.get(f"/forslag/folj/{sent.key}/").status_code == 200
    assert client.get(f"/forslag/folj/{other.key}/").headers["Location"] == f"/forslag/folj/?nummer={other.key}"
    assert client.get("/forslag/folj/HSN-2020-0001/").status_code == 302
    assert client.get(f"/arenden/{sent.key}/").status_code == 302  # to sign in


@pytest.mark.trust(7)
@pytest.mark.parametrize("address", ["/forslag/folj/", "/tillganglighet/folj/"])
def test_guesses_are_turned_away_and_keep_nobody_out(sent: Suggestion, address: str) -> None:
    client = Client()
    codes = [
        client.post(address, {"reference": sent.reference, "code": f"AAAA-AAAA-AA{n:02}"}).status_code
        for n in range(25)
    ]
    assert codes == [200] * 20 + [429] * 5
    assert str(sent.reference) in follow(sent, client=client).content.decode()


def test_questions_and_answers_go_both_ways(cast: Cast, sent: Suggestion) -> None:
    client = Client()
    follow(sent, client=client)
    signed_in(cast.lead).post(f"/arenden/{sent.key}/meddelande/", {"text": "Vilken hållplats?", "audience": "author"})
    signed_in(cast.lead).post(f"/arenden/{sent.key}/meddelande/", {"text": "Bara mellan oss.", "audience": "internal"})

    page = client.get(f"/forslag/folj/{sent.key}/").content.decode()
    assert "Vilken hållplats?" in page
    assert "Bara mellan oss." not in page

    client.post(f"/forslag/folj/{sent.key}/", {"text": "Den vid torget."})
    assert Message.objects.get(text="Den vid torget.").by is None
    assert Event.objects.filter(case=sent, move="answer_received", person=None).exists()
    assert "Den vid torget." in signed_in(cast.lead).get(f"/arenden/{sent.key}/").content.decode()


def test_a_reply_with_an_identity_number_stops_and_asks(sent: Suggestion) -> None:
    client = Client()
    follow(sent, client=client)
    asked = client.post(f"/forslag/folj/{sent.key}/", {"text": f"Jag är {NUMBER}."})
    assert f"Jag är {NUMBER}." in asked.content.decode()
    assert not Message.objects.exists()
    client.post(f"/forslag/folj/{sent.key}/", {"text": f"Jag är {NUMBER}.", "number": "mask"})
    assert NUMBER not in Message.objects.get().text


def test_a_shared_computer_forgets(sent: Suggestion) -> None:
    client = Client()
    follow(sent, client=client)
    client.post("/forslag/folj/glom/")
    assert client.get(f"/forslag/folj/{sent.key}/").status_code == 302
    assert client.get("/forslag/folj/glom/").status_code == 405


def test_the_answer_and_who_gave_it_are_shown(cast: Cast, sent: Suggestion) -> None:
    make_move(
        sent, "answer", cast, disposition="other_route", route="Trafikförvaltningen", reason="Tack! De äger bänkarna."
    )
    page = follow(sent).content.decode()
    for said in ("Lämnat vidare en annan väg", "Trafikförvaltningen", "Tack! De äger bänkarna.", cast.lead.name):
        assert said in page
