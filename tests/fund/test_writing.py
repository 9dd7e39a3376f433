"""Writing an application: question by question, several at once, and nothing of it lost or counted wrongly."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from fund.actions.applying import content_of as content_of_application
from fund.actions.calling import content_of
from fund.actions.papers import count_left, count_pages, keep_receipts
from fund.actions.presence import others_present
from fund.flow import ApplicationFlow
from fund.forms.writing import application_form
from fund.models import Application, Call, Edition, Question, Submission
from fund.rules.applying import within_pages
from fund.rules.counting import half_rows, sum_of, sum_of_consultants, words_in
from fund.states import ApplicationState as S
from portal.accounts.models import User
from portal.cases.actions.people import name_person
from portal.cases.errors import Refused
from portal.cases.forms.versioned import digest
from portal.cases.moving import perform
from tests.cast import Cast, answer_considerations, case_in, draft_of, make_move, signed_in
from tests.fund.story import ASKED, BUDGET, shut_call, sign, told_otherwise

pytestmark = pytest.mark.strategy("B43-5")


class Window:
    """The writing page in a browser without script: it sends all that stands in the form."""

    def __init__(self, client: Client, draft: Application) -> None:
        self.client, self.draft = client, draft
        self.address = reverse("fund:write", args=[draft.pk])
        self.open()

    def open(self) -> None:
        self.page = self.client.get(self.address)
        form = self.page.context["form"]
        self.fields: dict[str, Any] = {}
        for name in (name for name in form.fields if name != "keep"):
            value = form[name].value()
            if isinstance(value, list) and value and isinstance(value[0], dict):
                self.rows(name, value)
            else:
                self.fields[name] = "" if value is None else value

    def rows(self, name: str, rows: list[dict[str, Any]]) -> None:
        """As if the person had filled in the table so."""
        self.fields = {key: value for key, value in self.fields.items() if not key.startswith(f"{name}-")}
        self.fields |= {f"{name}-{at}-{cell}": value for at, row in enumerate(rows) for cell, value in row.items()}
        self.fields.setdefault(f"{name}-0-what", "")

    def send(self, *, script: bool = False, **changed: Any) -> Any:
        self.fields |= changed
        headers = {"X-Requested-With": "autosave"} if script else {}
        answer = self.client.post(self.address, self.fields, headers=headers)
        if script and answer.status_code == 200:
            self.fields["version"] = answer.json()["version"]
        return answer


@pytest.fixture
def draft(cast: Cast) -> Any:
    draft = draft_of(ApplicationFlow, cast)
    name_person(case=draft, person=cast.coauthor, grant="coauthor", by=cast.author)
    return draft


@pytest.fixture
def windows(cast: Cast, draft: Any) -> tuple[Window, Window]:
    return Window(in_english(cast.author), draft), Window(in_english(cast.coauthor), draft)


def in_english(person: User) -> Client:
    client = signed_in(person)
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client


def answers(draft: Application) -> dict[str, Any]:
    found: dict[str, Any] = Application.objects.get(pk=draft.pk).answers
    return found


def test_each_question_saves_itself_alone(draft: Any, windows: tuple[Window, Window]) -> None:
    mine, _theirs = windows
    before = answers(draft)

    answer = mine.send(script=True, q_need="Ett nytt behov")

    assert answer.json()["problem"] == ""
    assert answers(draft) == {**before, "need": "Ett nytt behov"}


def test_two_write_a_question_and_a_table_and_neither_is_lost(draft: Any, windows: tuple[Window, Window]) -> None:
    mine, theirs = windows
    theirs.rows("q_budget", [{"what": "Resor", "kind": "travel", "amount": 9000}])
    assert theirs.send().status_code == 302

    assert mine.send(q_need="Mitt behov").status_code == 302

    found = answers(draft)
    assert found["need"] == "Mitt behov"
    assert found["budget"] == [{"what": "Resor", "kind": "travel", "amount": 9000}]


def test_who_changes_the_same_table_sees_both_in_words_and_chooses(draft: Any, windows: tuple[Window, Window]) -> None:
    mine, theirs = windows
    theirs.rows("q_budget", [{"what": "Resor", "kind": "travel", "amount": 9000}])
    theirs.send()
    mine.rows("q_budget", [{"what": "Konsult", "kind": "consultant", "amount": 7000}])

    answer = mine.send()

    assert answer.status_code == 409
    sides = [(one["mine"], one["theirs"]) for one in answer.context["conflicts"]]
    assert sides == [("Konsult, Consultants, SEK 7,000", "Resor, Travel and meetings, SEK 9,000")]
    assert mine.send(keep=answer.context["conflicts"][0]["name"]).status_code == 302
    assert answers(draft)["budget"][0]["what"] == "Konsult"


def test_who_changes_the_same_question_sees_both_and_nothing_is_saved(
    draft: Any, windows: tuple[Window, Window]
) -> None:
    mine, theirs = windows
    theirs.send(q_need="Deras behov", q_half_time="False")

    answer = mine.send(script=True, q_need="Mitt behov", q_approach="Min lösning")

    assert answer.status_code == 409
    assert "Mitt behov" in answer.content.decode()
    assert "Deras behov" in answer.content.decode()
    assert (answers(draft)["need"], answers(draft)["approach"]) == ("Deras behov", "Vi prövar skyltar som talar.")


def test_a_table_is_the_same_in_whatever_order_its_cells_are_kept() -> None:
    assert digest([{"what": "a", "kind": "b"}]) == digest([{"kind": "b", "what": "a"}])


def test_half_a_row_is_kept_in_the_draft_and_asked_for_before_it_is_handed_in(
    draft: Any, windows: tuple[Window, Window]
) -> None:
    mine, _theirs = windows
    mine.rows("q_budget", [*BUDGET, {"what": "Något till"}])

    assert mine.send(script=True).json()["problem"] == ""

    assert answers(draft)["budget"][2]["what"] == "Något till"
    mine.open()
    assert "row 3 is not whole" in mine.page.content.decode()
    assert half_rows("budget", answers(draft)["budget"]) == [3]
    assert half_rows("text", "ord") == []


def test_every_wrong_row_of_a_table_is_named_at_once(draft: Any, windows: tuple[Window, Window]) -> None:
    mine, _theirs = windows
    wrong = {"what": "Resor", "kind": "travel"}
    mine.rows("q_budget", [{**wrong, "amount": "tusen"}, *BUDGET, {**wrong, "amount": -1}])

    answer = mine.send()

    told = answer.context["form"].errors["q_budget"]
    assert [one.partition(":")[0] for one in told] == ["Row 1, SEK", "Row 4, SEK"]

    mine.rows("q_budget", [wrong, *BUDGET, wrong])
    mine.rows("q_timetable", [{"what": "Prova", "starts": "2026-06-01", "ends": "2026-03-01"}] * 2)
    mine.send()
    mine.open()
    page = mine.page.content.decode()
    assert [f"row {row} is not whole" in page for row in (1, 2, 3, 4)] == [True, False, False, True]
    assert all(f"row {row} ends before it begins" in page for row in (1, 2))


def test_the_page_says_what_is_missing_to_co_applicants_too(draft: Any, windows: tuple[Window, Window]) -> None:
    mine, theirs = windows
    words = " ".join(["ord"] * 251)
    mine.rows("q_budget", [])
    mine.send(q_need=words, q_approach="")

    theirs.open()

    page = theirs.page.content.decode()
    links = {item["url"].partition("#")[2] for item in theirs.page.context["missing"]}
    assert {"id_q_need", "id_q_approach", "id_q_budget"} <= links
    assert "has 251 words, and 250 are read" in page
    assert "251 of 250 words" in page
    assert 'id="id_q_budget"' in page


def test_the_budget_shows_its_sum_and_that_of_consultants(windows: tuple[Window, Window]) -> None:
    mine, _theirs = windows

    assert (sum_of(BUDGET), sum_of_consultants(BUDGET)) == (ASKED, 50_000)
    assert "Together SEK 200,000, of which consultants SEK 50,000." in mine.page.content.decode()


def test_who_is_writing_where_is_told_to_the_others_and_to_nobody_else(
    draft: Any, windows: tuple[Window, Window], cast: Cast
) -> None:
    mine, theirs = windows
    address = reverse("fund:writing", args=[draft.pk])
    theirs.client.post(address, {"field": "q_need"})

    told = mine.client.post(address, {"field": "q_approach"}).json()

    assert told["present"] == {"q_need": f"{cast.coauthor} is writing here."}
    assert "pages" in told["pages"]
    assert theirs.client.post(address, {"field": ""}).json()["present"] == {
        "q_approach": f"{cast.author} is writing here."
    }
    assert mine.client.post(address).json()["present"] == {}
    assert others_present(case=draft.pk, among=[cast.author.pk], person=cast.coauthor) == {}
    assert signed_in(cast.officer).post(address).status_code == 404
    assert mine.client.get(address).status_code == 405


def test_nobody_tells_where_they_write_when_there_is_nothing_to_write(cast: Cast) -> None:
    submitted = case_in(ApplicationFlow, S.SUBMITTED, cast)

    for person, status in ((cast.author, 403), (cast.manager, 403), (cast.officer, 403), (cast.colleague, 404)):
        assert signed_in(person).post(reverse("fund:writing", args=[submitted.pk])).status_code == status


def test_pages_are_those_of_the_text_as_it_stands(draft: Any, windows: tuple[Window, Window]) -> None:
    mine, _theirs = windows
    assert "being counted" in mine.page.content.decode()
    count_pages(application_id=draft.pk)
    counted = Application.objects.get(pk=draft.pk)
    assert (counted.pages, counted.counted) == (2, True)
    mine.open()
    assert "2 of 6 pages" in mine.page.content.decode()

    mine.send(q_competition="Annat")

    assert not Application.objects.get(pk=draft.pk).counted
    count_left()
    assert Application.objects.get(pk=draft.pk).counted


def test_more_pages_than_are_read_cannot_be_handed_in(draft: Any, cast: Cast) -> None:
    rows = [{"what": "Ord " * 80, "kind": "staff", "amount": 1} for _number in range(40)]
    Application.objects.filter(pk=draft.pk).update(answers={**draft.answers, "budget": rows, "timetable": rows})
    count_pages(application_id=draft.pk)

    verdict = within_pages(Application.objects.get(pk=draft.pk))

    assert not verdict


def test_a_page_limit_judged_before_goes_on_holding_after_a_move(draft: Any, cast: Cast) -> None:
    answer_considerations(draft)
    count_pages(application_id=draft.pk)
    handed_in = make_move(Application.objects.get(pk=draft.pk), "submit", cast)

    assert make_move(handed_in, "revise", cast).counted


def test_the_paper_shows_the_text_as_it_stands_to_writers_and_what_was_handed_in_to_others(cast: Cast) -> None:
    draft = draft_of(ApplicationFlow, cast)
    address = reverse("fund:paper", args=[draft.pk])
    assert signed_in(cast.author).get(address)["Content-Type"] == "application/pdf"
    assert signed_in(cast.officer).get(address).status_code == 404
    answer_considerations(draft)
    revising = make_move(make_move(draft, "submit", cast), "revise", cast)
    Window(signed_in(cast.author), revising).send(q_need="Ändrat", title="Omskriven rubrik", summary="Omskriven")

    pages = [signed_in(one).get(revising.get_absolute_url()).content.decode() for one in (cast.author, cast.officer)]
    assert ["Ändrat" in page for page in pages] == [True, False]
    assert all("Text ändrad" in page and "Vilket behov ska mötas, och vems är det?" in page for page in pages)
    mine, officers = (b"".join(signed_in(person).get(address)) for person in (cast.author, cast.officer))

    assert mine != officers
    assert officers == b"".join(signed_in(cast.manager).get(address))
    officer = signed_in(cast.officer)
    for place in (
        revising.get_absolute_url(),
        reverse("fund:applications"),
        reverse("api:get_case", args=[revising.key]),
    ):
        page = officer.get(place).content.decode()
        assert revising.reference in page
        assert "Omskriven" not in page
    assert revising.reference not in officer.get(reverse("cases:search"), {"q": "Omskriven"}).content.decode()
    assert "revision" not in revising.kind_info.own_fields, "which are taken out with the case"
    assert "Omskriven rubrik" in signed_in(cast.author).get(reverse("fund:write", args=[revising.pk])).content.decode()

    again_in = make_move(revising, "resubmit", cast)
    assert (again_in.title, again_in.answers["need"], again_in.revision) == ("Omskriven rubrik", "Ändrat", None)
    assert again_in.latest.content["title"] == "Omskriven rubrik"


def test_what_is_withdrawn_or_kept_is_what_was_handed_in(cast: Cast) -> None:
    changed = case_in(ApplicationFlow, S.REVISING, cast)
    Window(signed_in(cast.author), changed).send(title="Omskriven rubrik", q_need="Ändrat")

    withdrawn = make_move(Application.objects.get(pk=changed.pk), "withdraw", cast)

    assert (withdrawn.title, withdrawn.revision) == (changed.title, None)
    assert content_of_application(withdrawn) == withdrawn.latest.content


def test_pages_that_nobody_has_counted_are_counted_when_it_is_handed_in(draft: Any, cast: Cast) -> None:
    answer_considerations(draft)
    told_otherwise(draft.call, most_pages=1)

    with pytest.raises(Refused, match="sidor"):
        perform(draft, "submit", person=cast.author)

    assert not Submission.objects.exists()


def test_in_the_last_minutes_nobody_waits_for_that_and_what_is_too_long_goes_no_further(draft: Any, cast: Cast) -> None:
    answer_considerations(draft)
    told_otherwise(draft.call, most_pages=1, closes_at=timezone.now() + timedelta(minutes=1))
    handed_in = perform(draft, "submit", person=cast.author)
    sign(Application.objects.get(pk=draft.pk), cast)
    shut_call(draft.call)
    stopped = []
    for count in (False, True):
        if count:
            keep_receipts()
        with pytest.raises(Refused) as refused:
            perform(handed_in, "pass_on", person=cast.officer)
        stopped.append(str(refused.value))
    assert ["har inte räknats" in said or "not been counted" in said for said in stopped] == [True, False]
    assert "2 sidor" in stopped[1]


@given(st.text())
def test_words_are_counted_by_what_stands_between_them(text: str) -> None:
    assert words_in(text) == len(text.split())
    assert words_in(f"{text} \n ord") == words_in(text) + 1


def test_every_kind_of_question_can_be_answered_and_emptied(draft: Any, cast: Cast) -> None:
    call = draft.call
    for at, (kind, more) in enumerate(
        {"line": {}, "number": {}, "sek": {}, "choice": {"choices": ["ett", "två"]}}.items(), 50
    ):
        Question.objects.create(call=call, key=kind, section="Mer", position=at, kind=kind, label=kind, **more)
    Call.objects.filter(pk=call.pk).update(edition=2)
    Edition.objects.create(
        call=call, number=2, made_by=cast.officer, why="Fler frågor.", content=content_of(Call.objects.get(pk=call.pk))
    )
    window = Window(signed_in(cast.author), draft)

    window.send(q_line="rad", q_number="7", q_sek="100", q_choice="två")

    found = answers(draft)
    assert [found[kind] for kind in ("line", "number", "sek", "choice")] == ["rad", 7, 100, "två"]
    window.open()
    window.send(q_line="", q_number="", q_sek="", q_choice="")
    assert [answers(draft)[kind] for kind in ("line", "number", "sek", "choice")] == ["", None, None, ""]
    assert application_form(Application.objects.get(pk=draft.pk))


def test_what_the_page_leaves_in_dispute_is_left_and_the_rest_is_saved(
    draft: Any, windows: tuple[Window, Window]
) -> None:
    mine, theirs = windows
    theirs.send(q_need="Deras behov")
    mine.send(script=True, q_need="Mitt behov", q_approach="Min lösning")

    assert mine.send(script=True, leave="q_need").json()["problem"] == ""

    assert (answers(draft)["need"], answers(draft)["approach"]) == ("Deras behov", "Min lösning")
    del mine.fields["leave"]
    assert mine.send(script=True).status_code == 409
