"""The decision on a call: prepared row by row, made of all at once, and told in a letter to each."""

import re
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from fund.actions.deciding import prepare_ruling, save_ruling
from fund.actions.reviewing import agree
from fund.flow import ApplicationFlow
from fund.models import Application, Call, Ruling, Score, Tally
from fund.queries import ranking
from fund.states import ApplicationState as S
from fund.states import CallState, Outcome
from fund.words import sek
from portal.accounts.models import User
from portal.cases.actions.people import name_person
from portal.cases.errors import Invalid, NotVisible, Refused
from portal.cases.models import DiaryEntry, Event
from portal.cases.moving import perform, perform_all
from portal.cases.queries.verifying import verify_history
from portal.notices.models import Notice
from tests.cast import Cast, again, case_in, make_move, signed_in
from tests.fund.granted import reviewed_call
from tests.fund.reviewing import in_review, submitted
from tests.fund.story import ASKED, RIGHT
from tests.fund.test_writing import in_english
from tests.paper.reading import words

pytestmark = pytest.mark.django_db
QUERIES = {"decide": 18, "letters": 16}


def prepared(call: Call, cast: Cast, *outcomes: Outcome) -> list[Application]:
    """Each application of the call with an outcome, in order."""
    applications = list(Application.objects.filter(call=call).order_by("pk"))
    for place, (application, outcome) in enumerate(zip(applications, outcomes, strict=True), 1):
        amount = {Outcome.GRANT: ASKED, Outcome.DECLINE: 0}.get(outcome, ASKED // 2)
        values = {"outcome": outcome, "amount": amount, "reason": f"Skäl {place}", "rank": place}
        save_ruling(application=application, person=again(cast.officer), values=values)
    return applications


def row_of(call: Call, application: Application) -> str:
    return reverse("fund:save_ruling", args=[call.pk, application.pk])


@pytest.mark.strategy("B43-5")
def test_all_are_decided_at_once_and_each_is_told_with_reasons(cast: Cast, tmp_path: Path) -> None:
    owners = [cast.author, cast.colleague, cast.outsider, cast.coauthor]
    call = reviewed_call(cast, owners)
    applications = prepared(call, cast, Outcome.GRANT, Outcome.PART, Outcome.RESERVE, Outcome.DECLINE)

    perform(call, "decide", person=again(cast.officer), data=RIGHT)

    states = list(Application.objects.order_by("pk").values_list("state", flat=True))
    assert states == [S.GRANTED, S.GRANTED, S.RESERVE, S.DECLINED]
    for application, owner in zip(applications, owners, strict=True):
        assert Notice.objects.filter(case=application.pk, recipient=owner, mandatory=True).exists()
        assert DiaryEntry.objects.filter(case=application.pk).exists()
        answer = signed_in(owner).get(reverse("fund:letter", args=[application.pk, "beslut"]))
        letter = words(answer.content, tmp_path)
        assert f"Skäl {applications.index(application) + 1}" in letter
        assert RIGHT["delegation"] in letter
    call.refresh_from_db()
    account = call.accounts.get(application=None)
    assert (account.budget, account.granted, account.free) == (
        1_000_000,
        ASKED + ASKED // 2,
        1_000_000 - ASKED - ASKED // 2,
    )


def test_a_letter_is_nobody_elses_and_the_prepared_one_the_officers_alone(cast: Cast) -> None:
    call = reviewed_call(cast, [cast.author])
    (application,) = prepared(call, cast, Outcome.GRANT)
    address = reverse("fund:letter", args=[application.pk, "beslut"])
    assert {name: signed_in(person).get(address).status_code for name, person in cast if person.is_active} == {
        name: 200 if name == "officer" else 404 for name, person in cast if person.is_active
    }
    perform(call, "decide", person=again(cast.officer), data=RIGHT)
    assert {name for name, person in cast if person.is_active and signed_in(person).get(address).status_code == 200} == {
        "author", "manager", "registrar", "officer",
    }  # fmt: skip


def test_a_row_is_saved_without_script_and_the_budget_follows(cast: Cast) -> None:
    call = reviewed_call(cast, [cast.author], budget=375_000)
    application = Application.objects.get()
    officer = signed_in(cast.officer)
    answer = officer.post(row_of(call, application), {"outcome": "grant", "reason": "Behovet är visat."}, follow=True)
    assert Ruling.objects.get().amount == ASKED, "in full is what was asked for"
    page = answer.content.decode()
    assert "Behovet är visat." in page
    assert answer.context["budget"]["free"] == 375_000 - ASKED
    assert sek(375_000 - ASKED) in page
    event = Event.objects.filter(case=application.pk, move="ruling_prepared").get()
    assert event.internal
    assert event.person == cast.officer


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"outcome": "part", "amount": ASKED}, "amount"),
        ({"outcome": "part", "amount": 0}, "amount"),
        ({"outcome": "part", "amount": -1}, "amount"),
        ({"outcome": "reserve", "amount": ASKED}, "rank"),
        ({"outcome": ""}, "outcome"),
    ],
)
def test_what_does_not_hang_together_is_not_saved(cast: Cast, sent: dict[str, object], field: str) -> None:
    call = reviewed_call(cast, [cast.author])
    answer = signed_in(cast.officer).post(row_of(call, Application.objects.get()), sent)
    assert list(answer.context["form"].errors) == [field]
    assert str(Application.objects.get()) in str(answer.context["title"])
    assert not Ruling.objects.exists()


