"""What a call asks is written while it is a draft, changed in the open once it is announced, and kept by the database."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from fund.actions.applying import begin_application, save_application
from fund.actions.calling import content_of
from fund.actions.changing import change_call, seen_in
from fund.editions import differences
from fund.flow import ApplicationFlow, CallFlow
from fund.models import Account, Application, Call, Question
from fund.models.call import is_promise
from fund.rules.granting import promised_in
from fund.states import ApplicationState, CallState
from portal.cases.actions.people import name_person
from portal.cases.errors import Refused
from portal.cases.models import DiaryEntry
from portal.cases.moving import perform
from portal.notices.models import Notice
from tests.cast import Cast, again, case_in, signed_in
from tests.fund.story import ANSWERS, call_of, open_call, pass_time

pytestmark = [pytest.mark.django_db, pytest.mark.strategy("B43-5")]


def sent(call: Call, **more: Any) -> dict[str, Any]:
    """What the page of the call's form sends when nothing is touched."""
    data: dict[str, Any] = {"seen": seen_in(call)}
    found: dict[str, Any] = {"questions": call.questions.all(), "criteria": call.criteria.all()}
    for name, rows in found.items():
        data |= {f"{name}-TOTAL_FORMS": len(rows), f"{name}-INITIAL_FORMS": len(rows)}
        for number, row in enumerate(rows):
            values = {**row.as_data(), "choices": "\n".join(getattr(row, "choices", []))}
            told = {
                key: "on" if value is True else value for key, value in values.items() if value not in (None, False)
            }
            data |= {f"{name}-{number}-{key}": value for key, value in told.items()}
    return data | more


def changed(call: Call, **values: Any) -> dict[str, Any]:
    """What the page that changes an announced call sends, with these values in place of the call's."""
    names = ("title", "purpose", "terms", "takes", "budget", "largest_grant", "most_pages", "approve_days", "plan")
    times = {name: f"{timezone.localtime(getattr(call, name)):%Y-%m-%dT%H:%M:%S}" for name in ("opens_at", "closes_at")}
    return sent(call, **{name: getattr(call, name) for name in names}, **times, why="Mer tid.") | values


def keys_of(call: Call) -> list[str]:
    return list(call.questions.values_list("key", flat=True))


