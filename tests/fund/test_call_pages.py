"""The list of calls, the preview, copying a call, and the right to be late."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import override

from fund.actions.applying import begin_application
from fund.actions.changing import give_late_right
from fund.flow import ApplicationFlow
from fund.models import Application, Call, LateRight, Question
from fund.queries import calls_for
from fund.states import ApplicationState
from portal.cases.actions.drafts import discard_draft
from portal.cases.errors import Refused
from portal.cases.exporting import Contents
from portal.cases.moving import perform
from portal.notices.models import Notice
from tests.cast import Cast, again, case_in, signed_in
from tests.fund.story import ANSWERS, call_of, open_call, pass_time, shut_call
from tests.fund.test_calls import judged_at_commit

pytestmark = [pytest.mark.django_db, pytest.mark.strategy("B43-5")]


def local(moment: Any) -> str:
    return f"{timezone.localtime(moment):%Y-%m-%dT%H:%M:%S}"


def test_the_list_has_what_is_open_first_by_when_it_closes_then_what_comes_then_what_was(cast: Cast) -> None:
    now = timezone.now()
    late, soon, earlier = open_call(days=20), open_call(days=5), open_call(days=30)
    shut_call(earlier)
    later = open_call(opens_at=now + timedelta(days=9), days=60)
    coming = open_call(opens_at=now + timedelta(days=3), days=70)
    draft = call_of(cast.officer)

    open_to_all = [soon.pk, late.pk, coming.pk, later.pk, earlier.pk]
    assert [call.pk for call in calls_for(cast.colleague)] == open_to_all
    assert [call.pk for call in calls_for(cast.officer)] == [draft.pk, *open_to_all]
    page = signed_in(cast.colleague).get(reverse("fund:list")).content.decode()
    places = [page.index(word) for word in ("Öppna nu", "Kommande", "Tidigare")]
    assert places == sorted(places)


def test_a_call_says_when_it_opened_and_closed_once_it_has(cast: Cast) -> None:
    coming, open_now, shut, off = (
        open_call(**more) for more in ({"opens_at": timezone.now() + timedelta(days=3)}, {}, {}, {})
    )
    shut_call(shut)
    perform(off, "cancel", person=again(cast.officer), data={"reason": "Pengarna drogs in."})
    client = signed_in(cast.colleague)
    for call, words in (
        (coming, ("Opens ", ", closes ")),
        (open_now, ("Opened ", ", closes ")),
        (shut, ("Opened ", ", closed ")),
        (off, ("It was to be open from ", " to ")),
    ):
        page = client.get(call.get_absolute_url(), headers={"accept-language": "en"}).content.decode()
        call.refresh_from_db()
        with override("en"):
            opens, closes = (date_format(timezone.localtime(at), "j F Y H:i") for at in (call.opens_at, call.closes_at))
        assert f"{words[0]}{opens}{words[1]}{closes}." in page


@pytest.mark.parametrize(("part", "queries"), [("colleague", 9), ("officer", 10)])
def test_the_list_asks_as_much_however_many_calls_there_are(
    cast: Cast, part: str, queries: int, django_assert_num_queries: Any
) -> None:
    client = signed_in(getattr(cast, part))
    for number in (1, 2):
        for _each in range(number):
            call = open_call()
            begin_application(owner=cast.colleague, unit=call.unit, call=call, title="Skyltar")
        client.get(reverse("fund:list"))
        with django_assert_num_queries(queries):
            page = client.get(reverse("fund:list")).content.decode()
        assert page.count("Vårens utlysning</a>") == Call.objects.count()


def test_an_applicant_finds_their_own_and_an_officer_how_many_there_are(cast: Cast) -> None:
    call = open_call()
    begin_application(owner=cast.author, unit=call.unit, call=call, title="Skyltar som talar")
    case_in(ApplicationFlow, ApplicationState.SUBMITTED, cast, owner=cast.outsider, call=call)
    for address in (reverse("fund:list"), call.get_absolute_url()):
        author, officer, colleague = (
            signed_in(person).get(address).content.decode() for person in (cast.author, cast.officer, cast.colleague)
        )
        assert "Skyltar som talar" in author
        assert "Skyltar som talar" not in officer + colleague
        assert "Inlämnade: 1. Påbörjade och inte inlämnade: 1." in officer
        assert "Påbörjade och inte inlämnade" not in author + colleague


def test_the_preview_is_the_form_that_an_applicant_gets_and_begins_nothing(cast: Cast) -> None:
    call = call_of(cast.officer)
    address = reverse("fund:preview_call", args=[call.pk])
    preview = signed_in(cast.officer).get(address)
    assert signed_in(cast.colleague).get(address).status_code == 404
    assert not Application.objects.exists()

    call = perform(call, "announce", person=cast.officer)  # type: ignore[assignment]
    draft = begin_application(owner=cast.author, unit=call.unit, call=call, title="Skyltar")
    written = signed_in(cast.author).get(reverse("fund:write", args=[draft.pk]))
    assert list(preview.context["form"].fields) == list(written.context["form"].fields)
    assert {"q_need", "q_budget"} <= set(preview.context["form"].fields)


def test_a_call_is_begun_from_an_earlier_one_without_its_time(cast: Cast) -> None:
    earlier = open_call(budget=2_000_000)
    earlier_page = signed_in(cast.officer).get(earlier.get_absolute_url()).content.decode()
    address = f"{reverse('fund:begin_call')}?like={earlier.pk}"
    assert address in earlier_page
    client = signed_in(cast.officer)
    assert f'value="{earlier.pk}" selected' in client.get(address).content.decode()
    client.post(address, {"title": "Höstens utlysning", "like": earlier.pk})
    call = Call.objects.get(title="Höstens utlysning")
    assert (call.budget, call.opens_at, call.closes_at, call.year) == (2_000_000, None, None, None)
    assert [row.as_data() for row in call.questions.all()] == [row.as_data() for row in earlier.questions.all()]
    client.post(reverse("fund:begin_call"), {"title": "En till"})
    assert Call.objects.get(title="En till").questions.count() == len(ANSWERS)


def test_a_draft_is_discarded_with_its_questions_and_an_announced_call_is_taken_out_with_all_that_it_keeps(
    cast: Cast,
) -> None:
    discard_draft(case=call_of(cast.officer))
    judged_at_commit()
    assert not Question.objects.exists()
    call = open_call()
    contents = Contents(call)
    kept = {name: len(rows) for name, rows in contents.rows.items()}
    assert b"editions.json" in b"".join(contents.stream())
    assert kept == {"questions": 9, "criteria": 4, "editions": 1, "late_rights": 0, "ledger": 1}


# ── Late ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_who_has_been_given_the_right_hands_in_late_and_nobody_else(cast: Cast) -> None:
    call = open_call()
    pass_time(call)
    call.refresh_from_db()
    until = timezone.now() + timedelta(days=2)
    data = {"who": "author@example.org", "until": local(until), "why": "Sjuk den sista veckan."}
    address = reverse("fund:late_right", args=[call.pk])
    assert signed_in(cast.officer).post(address, data).status_code == 302

    right = LateRight.objects.get()
    assert (right.person, right.by, right.why) == (cast.author, cast.officer, "Sjuk den sista veckan.")
    event = call.events.get(move="late_right_given")
    assert (event.note, event.data["late_right"]) == ("", right.pk)
    assert Notice.objects.get(event=event).recipient == cast.author

    officer, author, colleague = (
        signed_in(person).get(call.get_absolute_url()).content.decode()
        for person in (cast.officer, cast.author, cast.colleague)
    )
    assert "Sjuk den sista veckan." in officer
    assert "Sjuk den sista veckan." not in author + colleague
    begin = f"{reverse('fund:begin')}?call={call.pk}"
    assert begin in author
    assert begin not in colleague
    assert begin in signed_in(cast.author).get(reverse("fund:list")).content.decode()
    asked = {"call": call.pk, "title": "Skyltar som talar"}
    assert signed_in(cast.colleague).post(begin, asked).status_code == 200
    assert signed_in(cast.author).post(begin, asked).status_code == 302
    late = case_in(ApplicationFlow, ApplicationState.SUBMITTED, cast, call=call)
    assert late.latest.at > call.closes_at


@pytest.mark.parametrize(
    ("who", "days", "field"),
    [("author", 10, "until"), ("external", 90, "who"), ("nobody", 90, "who"), ("colleague", 90, "who")],
)
def test_a_right_that_makes_no_sense_is_refused_by_its_field(cast: Cast, who: str, days: int, field: str) -> None:
    call = open_call()
    give_late_right(
        call=call, person=cast.colleague, until=timezone.now() + timedelta(days=40), why="Sjuk.", by=cast.officer
    )
    data = {"who": who, "until": local(timezone.now() + timedelta(days=days)), "why": "Sjuk."}
    page = signed_in(cast.officer).post(reverse("fund:late_right", args=[call.pk]), data)
    assert page.status_code == (200 if who == "nobody" else 409)
    assert list(page.context["form"].errors) == [field]
    assert LateRight.objects.count() == 1


def test_the_right_is_an_officers_to_give_and_stays_as_it_was_given(cast: Cast) -> None:
    call = open_call()
    address = reverse("fund:late_right", args=[call.pk])
    assert {signed_in(person).get(address).status_code for person in (cast.author, cast.manager)} == {403}
    told: dict[str, Any] = {"call": call, "person": cast.author, "why": "Sjuk.", "by": cast.officer}
    right = give_late_right(until=timezone.now() + timedelta(days=40), **told)
    for change in (lambda: LateRight.objects.update(until=timezone.now()), right.delete):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            change()
    with pytest.raises(IntegrityError, match="lets nobody in late"), transaction.atomic():
        LateRight.objects.create(until=timezone.now(), **told)
    perform(call, "cancel", person=cast.officer, data={"reason": "Pengarna är slut."})
    with pytest.raises(Refused):
        give_late_right(until=timezone.now() + timedelta(days=40), **told | {"person": cast.colleague})


def test_nothing_is_begun_from_a_call_as_from_an_idea(cast: Cast) -> None:
    page = signed_in(cast.author).get(open_call().get_absolute_url()).content.decode()
    assert f"{reverse('fund:begin')}?from=" not in page
    assert f"{reverse('fund:begin')}?call=" in page