def test_a_place_on_the_reserve_list_is_one_applications_alone(cast: Cast) -> None:
    call = reviewed_call(cast, [cast.author, cast.colleague])
    first, second = Application.objects.order_by("pk")
    place = {"outcome": "reserve", "amount": ASKED, "rank": 1, "reason": "Skäl"}
    client = in_english(cast.officer)
    for _again in range(2):  # its own place is free to it
        assert client.post(row_of(call, first), {**place, "stood": stood_at(client, call, first)}).status_code == 302
    answer = client.post(row_of(call, second), place)
    assert list(answer.context["form"].errors) == ["rank"]
    assert "Place 1 on the reserve list is taken by another application." in answer.content.decode()
    values = {"outcome": Outcome.RESERVE, "amount": ASKED, "rank": 1, "reason": "Skäl"}
    with pytest.raises(Refused):
        save_ruling(application=second, person=again(cast.officer), values=values)
    with pytest.raises(IntegrityError, match="is taken"), transaction.atomic():
        prepare_ruling(application=second, **values)
    (other,) = Application.objects.filter(call=reviewed_call(cast, [cast.author]))
    prepare_ruling(application=other, **values)

    perform(first, "withdraw", person=cast.author)
    save_ruling(application=second, person=again(cast.officer), values=values)
    perform(Call.objects.get(pk=call.pk), "decide", person=again(cast.officer), data=RIGHT)
    assert second.ruling.rank == 1


def stood_at(client: Client, call: Call, application: Application) -> str:
    """What the form of the row says that it was shown with."""
    form = client.get(row_of(call, application)).context["form"]
    return str(form.get_initial_for_field(form.fields["stood"], "stood"))


def test_more_than_the_budget_is_shown_and_cannot_be_decided(cast: Cast) -> None:
    call = reviewed_call(cast, [cast.author, cast.colleague], budget=375_000)
    prepared(call, cast, Outcome.GRANT, Outcome.GRANT)
    page = signed_in(cast.officer).get(reverse("fund:decide", args=[call.pk])).content.decode()
    assert "data-budget-over>" in page
    with pytest.raises(Refused):
        perform(call, "decide", person=again(cast.officer), data=RIGHT)
    assert set(Application.objects.values_list("state", flat=True)) == {S.REVIEW}


ENDS = '<li class="money-ends" data-money-ends>'


