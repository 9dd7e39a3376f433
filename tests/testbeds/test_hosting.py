"""The host’s own pages: who opens them, what they write, and that nothing is lost or closed under anybody."""

from datetime import time, timedelta
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from lxml import html
from PIL import Image

from portal.cases.actions.drafts import begin_case
from portal.organisation.actions import close_unit
from portal.organisation.models import Unit
from portal.organisation.states import Role
from testbeds.flow import TestFlow
from testbeds.models import Claim, OpeningException, OpeningHours, Testbed, TestbedPicture, TestRequest
from testbeds.states import ClaimState, TestState
from tests.cast import PARTS, Cast, again, appointment, case_in, signed_in
from tests.testbeds.places import asked, host_of, place
from tests.testbeds.story import perform

pytestmark = pytest.mark.strategy("B4-4", "B44-1")
MINE = "/testbaddar/mina/"
SOON = timedelta(days=30)


@pytest.fixture
def testbed(db: None, cast: Cast) -> Testbed:
    return place("SOS")


@pytest.fixture
def host(cast: Cast, testbed: Testbed) -> Client:
    return signed_in(host_of(testbed, cast.colleague))


def fields(answer: Any) -> dict[str, Any]:
    """What a browser would send of the form, if nobody touched anything."""
    form = html.fromstring(answer.content.decode()).xpath("//main//form[@method='post']")[0]
    return dict(form.form_values())


def page_of(testbed: Testbed, name: str, *more: int) -> str:
    return reverse(f"testbeds:{name}", args=[testbed.pk, *more])


FORMS = ("host_change", "host_hours", "host_exception", "host_picture")


@pytest.mark.trust(1)
def test_hosts_open_their_own_and_nobody_else_does(cast: Cast, testbed: Testbed) -> None:
    hidden = place("SOS", published_at=None)
    host_of(testbed, cast.lead)
    host_of(place("KAR"), cast.other_lead)
    for part in PARTS:
        client = signed_in(getattr(cast, part))
        stranger = part == "inactive"
        mine, elsewhere = part in {"lead", "host"}, part == "other_lead"
        for address in (MINE, reverse("testbeds:host_new")):
            assert client.get(address).status_code == (302 if stranger else 200 if mine or elsewhere else 403), (
                part,
                address,
            )
        for name in ("host", *FORMS):
            assert client.get(page_of(testbed, name)).status_code == (302 if stranger else 200 if mine else 403), (
                part,
                name,
            )
            assert client.get(page_of(hidden, name)).status_code == (302 if stranger else 200 if mine else 404), (
                part,
                name,
            )
        for name in ("host_publish", "host_close"):
            expected = 302 if stranger or mine else 403
            assert client.post(page_of(testbed, name)).status_code == expected, (part, name)
            Testbed.objects.filter(pk=testbed.pk).update(closed_at=None)
        assert client.get(hidden.get_absolute_url()).status_code == (200 if mine else 404), part
    assert Client().get(MINE).status_code == 302


def test_a_host_above_the_unit_keeps_it_too(cast: Cast, testbed: Testbed) -> None:
    above = host_of(place("LISAB"), cast.colleague)
    assert signed_in(above).get(page_of(testbed, "host")).status_code == 200


@pytest.mark.parametrize("rows", [1, 3])
def test_lists_cost_the_same_at_one_row_and_at_three(cast: Cast, rows: int) -> None:
    places = [place() for _number in range(rows)]
    client = signed_in(host_of(places[0], cast.colleague))
    for number in range(rows):
        OpeningException.objects.create(testbed=places[0], day=timezone.localdate() + timedelta(days=number))
    for address, number in ((MINE, 6), (page_of(places[0], "host"), 14)):
        client.get(address)
        with CaptureQueriesContext(connection) as asked:
            client.get(address)
        assert len(asked) == number, asked.captured_queries


TOLD: dict[str, Any] = {
    "name": "Röntgenlabbet", "summary": "Ett labb.", "offers": "Bildtagning.", "capacity": 4, "shortest": 60, "longest": 240,
    "before": 15, "after": 45, "fee": 900, "reimbursement": 0, "in_kind": "0,5", "aid": 0, "answer_days": 5,
    "contact": "Labbet", "email": "labb@example.org", "address": "Vägen 1", "latitude": "59.3", "longitude": "18.1",
}  # fmt: skip


