"""Handing in: late is late to the second, whoever asks; the manager signs what was handed in; an idea becomes an application."""

from datetime import datetime, timedelta
from functools import partial
from typing import Any
from typing import cast as cast_to

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from fund.actions.applying import begin_application
from fund.actions.closing import shut_calls
from fund.flow import ApplicationFlow
from fund.models import Application, Approval, Call, LateRight, Submission
from fund.rules.applying import sign_until
from fund.rules.calls import takes_applications
from fund.states import ApplicationState as S
from ideas.flow import IdeaFlow
from ideas.states import IdeaState
from portal.accounts.models import User
from portal.cases.actions.deadlines import watch_deadlines
from portal.cases.errors import NotYours, Refused
from portal.cases.models import Case, CaseLink, Event
from portal.cases.moving import judge, perform
from portal.cases.verdicts import YES
from portal.notices.models import Notice
from portal.notices.states import Topic
from portal.organisation.models import Unit
from portal.organisation.states import Role
from tests.cases.test_at_once import at_once
from tests.cast import Cast, again, answer_considerations, appointment, case_in, draft_of, gather, make_move, signed_in
from tests.fund.story import ANSWERS, let_call_close, open_call, pass_time, told_otherwise
from tests.fund.test_writing import in_english

pytestmark = pytest.mark.strategy("B43-5")
SECOND = timedelta(seconds=1)


def ready(cast: Cast, **values: Any) -> Any:
    """A draft with nothing missing."""
    draft = draft_of(ApplicationFlow, cast, **values)
    answer_considerations(draft)
    return draft