@pytest.mark.parametrize(
    ("outcomes", "after"),
    [
        ([], 1),
        ([Outcome.PART], 2),
        ([Outcome.DECLINE, Outcome.RESERVE, Outcome.GRANT], None),
        ([Outcome.GRANT, Outcome.GRANT, Outcome.GRANT], 1),
    ],
)
def test_a_line_says_to_where_the_money_suffices(cast: Cast, outcomes: list[Outcome], after: int | None) -> None:
    """The budget is not enough for two; what is not prepared counts with what it asks for."""
    call = reviewed_call(cast, [cast.author, cast.colleague, cast.outsider], budget=375_000)
    for application, outcome in zip(Application.objects.order_by("pk"), outcomes, strict=False):
        amount = {Outcome.GRANT: ASKED, Outcome.DECLINE: 0}.get(outcome, ASKED // 2)
        prepare_ruling(application=application, outcome=outcome, amount=amount, reason="Skäl", rank=1)
    page = signed_in(cast.officer).get(reverse("fund:decide", args=[call.pk])).content.decode()
    assert ENDS.replace(">", " hidden>") in page if after is None else page.split(ENDS)[0].count("data-ruling") == after


def test_a_page_after_the_money_has_ended_says_so(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fund.views.deciding.PAGE", 1)
    call = reviewed_call(cast, [cast.author, cast.colleague, cast.outsider], budget=375_000)
    place = reverse("fund:decide", args=[call.pk])
    first, second, third = (signed_in(cast.officer).get(f"{place}?page={n}").content.decode() for n in (1, 2, 3))
    assert ENDS not in first
    assert second.split(ENDS)[0].count("data-ruling") == 0
    assert (ENDS in third, '<li class="money-ends">' in third) == (False, True)


@pytest.mark.parametrize("how", ["declared", "wrote"])
def test_nobody_prepares_or_decides_where_they_have_a_conflict(cast: Cast, how: str) -> None:
    call = reviewed_call(cast, [cast.officer if how == "wrote" else cast.author, cast.colleague])
    theirs = Application.objects.order_by("pk")[0]
    if how == "declared":
        name_person(case=theirs, person=cast.officer, grant="recuse", by=None)
    client = signed_in(cast.officer)
    page = client.get(reverse("fund:decide", args=[call.pk]))
    assert [row["case"].owner for row in page.context["rows"]] == [cast.colleague]
    assert page.context["barred"] == 1
    assert "Ansökan 0" not in page.content.decode()
    assert client.post(row_of(call, theirs), {"outcome": "grant"}).status_code == 404
    Ruling.objects.bulk_create(
        Ruling(application=one, outcome="decline", reason="Nej") for one in Application.objects.all()
    )
    with pytest.raises(Invalid):
        perform(call, "decide", person=again(cast.officer), data=RIGHT)
    assert Call.objects.get().state == CallState.REVIEWING


def test_what_another_has_saved_meanwhile_is_not_written_over(cast: Cast) -> None:
    call = reviewed_call(cast, [cast.author])
    application = Application.objects.get()
    client = signed_in(cast.officer)
    stood = stood_at(client, call, application)
    prepared(call, cast, Outcome.DECLINE)
    answer = client.post(row_of(call, application), {"outcome": "grant", "reason": "Ja", "stood": stood})
    assert "outcome" in answer.context["form"].errors
    assert Ruling.objects.get().outcome == Outcome.DECLINE


def test_a_decision_that_has_been_made_stays(cast: Cast) -> None:
    call = reviewed_call(cast, [cast.author])
    prepared(call, cast, Outcome.GRANT)
    perform(call, "decide", person=again(cast.officer), data=RIGHT)
    with pytest.raises(DatabaseError, match="stays"), transaction.atomic():
        Ruling.objects.update(amount=1)
    with pytest.raises(Refused):
        prepared(call, cast, Outcome.DECLINE)


def test_who_opens_the_pages_of_the_decision(cast: Cast) -> None:
    call = reviewed_call(cast, [cast.author])
    for name in ("decide", "letters"):
        address = reverse(f"fund:{name}", args=[call.pk])
        found = {
            part for part, person in cast if person.is_active and signed_in(person).get(address).status_code == 200
        }
        assert found == {"officer"}


def test_every_letter_can_be_read_beforehand(cast: Cast) -> None:
    call = reviewed_call(cast, [cast.author, cast.colleague])
    prepared(call, cast, Outcome.GRANT, Outcome.DECLINE)
    page = signed_in(cast.officer).get(reverse("fund:letters", args=[call.pk]))
    assert [str(one["letter"].reasons) for one in page.context["letters"]] == ["Skäl 1", "Skäl 2"]
    assert not Ruling.objects.filter(decided_at__isnull=False).exists()


def test_a_decision_on_many_costs_two_statements_for_each_more(cast: Cast) -> None:
    people = User.objects.bulk_create(User(username=f"p{n}", name=f"P {n}", is_employee=True) for n in range(4))
    asked = []
    for owners in (people[:1], people):
        call = reviewed_call(cast, owners)
        prepared(call, cast, *[Outcome.DECLINE] * len(owners))
        with CaptureQueriesContext(connection) as seen:
            perform(call, "decide", person=again(cast.officer), data=RIGHT)
        asked.append(len(seen))
    assert asked[1] - asked[0] == 2 * 3, "who is told, and the case's own row"
    told: list[Any] = [Event, DiaryEntry, Notice]
    assert [table.objects.filter(case__application__call=call, case__state=S.DECLINED).count() for table in told] == [
        8, 4, 4,
    ]  # fmt: skip
    assert verify_history().whole


def test_one_that_cannot_be_decided_holds_all_back(cast: Cast) -> None:
    call = reviewed_call(cast, [cast.author, cast.colleague])
    prepared(call, cast, Outcome.DECLINE, Outcome.DECLINE)
    Ruling.objects.filter(application__owner=cast.author).update(
        decided_at=timezone.now(), decided_by=cast.officer, delegation="4.2"
    )
    with pytest.raises(Refused):
        perform_all(Application.objects.filter(call=call), lambda application: "decline", person=again(cast.officer))
    with pytest.raises(NotVisible):
        perform_all(Application.objects.filter(call=call), lambda application: "decline", person=again(cast.outsider))
    assert set(Application.objects.values_list("state", flat=True)) == {S.REVIEW}
    assert not Event.objects.filter(move="decline").exists()


def test_who_is_moved_up_from_the_reserve_asks_for_no_minutes(cast: Cast) -> None:
    call = reviewed_call(cast, [cast.author])
    (application,) = prepared(call, cast, Outcome.RESERVE)
    perform(call, "decide", person=again(cast.officer), data=RIGHT)
    form = signed_in(cast.officer).get(reverse("cases:move", args=[application.key, "move_up"])).context["form"]
    assert [name for name, field in form.fields.items() if not field.widget.is_hidden] == ["delegation"]


@pytest.mark.parametrize("page", ["decide", "letters"])
def test_the_pages_cost_the_same_however_many_apply(cast: Cast, page: str, django_assert_num_queries: Any) -> None:
    people = User.objects.bulk_create(User(username=f"p{n}", name=f"P {n}", is_employee=True) for n in range(3))
    client = signed_in(cast.officer)
    for call in (reviewed_call(cast, people[:1]), reviewed_call(cast, people)):
        prepared(call, cast, *[Outcome.GRANT] * call.applications.count())
        with django_assert_num_queries(QUERIES[page]):
            assert client.get(reverse(f"fund:{page}", args=[call.pk])).status_code == 200


def test_a_grant_from_the_reserve_list_has_a_letter_of_its_own(cast: Cast, tmp_path: Path) -> None:
    call = reviewed_call(cast, [cast.author])
    (application,) = prepared(call, cast, Outcome.RESERVE)
    perform(call, "decide", person=again(cast.officer), data=RIGHT)
    author, address = signed_in(cast.author), reverse("fund:letter", args=[application.pk, "uppflyttning"])
    assert author.get(address).status_code == 404
    perform(application, "move_up", person=again(cast.officer), data={"delegation": "Delegationsordningen 4.3"})
    letter = words(author.get(address).content, tmp_path)
    assert re.search(r"100\s000", letter)
    assert "4.3" in letter
    assert call.accounts.get(application=None).granted == ASKED // 2
    assert address in author.get(application.get_absolute_url()).content.decode()


@pytest.mark.parametrize(
    ("state", "move", "letter"),
    [
        (S.RESERVE, "let_go", "avslag"),
        (S.SCREENING, "dismiss", "avvisning"),
        (S.DISMISSED, "take_up", "upptagande"),
        (S.RUNNING, "stop", ""),
    ],
)
def test_a_decision_on_one_application_says_by_what_right(
    cast: Cast, state: S, move: str, letter: str, tmp_path: Path
) -> None:
    application = case_in(ApplicationFlow, state, cast)
    with pytest.raises(Invalid):
        make_move(application, move, cast, delegation="")
    make_move(application, move, cast, delegation="Delegationsordningen 4.9")
    assert application.events.get(move=move).data["delegation"] == "Delegationsordningen 4.9"
    if letter:
        printed = signed_in(cast.author).get(reverse("fund:letter", args=[application.pk, letter])).content
        assert "Delegationsordningen 4.9" in words(printed, tmp_path)


# ── What the panel has agreed on ─────────────────────────────────────────────────────────────────────────────────────


def test_the_panels_points_count_in_ranking_and_letter_and_the_experts_stay_beside(cast: Cast, tmp_path: Path) -> None:
    call, (first, second) = in_review(cast, 2)
    for application, need in ((first, "1"), (second, "4")):
        submitted(application, cast.colleague, cast, need=need)
    submitted(first, cast.outsider, cast, need="5")
    ranked = ranking(call, again(cast.officer))
    assert list(ranked.values_list("pk", flat=True)) == [second.pk, first.pk]

    agree(application=first, text="Behovet är störst av alla.", points={"need": 5}, by=again(cast.officer))
    agree(application=first, text="Vi läste igen.", points={}, by=again(cast.officer))

    assert list(ranked.values_list("pk", flat=True)) == [first.pk, second.pk]
    assert Tally.objects.get(application=first).mean == Decimal("3.5"), "(5 + 3 + 4 + 2) / 4"
    assert list(
        Score.objects.filter(review__application=first, criterion__key="need").values_list("points", flat=True)
    ) == [1, 5]
    prepare_ruling(application=first, outcome=Outcome.GRANT, amount=ASKED, reason="Ja.")
    prepare_ruling(application=second, outcome=Outcome.DECLINE, amount=0, reason="Nej.")
    page = signed_in(cast.officer).get(reverse("fund:decide", args=[call.pk])).content.decode()
    assert "5,0 (panelen; experterna 3,0)" in page
    assert "Behovet är störst av alla." in page
    perform(call, "decide", person=again(cast.officer), data=RIGHT)
    author = signed_in(cast.author)
    letter = words(author.get(reverse("fund:letter", args=[first.pk, "beslut"])).content, tmp_path)
    told = author.get(first.get_absolute_url()).content.decode()
    for said in ("5,0 (panelen; experterna 3,0)", "Behovet är störst av alla.", "Vi läste igen."):
        assert said in letter
        assert said in told