def test_a_testbed_is_set_up_opened_illustrated_and_published(cast: Cast, testbed: Testbed, host: Client) -> None:
    answer = host.post(reverse("testbeds:host_new"), {**TOLD, "unit": testbed.unit_id})
    made = Testbed.objects.get(name="Röntgenlabbet")
    assert answer["Location"] == page_of(made, "host")
    assert (made.slug, made.made_by, made.is_published) == ("rontgenlabbet", cast.colleague, False)

    refused = host.post(page_of(made, "host_publish"))
    assert (refused.status_code, "öppet" in refused.content.decode()) == (409, True)
    hours = {"day0_0_opens": "08:00", "day0_0_closes": "12:00", "day0_1_opens": "13:00", "day0_1_closes": "17:30"}
    assert host.post(page_of(made, "host_hours"), hours).status_code == 302
    assert host.post(page_of(made, "host_publish")).status_code == 302
    assert made.get_absolute_url() in Client().get("/testbaddar/").content.decode()
    page = Client().get(made.get_absolute_url()).content.decode()
    assert "08:00–12:00, 13:00–17:30" in page


def test_names_give_addresses_that_are_free(testbed: Testbed, host: Client) -> None:
    for name in ("Karta", "Karta", "!!!"):
        host.post(reverse("testbeds:host_new"), {**TOLD, "name": name, "unit": testbed.unit_id})
    slugs = Testbed.objects.exclude(pk=testbed.pk).order_by("pk").values_list("slug", flat=True)
    assert list(slugs) == ["karta-2", "karta-3", "testbadd"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": ""}, {"name": "x" * 151}, {"capacity": 0}, {"shortest": 5}, {"longest": 30}, {"before": 481}, {"fee": -1},
        {"in_kind": "-1"}, {"in_kind": "x"}, {"latitude": ""}, {"latitude": "91"}, {"longitude": "181"}, {"email": "x"},
        {"answer_days": 0}, {"unit": 999999}, {"summary": "Ring 850709-9805"}, {"offers": "a\x00b"},
    ],
)  # fmt: skip
def test_wrong_input_gets_a_sentence_and_keeps_the_rest(testbed: Testbed, host: Client, wrong: dict[str, Any]) -> None:
    answer = host.post(reverse("testbeds:host_new"), {**TOLD, "unit": testbed.unit_id, **wrong})
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "ds-error-summary" in page
    assert "labb@example.org" in page or "email" in wrong
    assert Testbed.objects.count() == 1


def test_nobody_sets_up_a_testbed_at_anothers_unit(testbed: Testbed, host: Client) -> None:
    other = place("KAR").unit_id
    assert host.post(reverse("testbeds:host_new"), {**TOLD, "unit": other}).status_code == 200
    assert Testbed.objects.count() == 2


def test_a_testbed_stands_where_requests_for_it_can_be_numbered(cast: Cast) -> None:
    region, below = Unit.objects.get(code="REGION"), Unit.objects.get(code="RLK")
    appointment(cast.colleague, Role.TESTBED_HOST, region).save()
    host = signed_in(again(cast.colleague))
    offered = host.get(reverse("testbeds:host_new")).context["form"].fields["unit"].queryset
    assert (region in offered, below in offered) == (False, True)
    assert host.post(reverse("testbeds:host_new"), {**TOLD, "unit": region.pk}).status_code == 200
    from_before = place("REGION", published_at=None)
    answer = host.post(page_of(from_before, "host_publish"))
    assert (answer.status_code, "inget diarium" in answer.content.decode()) == (409, True)
    assert not Testbed.objects.published().exists()


def test_two_who_write_at_once_are_told(cast: Cast, testbed: Testbed, host: Client) -> None:
    other, page = signed_in(host_of(testbed, cast.lead)), page_of(testbed, "host_change")
    first, last = fields(host.get(page)), fields(other.get(page))
    assert host.post(page, first | {"summary": "Det första."}).status_code == 302
    answer = other.post(page, last | {"summary": "Det andra."})
    assert "Det första." in answer.content.decode()
    testbed.refresh_from_db()
    assert (testbed.summary, testbed.version) == ("Det första.", 2)
    assert other.post(page, fields(answer)).status_code == 302
    testbed.refresh_from_db()
    assert testbed.summary == "Det andra."


@pytest.mark.parametrize(
    "wrong",
    [
        {"day0_0_closes": ""}, {"day0_0_opens": ""}, {"day0_0_closes": "07:00"}, {"day0_0_opens": "x"},
        {"day0_1_opens": "09:00", "day0_1_closes": "10:00"},
    ],
)  # fmt: skip
def test_hours_that_make_no_sense_are_refused(testbed: Testbed, host: Client, wrong: dict[str, str]) -> None:
    page = page_of(testbed, "host_hours")
    answer = host.post(page, fields(host.get(page)) | wrong)
    assert answer.status_code == 200
    assert "field--wrong" in answer.content.decode()
    assert testbed.hours.count() == 5