def close_in(call: Call, left: timedelta) -> None:
    """The call closes so long from now, by the database’s own clock."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        now: datetime = cursor.fetchone()[0]
    opens = min(call.opens_at or now, now + left - timedelta(seconds=1))
    told_otherwise(call, opens_at=opens, closes_at=now + left)


def give_late_right(draft: Application, cast: Cast, until: timedelta) -> None:
    LateRight.objects.create(
        call=draft.call, person=cast.author, until=timezone.now() + until, why="Driftstopp", by=cast.officer
    )


def keep_submission(draft: Application, by: User, at: datetime | None = None, amount: int = 1) -> Submission:
    """As a program would that asks no guard."""
    return Submission.objects.create(
        application=draft,
        number=1,
        at=at or timezone.now(),
        by=by,
        edition=1,
        content={},
        amount=amount,
        sha256="",
    )


# ── Late ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("left", "taken"), [(30 * SECOND, True), (-SECOND / 1000, False), (-SECOND, False)])
def test_late_is_late_to_the_second_and_the_sentence_says_when(cast: Cast, left: timedelta, taken: bool) -> None:
    draft = ready(cast)
    close_in(draft.call, left)

    answer = in_english(cast.author).post(reverse("cases:move", args=[draft.key, "submit"]))

    assert answer.get("Location") == (reverse("fund:receipt", args=[draft.pk]) if taken else None)
    assert answer.status_code == (302 if taken else 409)
    assert Submission.objects.filter(application=draft).exists() == taken
    assert taken or "The call closed" in answer.content.decode()


@pytest.mark.django_db(transaction=True)
def test_the_database_itself_takes_nothing_late_whatever_time_it_is_told() -> None:
    cast = gather()
    draft = ready(cast)
    close_in(draft.call, timedelta(0))
    for at in (None, timezone.now() - timedelta(hours=1)):
        with pytest.raises(IntegrityError, match="is not open"):
            keep_submission(draft, cast.author, at)
    close_in(draft.call, 60 * SECOND)
    with pytest.raises(IntegrityError, match="is not open"):
        keep_submission(draft, cast.author, timezone.now() - timedelta(days=20))

    kept = keep_submission(draft, cast.author, timezone.now() + timedelta(days=20))

    kept.refresh_from_db()
    assert abs(kept.at - timezone.now()) < 30 * SECOND


def test_the_database_takes_nothing_early_and_nothing_above_the_largest_grant(cast: Cast) -> None:
    draft = ready(cast)
    with pytest.raises(IntegrityError, match="largest grant"), transaction.atomic():
        keep_submission(draft, cast.author, amount=10**9)
    pass_time(draft.call, timedelta(days=-5))
    with pytest.raises(IntegrityError, match="is not open"), transaction.atomic():
        keep_submission(draft, cast.author)


def test_a_call_that_closes_between_the_guard_and_the_database_is_said_to_have_closed(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    draft = ready(cast)
    close_in(draft.call, timedelta(0))
    monkeypatch.setattr("portal.cases.moving.judge", lambda case, move: YES)  # as it was a moment ago

    with pytest.raises(Refused):
        perform(draft, "submit", person=cast.author)

    assert Application.objects.get(pk=draft.pk).state == S.DRAFT


def test_a_right_to_be_late_holds_until_its_moment_and_for_that_person_alone(cast: Cast) -> None:
    mine, others = ready(cast), ready(cast, owner=cast.outsider)
    Application.objects.filter(pk=others.pk).update(call=mine.call)
    close_in(mine.call, -SECOND)
    shut_calls()
    give_late_right(mine, cast, timedelta(minutes=5))
    call = Call.objects.get(pk=mine.call_id)

    assert takes_applications(call, cast.author)
    assert not takes_applications(call, cast.outsider)
    handed_in = make_move(mine, "submit", cast)

    assert handed_in.state == S.SUBMITTED
    with pytest.raises(Refused):
        perform(others, "submit", person=again(cast.outsider))
    with pytest.raises(IntegrityError, match="is not open"), transaction.atomic():
        keep_submission(others, cast.outsider)


def test_a_right_to_be_late_that_has_run_out_is_none(cast: Cast) -> None:
    draft = ready(cast)
    close_in(draft.call, -SECOND)
    give_late_right(draft, cast, timedelta(0))

    with pytest.raises(Refused):
        perform(draft, "submit", person=cast.author)
    with pytest.raises(IntegrityError, match="is not open"), transaction.atomic():
        keep_submission(draft, cast.author)


def test_who_may_be_late_may_change_too_and_the_manager_has_as_long_to_answer(cast: Cast) -> None:
    application = case_in(ApplicationFlow, S.SUBMITTED, cast)
    pass_time(application.call, timedelta(days=60))
    give_late_right(application, cast, timedelta(days=1))
    perform(Call.objects.get(pk=application.call_id), "begin_review", person=None)

    revising = make_move(application, "revise", cast)
    shut_calls()
    assert Application.objects.get(pk=application.pk).state == S.REVISING
    again_in = make_move(revising, "resubmit", cast)

    assert again_in.due_at > timezone.now() + timedelta(days=6)
    assert judge(again_in, ApplicationFlow.moves["sign"])
    assert not judge(again_in, ApplicationFlow.moves["receive"])


def test_the_pages_say_until_when_a_late_application_can_be_changed(cast: Cast) -> None:
    application = case_in(ApplicationFlow, S.SUBMITTED, cast)
    client, words = in_english(cast.author), "can be handed in and changed until"
    shown = [application.get_absolute_url(), reverse("fund:write", args=[application.pk])]
    assert words not in client.get(shown[0]).content.decode()
    pass_time(application.call, timedelta(days=60))
    give_late_right(application, cast, timedelta(days=1))
    assert words in client.get(shown[0]).content.decode()
    make_move(application, "revise", cast)
    assert words in client.get(shown[1]).content.decode()


@pytest.mark.django_db(transaction=True)
def test_fifty_hand_in_during_the_last_seconds_and_each_is_answered_truly() -> None:
    cast = gather()
    call = open_call()
    drafts = [ready(cast, call=call) for _ in range(50)]
    clients = [signed_in(cast.author) for _ in drafts]
    close_in(call, 4 * SECOND)
    closes = cast_to(datetime, Call.objects.get(pk=call.pk).closes_at)

    def press(client: Any, draft: Any) -> Any:
        began = timezone.now()
        answer = client.post(reverse("cases:move", args=[draft.key, "submit"]))
        with connection.cursor() as cursor:
            cursor.execute("SELECT clock_timestamp()")
            return answer.status_code, began, cursor.fetchone()[0]

    found = at_once([partial(press, *pair) for pair in zip(clients, drafts, strict=True)])

    kept = {row.application_id: row.at for row in Submission.objects.all()}
    for draft, (status, began, told) in zip(drafts, found, strict=True):
        assert status == (302 if draft.pk in kept else 409)
        assert draft.pk not in kept or (kept[draft.pk] < closes and began <= kept[draft.pk] <= told)
    assert kept
    references = Case.objects.filter(kind="application", opened_at__isnull=False).values_list("reference", flat=True)
    numbers = sorted(int(str(reference).rpartition("-")[2]) for reference in references)
    assert numbers == list(range(numbers[0], numbers[0] + len(kept)))
    with pytest.raises(IntegrityError):
        wait_and_keep(next(draft for draft in drafts), cast, closes)


def wait_and_keep(draft: Application, cast: Cast, closes: datetime) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_sleep(greatest(0, extract(epoch FROM %s - clock_timestamp())))", [closes])
    Submission.objects.create(application=draft, number=9, by=cast.author, edition=1, content={}, amount=1, sha256="")


# ── The manager ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_manager_sees_what_is_signed_and_is_reminded_in_time(cast: Cast) -> None:
    application = case_in(ApplicationFlow, S.SUBMITTED, cast)
    assert application.due_at == sign_until(application.call)
    assert list(Case.objects.awaiting(again(cast.manager))) == [Case.objects.get(pk=application.pk)]

    page = in_english(cast.manager).get(reverse("cases:move", args=[application.key, "sign"])).content.decode()
    watch_deadlines(now=application.due_at - timedelta(days=1))

    submission = application.latest
    assert submission.sha256 in page
    assert application.title in page
    assert "SEK 200,000" in page
    reminded = Notice.objects.filter(case=application.pk, topic=Topic.REMINDER).values_list("recipient", flat=True)
    assert list(reminded) == [cast.manager.pk]


def test_a_signature_stands_for_that_very_text(cast: Cast) -> None:
    approved = case_in(ApplicationFlow, S.APPROVED, cast)
    first = approved.latest

    changed = make_move(make_move(approved, "revise", cast), "resubmit", cast)

    assert Approval.objects.get().submission == first
    assert changed.latest.number == 2
    assert changed.state == S.SUBMITTED
    assert judge(changed, ApplicationFlow.moves["sign"])


def test_a_manager_never_signs_their_own_and_the_one_above_does(cast: Cast) -> None:
    appointment(cast.colleague, Role.MANAGER, Unit.objects.get(code="LISAB")).save()
    application = case_in(ApplicationFlow, S.SUBMITTED, cast, owner=cast.manager)

    assert not Case.objects.awaiting(again(cast.manager)).exists()
    assert Case.objects.awaiting(again(cast.colleague)).filter(pk=application.pk).exists()
    with pytest.raises(NotYours):
        make_move(application, "sign", cast, person=again(cast.manager))
    assert make_move(application, "sign", cast, person=again(cast.colleague)).state == S.APPROVED


def test_a_manager_who_says_no_says_why_and_the_author_can_change_it(cast: Cast) -> None:
    application = case_in(ApplicationFlow, S.SUBMITTED, cast)

    refused = make_move(application, "refuse_to_sign", cast, reason="Vi har inte tid i år.")

    assert not judge(refused, ApplicationFlow.moves["sign"])
    assert Case.objects.awaiting(again(cast.author)).filter(pk=refused.pk).exists()
    assert not Case.objects.awaiting(again(cast.manager)).exists()
    assert "Vi har inte tid i år." in signed_in(cast.author).get(refused.get_absolute_url()).content.decode()
    assert make_move(make_move(refused, "revise", cast), "resubmit", cast).state == S.SUBMITTED


def test_what_was_handed_in_stands_when_the_call_closes_over_a_change(cast: Cast) -> None:
    application = case_in(ApplicationFlow, S.REVISING, cast)
    before = application.latest.content
    Application.objects.filter(pk=application.pk).update(answers={"need": "Halvfärdigt"})
    let_call_close(application, cast)

    shut_calls()

    kept = Application.objects.get(pk=application.pk)
    assert kept.state == S.SUBMITTED
    assert kept.answers == {one["key"]: one["answer"] for one in before["answers"]}
    assert Event.objects.filter(case=kept.pk, move="keep").exists()


# ── From an idea ─────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def call(cast: Cast) -> Call:
    return open_call()


def test_an_idea_becomes_an_application_in_one_step(cast: Cast, call: Call) -> None:
    idea = case_in(
        IdeaFlow, IdeaState.ACCEPTED, cast, title="Skyltar", need="Folk går vilse.", solution="Skyltar som talar."
    )
    author = signed_in(cast.author)
    begin = f"{reverse('fund:begin')}?from={idea.pk}"
    assert begin in author.get(idea.get_absolute_url()).content.decode()
    assert author.get(begin).context["form"]["title"].value() == "Skyltar"

    answer = author.post(begin, {"call": call.pk, "title": "Skyltar"})

    application = Application.objects.get()
    assert answer["Location"] == reverse("fund:write", args=[application.pk])
    assert (application.answers["need"], application.answers["approach"]) == ("Folk går vilse.", "Skyltar som talar.")
    assert idea.short_effect in application.answers["benefit"]
    assert application.summary == idea.summary
    assert CaseLink.objects.filter(source=idea.pk, target=application.pk, relation="led_to").exists()


def test_nothing_of_a_closed_idea_is_taken_over_for_others_to_read(cast: Cast, call: Call) -> None:
    idea = case_in(IdeaFlow, IdeaState.RIGHTS, cast, need="Hemligt behov")

    application = begin_application(
        owner=cast.author, unit=idea.unit, call=call, title="En titel", origin=Case.objects.get(pk=idea.pk)
    )

    assert (application.answers, application.summary) == ({}, "")


def test_nothing_is_begun_in_a_call_that_takes_nothing(cast: Cast, call: Call) -> None:
    close_in(call, -SECOND)

    with pytest.raises(Refused):
        begin_application(
            owner=cast.author, unit=Unit.objects.get(code="SOS"), call=Call.objects.get(pk=call.pk), title="Sent"
        )
    page = in_english(cast.author).get(reverse("fund:begin"))
    assert "No call is open now" in page.content.decode()


def test_an_identity_number_in_an_answer_is_asked_about_before_it_is_sent(cast: Cast, db: None) -> None:
    draft = ready(cast, answers={**ANSWERS, "need": "Gunnel, 19850709-9805, hittar inte rätt."})
    client, address = signed_in(cast.author), reverse("cases:move", args=[draft.key, "submit"])
    asked = client.post(address, {"version": draft.version})
    assert asked.status_code == 200
    assert "19850709-9805" in asked.content.decode()
    assert client.post(address, {"version": draft.version, "numbers_checked": "on"}).status_code == 302