def judged_at_commit() -> None:
    """What is put off until the transaction ends is judged now."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


@transaction.atomic
def committed(change: Callable[[], object]) -> None:
    change()
    judged_at_commit()


# ── Writing ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_an_officer_moves_adds_and_takes_away_questions_and_nothing_is_saved_before_they_say_so(cast: Cast) -> None:
    call, client = call_of(cast.officer), signed_in(cast.officer)
    address, before = reverse("fund:call_form", args=[call.pk]), keys_of(call)

    moved = client.post(address, sent(call, do="questions:down:0"))
    assert moved.status_code == 200
    assert moved.context["rows"]["questions"].forms[1].initial["key"] == before[0]
    added = client.post(address, sent(call, do="questions:add"))
    assert len(added.context["rows"]["questions"].forms) == len(before) + 1
    assert keys_of(call) == before

    row = {"label": "Hur många berörs?", "section": "Om er", "kind": "number", "needed": "on"}
    new = {f"questions-9-{name}": value for name, value in row.items()} | {"questions-TOTAL_FORMS": 10}
    assert client.post(address, sent(call, **new)).status_code == 302
    assert keys_of(call) == [*before, "hur_manga_berors"]
    fewer = {"questions-TOTAL_FORMS": 9, "questions-INITIAL_FORMS": 9}
    assert client.post(address, sent(call) | fewer).status_code == 302
    assert keys_of(call) == before


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ({"kind": "choice", "choices": "Ja"}, "minst två svar"),
        ({"kind": "text", "most_words": 0}, "minst ett ord"),
        ({"kind": "text", "label": ""}, ""),
    ],
)
def test_a_question_that_makes_no_sense_is_refused_with_a_sentence(cast: Cast, row: dict[str, Any], said: str) -> None:
    call = call_of(cast.officer)
    values = {f"questions-2-{name}": value for name, value in row.items()}
    page = signed_in(cast.officer).post(reverse("fund:call_form", args=[call.pk]), sent(call, **values))
    assert page.status_code == 200
    assert page.context["rows"]["questions"].forms[2].errors
    assert said in page.content.decode()


def test_what_belongs_to_another_kind_of_answer_is_left_out(cast: Cast) -> None:
    call = call_of(cast.officer)
    row = {"questions-2-kind": "line", "questions-2-most_words": 10, "questions-2-choices": "Ja\nNej"}
    signed_in(cast.officer).post(reverse("fund:call_form", args=[call.pk]), sent(call, **row))
    question = call.questions.get(key="need")
    assert (question.kind, question.most_words, question.choices) == ("line", None, [])


def test_two_who_write_the_same_form_do_not_overwrite_each_other(cast: Cast) -> None:
    call, client = call_of(cast.officer), signed_in(cast.officer)
    address, stale = reverse("fund:call_form", args=[call.pk]), sent(call)
    client.post(address, sent(call, **{"questions-2-label": "Vilket behov?"}))
    page = client.post(address, stale | {"questions-2-label": "Vems behov?"})
    assert page.status_code == 409
    assert call.questions.get(key="need").label == "Vilket behov?"


@pytest.mark.parametrize(
    ("values", "said"),
    [
        (
            {"closes_at": timezone.now() - timedelta(hours=1), "opens_at": timezone.now() - timedelta(days=2)},
            "closes_at",
        ),
        ({"year": 2019}, "year"),
        ({"largest_grant": 0}, "largest_grant"),
        ({"budget": None}, "budget"),
    ],
)
def test_a_call_whose_time_or_money_makes_no_sense_is_not_announced(
    cast: Cast, values: dict[str, Any], said: str
) -> None:
    call = call_of(cast.officer, **values)
    with pytest.raises(Refused) as refused:
        perform(call, "announce", person=cast.officer)
    assert {reason.field for reason in refused.value.verdict.reasons} == {said}


def test_a_call_asks_for_one_budget_and_weighs_by_something(cast: Cast) -> None:
    call = call_of(cast.officer)
    call.questions.filter(key="budget").delete()
    call.criteria.all().delete()
    with pytest.raises(Refused) as refused:
        perform(call, "announce", person=cast.officer)
    assert len(refused.value.verdict.reasons) == 2


def test_only_the_officer_who_writes_the_call_reaches_its_form(cast: Cast) -> None:
    call = call_of(cast.officer)
    address = reverse("fund:call_form", args=[call.pk])
    assert signed_in(cast.colleague).get(address).status_code == 404
    perform(call, "announce", person=cast.officer)
    assert signed_in(cast.colleague).get(address).status_code == 403
    assert signed_in(cast.officer).get(address).status_code == 409


# ── Changing in the open ─────────────────────────────────────────────────────────────────────────────────────────────


def test_a_change_makes_a_version_says_why_and_tells_everyone_who_has_begun(cast: Cast) -> None:
    call = open_call()
    draft = begin_application(owner=cast.author, unit=call.unit, call=call, title="Skyltar som talar")
    name_person(case=draft, person=cast.coauthor, grant="coauthor", by=cast.author)
    handed_in = case_in(ApplicationFlow, ApplicationState.SUBMITTED, cast, owner=cast.outsider, call=call)
    assert call.closes_at
    closes = f"{timezone.localtime(call.closes_at + timedelta(days=3)):%Y-%m-%dT%H:%M:%S}"
    Notice.objects.all().delete()

    data = changed(call, closes_at=closes, budget=1_500_000, **{"questions-2-label": "Vilket behov?"})
    assert signed_in(cast.officer).post(reverse("fund:change_call", args=[call.pk]), data).status_code == 302

    call.refresh_from_db()
    judged_at_commit()
    edition = call.editions.get(number=2)
    assert (call.edition, edition.why, edition.made_by) == (2, "Mer tid.", cast.officer)
    event = call.events.get(move="call_changed")
    assert (event.note, event.data) == ("Mer tid.", {"edition": 2})
    told = set(Notice.objects.filter(event=event, mandatory=True).values_list("recipient__username", flat=True))
    assert told == {"author", "coauthor", "outsider"}
    assert Account.objects.get(call=call, application=None).budget == 1_500_000
    assert DiaryEntry.objects.filter(case=call.pk).count() == 2
    assert Application.objects.get(pk=handed_in.pk).latest.edition == 1  # type: ignore[union-attr]

    page = signed_in(cast.colleague).get(call.get_absolute_url()).content.decode()
    for word in ("Mer tid.", "Vilket behov?", "Vilket behov ska mötas, och vems är det?"):
        assert word in page
    before, after = (reverse("fund:edition", args=[call.pk, number]) for number in (1, 2))
    assert before in page
    assert before in signed_in(cast.outsider).get(handed_in.get_absolute_url()).content.decode()
    for place, asks, budget in (
        (before, "Vilket behov ska mötas, och vems är det?", "1000000"),
        (after, "Vilket behov?", "1500000"),
    ):
        said = signed_in(cast.colleague).get(place).content.decode().replace("\xa0", "")
        assert asks in said
        assert budget in said
    assert signed_in(cast.colleague).get(reverse("fund:edition", args=[call.pk, 3])).status_code == 404


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"closes_at": f"{timezone.localtime() + timedelta(days=2):%Y-%m-%dT%H:%M:%S}"}, "closes_at"),
        ({"opens_at": f"{timezone.localtime() + timedelta(days=1):%Y-%m-%dT%H:%M:%S}"}, "opens_at"),
        ({"budget": 900_000}, "budget"),
        ({"largest_grant": 100_000}, "largest_grant"),
        ({"most_pages": 5}, "most_pages"),
        ({"why": ""}, "why"),
        ({"terms": ""}, "terms"),
    ],
)
def test_what_was_announced_never_becomes_less(cast: Cast, values: dict[str, Any], field: str) -> None:
    call = open_call()
    page = signed_in(cast.officer).post(reverse("fund:change_call", args=[call.pk]), changed(call, **values))
    assert page.status_code in (200, 409)
    assert list(page.context["form"].errors) == [field]
    call.refresh_from_db()
    assert (call.edition, call.editions.count()) == (1, 1)


def test_nothing_changed_makes_no_version_and_a_stale_page_neither(cast: Cast) -> None:
    call, client = open_call(), signed_in(cast.officer)
    address, stale = reverse("fund:change_call", args=[call.pk]), changed(call, plan="På webben.")
    assert client.post(address, changed(call)).status_code == 409
    assert client.post(address, changed(call, plan="I november.")).status_code == 302
    assert client.post(address, stale).status_code == 409
    assert Call.objects.get(pk=call.pk).plan == "I november."


def test_an_announced_question_keeps_its_kind(cast: Cast) -> None:
    call = open_call()
    data = changed(call, **{"questions-2-kind": "number"})
    page = signed_in(cast.officer).post(reverse("fund:change_call", args=[call.pk]), data)
    assert page.status_code == 409
    with pytest.raises(IntegrityError, match="has been announced"), transaction.atomic():
        call.questions.filter(key="need").update(kind="number")


def test_answers_to_a_question_that_is_gone_are_kept_and_shown(cast: Cast) -> None:
    call = open_call()
    draft = begin_application(owner=cast.author, unit=call.unit, call=call, title="Skyltar")
    Application.objects.filter(pk=draft.pk).update(answers={"competition": "Kartor på papper."})
    questions = [row.as_data() for row in call.questions.exclude(key="competition")]
    again_asked = {**call.questions.get(key="competition").as_data(), "key": ""}
    criteria = [row.as_data() for row in call.criteria.all()]
    told: dict[str, Any] = {"values": {}, "criteria": criteria, "why": "Färre frågor.", "person": cast.officer}
    change_call(call=call, questions=questions, seen=seen_in(call), **told)
    judged_at_commit()

    for address in (draft.get_absolute_url(), reverse("fund:write", args=[draft.pk])):
        page = signed_in(cast.author).get(address).content.decode()
        assert "Kartor på papper." in page
        assert "Vilka andra lösningar finns" in page

    call.refresh_from_db()
    change_call(call=call, questions=[*questions, again_asked], seen=seen_in(call), **told)
    assert "competition" not in keys_of(call)  # an answer is never taken for one to another question


def test_a_choice_that_is_gone_is_answered_anew(cast: Cast) -> None:
    draft = call_of(cast.officer)
    asked = {"section": "Om er", "label": "Var?", "kind": "choice", "choices": ["Länet"], "position": 10}
    Question.objects.create(call=draft, key="where", **asked)
    call = perform(draft, "announce", person=cast.officer)
    application = case_in(ApplicationFlow, ApplicationState.DRAFT, cast, call=call)
    application.answers["where"] = "Landet"
    application.save()
    with pytest.raises(Refused, match="Var"):
        perform(application, "submit", person=cast.author)


@pytest.mark.parametrize(
    "values", [{"promise": False}, {"needed": False}, {"kind": "line", "promise": False, "most_words": None}]
)
def test_no_call_is_announced_without_a_promise_to_tell_the_effect_beside(cast: Cast, values: dict[str, Any]) -> None:
    call = call_of(cast.officer)
    assert call.questions.get(promise=True).key == "benefit"
    call.questions.filter(promise=True).update(**values)
    with pytest.raises(Refused, match="projektet lovar"):
        perform(call, "announce", person=cast.officer)


def test_the_promise_is_the_answer_to_the_question_that_the_call_marks(cast: Cast) -> None:
    call = call_of(cast.officer)
    moved = {"questions-4-promise": "", "questions-2-promise": "on", "questions-8-promise": "on"}
    signed_in(cast.officer).post(reverse("fund:call_form", args=[call.pk]), sent(call, **moved))
    assert list(call.questions.filter(promise=True).values_list("key", flat=True)) == ["need"], "only a text promises"
    call.questions.get(key="benefit").delete()
    announced = perform(call, "announce", person=cast.officer)
    project = case_in(ApplicationFlow, ApplicationState.RUNNING, cast, call=announced)
    assert promised_in(project) == ANSWERS["need"]
    with pytest.raises(IntegrityError, match="question_promise_of_text"), transaction.atomic():
        call.questions.filter(key="budget").update(promise=True)


def test_a_call_from_before_promised_by_its_benefit(cast: Cast) -> None:
    """Its edition, and what was handed in, say nothing of a promise."""
    call = open_call()
    judged_at_commit()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("ALTER TABLE fund_edition DISABLE TRIGGER USER")
        edition = call.editions.get()
        for question in edition.content["questions"]:
            del question["promise"]
        edition.save()
    committed(lambda: call.questions.get(key="need").save())
    assert differences(edition.content, content_of(call)) == []
    assert is_promise(edition.content["questions"][4])


# ── What the database holds ──────────────────────────────────────────────────────────────────────────────────────────


def test_an_announced_call_is_what_its_latest_version_says_whoever_writes(cast: Cast) -> None:
    call = open_call()
    judged_at_commit()
    for change in (
        lambda: call.questions.filter(key="need").update(label="Något annat?"),
        lambda: call.questions.filter(key="need").delete(),
        lambda: call.criteria.filter(key="need").update(weight=9),
        lambda: Call.objects.filter(pk=call.pk).update(terms="Andra villkor."),
        lambda: Call.objects.filter(pk=call.pk).update(closes_at=call.closes_at + timedelta(days=1)),  # type: ignore[operator]
    ):
        with pytest.raises(IntegrityError, match="latest edition"):
            committed(change)


@pytest.mark.parametrize(
    "values", [{"budget": 1}, {"edition": 0}, {"anonymous": True}, {"year": 2031}, {"most_pages": 1}]
)
def test_what_was_promised_stays_whoever_writes(cast: Cast, values: dict[str, Any]) -> None:
    call = open_call()
    with pytest.raises(IntegrityError), transaction.atomic():
        Call.objects.filter(pk=call.pk).update(**values)


def test_a_call_that_has_closed_is_changed_by_nobody(cast: Cast) -> None:
    call = open_call()
    pass_time(call)
    assert signed_in(cast.officer).get(reverse("fund:change_call", args=[call.pk])).status_code == 409
    with pytest.raises(IntegrityError, match="has closed"), transaction.atomic():
        Call.objects.filter(pk=call.pk).update(terms="Andra villkor.")


@pytest.mark.parametrize("state", [state for state in CallState if state not in ("draft", "announced")])
def test_a_call_is_changed_only_until_it_closes(cast: Cast, state: CallState) -> None:
    call = case_in(CallFlow, state, cast, owner=cast.officer, unit="RLK")
    assert signed_in(again(cast.officer)).get(reverse("fund:change_call", args=[call.pk])).status_code == 409


def test_what_was_handed_in_ends_with_a_call_that_is_called_off(cast: Cast) -> None:
    call = open_call()
    handed_in = [case_in(ApplicationFlow, state, cast, call=call) for state in ("submitted", "approved", "revising")]
    begun = case_in(ApplicationFlow, "draft", cast, call=call)
    perform(call, "cancel", person=cast.officer, data={"reason": "Pengarna behövs till annat."})

    for application in handed_in:
        application.refresh_from_db()
        assert application.state == "called_off"
        assert application.events.latest("number").note == "Pengarna behövs till annat."
        assert Notice.objects.filter(
            case=application, recipient=cast.author, mandatory=True, event__move="call_off"
        ).exists()
    begun.refresh_from_db()
    assert begun.state == "draft"


def test_what_was_never_handed_in_is_not_read_when_the_call_is_called_off(cast: Cast) -> None:
    call = open_call()
    changing = case_in(ApplicationFlow, "revising", cast, call=call)
    new = {"q_need": "Zqaldrig inlämnat"}
    save_application(application=changing, values=new, version=changing.version, person=cast.author)
    perform(call, "cancel", person=cast.officer, data={"reason": "Pengarna behövs till annat."})

    for person in (cast.officer, cast.manager, cast.author):
        assert "Zqaldrig" not in signed_in(person).get(changing.get_absolute_url()).content.decode(), person