def test_hours_that_are_left_alone_stay_the_same_rows(testbed: Testbed, host: Client) -> None:
    before = set(testbed.hours.values_list("pk", flat=True))
    page = page_of(testbed, "host_hours")
    sent = fields(host.get(page)) | {"day0_0_closes": "16:00", "day5_0_opens": "10:00", "day5_0_closes": "14:00"}
    assert host.post(page, sent).status_code == 302
    assert len(before & set(testbed.hours.values_list("pk", flat=True))) == 4
    found = OpeningHours.objects.filter(testbed=testbed, weekday__in=(0, 5)).values_list("opens", "closes")
    assert list(found) == [(time(8), time(16)), (time(10), time(14))]


def test_other_hours_on_a_day_are_told_and_taken_away(cast: Cast, testbed: Testbed, host: Client) -> None:
    day = timezone.localdate() + SOON
    held(cast, testbed, days=30)
    page = page_of(testbed, "host_exception")
    answer = host.post(page, {"day": day.isoformat(), "why": "Underhåll"}, follow=True)
    assert "Underhåll" in answer.content.decode()
    assert "ligger den dagen" in answer.content.decode()
    for wrong in (
        {"day": day.isoformat()},
        {"day": "2020-01-01"},
        {"day": ""},
        {"day": (day + SOON).isoformat(), "opens": "09:00"},
    ):
        assert host.post(page, wrong).status_code == 200, wrong
    exception = testbed.exceptions.get()
    assert host.get(page_of(testbed, "host_exception_remove", exception.pk)).status_code == 405
    assert host.post(page_of(place(), "host_exception_remove", exception.pk)).status_code == 404
    assert host.post(page_of(testbed, "host_exception_remove", exception.pk)).status_code == 302
    assert not testbed.exceptions.exists()


def photo(**more: Any) -> SimpleUploadedFile:
    kept, exif = BytesIO(), Image.Exif()
    exif[0x010E] = "zqxsecretplace"
    Image.new("RGB", (2400, 800), "navy").save(kept, "JPEG", exif=exif, **more)
    return SimpleUploadedFile("zqxname.jpg", kept.getvalue(), "image/jpeg")


def test_a_picture_is_drawn_anew_and_its_file_goes_with_it(
    testbed: Testbed, host: Client, django_capture_on_commit_callbacks: Any
) -> None:
    assert host.post(page_of(testbed, "host_picture"), {"file": photo(), "alt": "Salen"}).status_code == 302
    picture = TestbedPicture.objects.get()
    answer = Client().get(reverse("testbeds:picture", args=[picture.pk]))
    body = b"".join(answer.streaming_content)  # type: ignore[attr-defined]  # a file
    assert (picture.width, picture.height, answer["Content-Type"]) == (1600, 533, "image/jpeg")
    assert b"zqx" not in body
    assert "sandbox" in answer["Content-Security-Policy"]
    assert 'alt="Salen"' in Client().get(testbed.get_absolute_url()).content.decode()

    Testbed.objects.filter(pk=testbed.pk).update(published_at=None)
    assert Client().get(reverse("testbeds:picture", args=[picture.pk])).status_code == 404
    assert host.post(page_of(testbed, "host_picture_remove", picture.pk)).status_code == 302
    assert not TestbedPicture.objects.exists()


@pytest.mark.parametrize(
    "bytes_", [b"", b"not a picture", b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"\x89PNG\r\n\x1a\nbroken"]
)
def test_what_is_no_picture_is_refused(testbed: Testbed, host: Client, bytes_: bytes) -> None:
    file = SimpleUploadedFile("bild.png", bytes_, "image/png")
    answer = host.post(page_of(testbed, "host_picture"), {"file": file, "alt": "Salen"})
    assert answer.status_code == 200
    assert "field--wrong" in answer.content.decode()
    assert not TestbedPicture.objects.exists()


def held(cast: Cast, testbed: Testbed, *, days: int, state: str = ClaimState.HELD) -> Claim:
    begins = timezone.localtime().replace(hour=12, minute=0, second=0, microsecond=0) + timedelta(days=days)
    request = None
    if state != ClaimState.BLOCKED:
        request = begin_case(
            model=TestRequest, owner=cast.external, unit=testbed.unit, testbed=testbed, title="Skyltar"
        )
    until = timezone.now() + SOON if state == ClaimState.HELD else None
    during = (begins, begins + timedelta(hours=1))
    return Claim.objects.create(testbed=testbed, request=request, state=state, until=until, during=during)


def test_a_testbed_with_time_ahead_does_not_close(cast: Cast, testbed: Testbed, host: Client) -> None:
    ahead = [held(cast, testbed, days=days) for days in (2, 3)]
    held(cast, testbed, days=-2)
    held(cast, testbed, days=5, state=ClaimState.BLOCKED)
    refused = host.post(page_of(testbed, "host_close"))
    assert refused.status_code == 409
    assert "2 bokningar" in refused.content.decode()
    with pytest.raises(IntegrityError, match="time ahead"), transaction.atomic():
        Testbed.objects.filter(pk=testbed.pk).update(closed_at=timezone.now())
    Claim.objects.filter(pk__in=[one.pk for one in ahead]).update(state=ClaimState.CANCELLED)
    assert host.post(page_of(testbed, "host_close")).status_code == 302
    with pytest.raises(IntegrityError, match="is closed"), transaction.atomic():
        held(cast, testbed, days=9)
    assert host.post(page_of(testbed, "host_publish")).status_code == 302
    testbed.refresh_from_db()
    assert testbed.is_published


def test_the_unit_stays_while_there_are_open_requests(cast: Cast, testbed: Testbed) -> None:
    person = host_of(place("KAR"), host_of(testbed, cast.colleague))
    client, page = signed_in(person), page_of(testbed, "host_change")
    request = case_in(TestFlow, TestState.SUBMITTED, cast, testbed=testbed)
    other = Testbed.objects.exclude(pk=testbed.pk).get().unit_id
    sent = fields(client.get(page)) | {"unit": str(other)}
    assert client.post(page, sent).status_code == 200
    perform(request, "withdraw", person=cast.author, data={})
    assert client.post(page, sent).status_code == 302


def test_a_draft_is_not_told_of_and_goes_along_to_another_unit(cast: Cast, testbed: Testbed) -> None:
    person = host_of(place("KAR"), host_of(testbed, cast.colleague))
    client, page, draft = signed_in(person), page_of(testbed, "host_change"), asked(cast, testbed)
    other = Testbed.objects.exclude(pk=testbed.pk).get().unit
    assert client.post(page, fields(client.get(page)) | {"unit": str(other.pk)}).status_code == 302
    testbed.refresh_from_db()
    draft.refresh_from_db()
    assert (testbed.unit, draft.unit, draft.version) == (other, other, 2)


def test_a_testbed_goes_with_its_requests_to_the_heir_of_its_unit(cast: Cast, testbed: Testbed) -> None:
    first = asked(cast, testbed)
    heir = Unit.objects.get(code="KAR")
    close_unit(unit=testbed.unit, successor=heir, on=timezone.localdate() - timedelta(days=1), by=None)
    testbed.refresh_from_db()
    second = asked(cast, testbed)
    assert {testbed.unit, TestRequest.objects.get(pk=first.pk).unit, second.unit} == {heir}


def test_the_database_keeps_requests_at_the_host(cast: Cast, testbed: Testbed) -> None:
    other = Unit.objects.get(code="KAR")
    with pytest.raises(IntegrityError, match="not at the host"), transaction.atomic():
        begin_case(model=TestRequest, owner=cast.external, unit=other, testbed=testbed, title="Skyltar")
    asked(cast, testbed)
    with pytest.raises(IntegrityError, match="at another unit"), transaction.atomic():
        Testbed.objects.filter(pk=testbed.pk).update(unit=other)


def test_the_history_says_who_did_what(cast: Cast, testbed: Testbed, host: Client) -> None:
    page = page_of(testbed, "host_change")
    host.post(page, fields(host.get(page)) | {"fee": "750"})
    host.post(page_of(testbed, "host_exception"), {"day": (timezone.localdate() + SOON).isoformat()})
    told = host.get(page_of(testbed, "host")).content.decode()
    assert "”0” blev ”750”" in told or "“0” became “750”" in told
    assert cast.colleague.name in told
    english = Client(headers={"accept-language": "en"})
    english.cookies = host.cookies
    assert "“0” became “750”" in english.get(page_of(testbed, "host")).content.decode()


def test_hostile_text_is_text(testbed: Testbed, host: Client) -> None:
    page = page_of(testbed, "host_change")
    told = "<script>alert(1)</script> {{ 7*7 }} ' OR 1=1"
    assert host.post(page, fields(host.get(page)) | {"name": told, "summary": told}).status_code == 302
    for address in (MINE, page_of(testbed, "host"), page):
        assert "<script>alert" not in host.get(address).content.decode()
