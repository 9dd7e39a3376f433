"""The page about oneself: what one holds and chose, and all one's data to take out."""

import io
import json
import zipfile
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.translation import gettext
from pytest_django.fixtures import DjangoAssertNumQueries

from ideas.flow import IdeaFlow
from ideas.models import Idea
from ideas.states import IdeaState
from portal.accounts.actions import add_person
from portal.accounts.mine import my_data_zip
from portal.accounts.models import User
from portal.accounts.states import Delivery
from portal.cases.actions.messages import send_message
from portal.cases.actions.people import name_person
from portal.cases.models import Case, Message
from portal.cases.states import Audience, Confidentiality
from portal.notices.models import Notice
from portal.notices.rules import next_digest
from portal.organisation.models import Unit
from portal.organisation.states import Role
from tests.accounts.conftest import LOGIN
from tests.cast import PASSWORD, Cast, again, appointment, case_in, draft_of, signed_in

ME, ZIP = "/konto/", "/konto/mina-uppgifter.zip"


def test_a_visitor_is_asked_to_sign_in(db: None, client: Client) -> None:
    for page in (ME, ZIP, "/konto/inloggningar/"):
        assert client.get(page)["Location"] == f"{LOGIN}?next={page}"


def test_a_person_reads_who_they_are_and_which_offices_they_hold_and_held(cast: Cast) -> None:
    assert cast.lead.unit
    appointment(cast.lead, Role.MANAGER, cast.lead.unit, until=-5).save()
    page = signed_in(cast.lead).get(ME).content.decode()
    assert cast.lead.email in page
    held, former, never = (
        f"<strong>{role.label}</strong>" for role in (Role.INNOVATION_LEAD, Role.MANAGER, Role.REGISTRAR)
    )
    assert page.index(held) < page.index(gettext("Earlier")) < page.index(former)
    assert never not in page


@pytest.mark.trust(23)
def test_the_page_costs_the_same_with_one_office_and_with_three(
    cast: Cast, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client = signed_in(cast.lead)
    for code in ("DS", "SOS", "STE"):
        appointment(cast.lead, Role.MANAGER, Unit.objects.get(code=code)).save()
        with django_assert_num_queries(8):  # session, person ×2, region, offices, second factor, units, unread notices
            client.get(ME)


def test_a_person_chooses_name_language_mail_and_unit(cast: Cast) -> None:
    case_in(IdeaFlow, IdeaState.ASSESSING, cast)
    waiting = Notice.objects.filter(recipient=cast.author, mandatory=False).latest("pk")
    place = Unit.objects.get(code="DS")
    sent = {"name": "Nytt Namn", "language": "en", "delivery": "daily", "unit": place.pk}
    client = signed_in(cast.author)
    answer = client.post(ME, sent, follow=True)
    assert '<html lang="en"' in answer.content.decode()
    person = again(cast.author)
    assert (person.name, person.language, person.delivery, person.unit) == ("Nytt Namn", "en", Delivery.DAILY, place)
    waiting.refresh_from_db()
    assert waiting.mail_at == next_digest(timezone.now()), "what waits follows the choice"


@pytest.mark.parametrize(
    "claim",
    [
        {"is_employee": "on"},
        {"is_superuser": "on", "is_staff": "on"},
        {"username": "admin"},
        {"email": "a@b.se"},
        {"unit": "1"},
    ],
)
def test_a_person_cannot_give_themselves_more(cast: Cast, claim: dict[str, str]) -> None:
    before = User.objects.filter(pk=cast.external.pk).values(
        "username", "email", "is_employee", "is_staff", "is_superuser", "unit"
    )
    kept = before.get()
    signed_in(cast.external).post(ME, {"name": "External", "language": "sv", "delivery": "daily", **claim})
    assert before.get() == kept


def test_a_mistake_comes_back_with_what_was_written_and_changes_nothing(cast: Cast) -> None:
    page = signed_in(cast.author).post(ME, {"name": "", "language": "sv", "delivery": "never"}).content.decode()
    assert 'id="id_name_error"' in page
    assert again(cast.author).name == "Author"


def test_a_closed_unit_cannot_be_chosen(cast: Cast) -> None:
    gone = Unit.objects.get(code="PAN")
    Unit.objects.filter(pk=gone.pk).update(valid_to=timezone.localdate() - timedelta(days=1))
    signed_in(cast.author).post(ME, {"name": "Author", "language": "sv", "delivery": "daily", "unit": gone.pk})
    assert again(cast.author).unit != gone


# ── One's own data ───────────────────────────────────────────────────────────────────────────────────────────────────


def take_out(person: User) -> dict[str, Any]:
    answer = signed_in(person).get(ZIP)
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/zip")
    assert "attachment" in answer["Content-Disposition"]
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        return {name: json.loads(archive.read(name)) for name in archive.namelist() if name.endswith(".json")}


@pytest.mark.strategy("X4")
def test_all_of_ones_own_data_comes_out_and_nothing_of_others(cast: Cast) -> None:
    mine = case_in(IdeaFlow, IdeaState.ASSESSING, cast, title="Min hjärtstartare")
    draft = draft_of(IdeaFlow, cast, title="Mitt utkast")
    shared = case_in(IdeaFlow, IdeaState.SUBMITTED, cast, owner=cast.colleague, title="Vår idé")
    name_person(case=shared, person=cast.author, grant="coauthor", by=cast.colleague)
    case_in(IdeaFlow, IdeaState.SUBMITTED, cast, owner=cast.colleague, title="Deras idé")
    send_message(case=mine, person=cast.lead, audience=Audience.INTERNAL, text="Internt: svag nytta")
    send_message(case=mine, person=cast.lead, audience=Audience.AUTHOR, text="Kan du berätta mer?")

    found = take_out(again(cast.author))

    assert set(found) == {
        "person.json", "cases.json", "actions.json", "messages.json", "comments.json", "notices.json",
    }  # fmt: skip
    assert found["person.json"]["email"] == "author@example.org"
    titles = {case["title"] for case in found["cases.json"]}
    assert titles == {"Min hjärtstartare", "Mitt utkast", "Vår idé"}
    (case,) = [case for case in found["cases.json"] if case["title"] == "Min hjärtstartare"]
    assert case["reference"] == mine.reference
    assert case["need"], "what the kind itself asks for is there too"
    assert [event["move"] for event in case["history"]][:1] == ["submit"]
    assert [message["text"] for message in case["messages"]] == ["Kan du berätta mer?"]
    assert {row["case"] for row in found["actions.json"]} >= {mine.reference}
    assert len(found["notices.json"]) == Notice.objects.filter(recipient=cast.author).count()
    everything = json.dumps(found, ensure_ascii=False)
    assert "Internt" not in everything
    assert "Deras" not in everything
    assert Message.objects.filter(text__startswith="Internt").exists(), "there was something to leak"
    assert draft.reference is None


def test_nothing_that_opens_the_account_comes_out(cast: Cast, client: Client) -> None:
    client.post(LOGIN, {"login": "author", "password": PASSWORD, "next": "/om/"})
    text = json.dumps(take_out(cast.author))
    assert cast.author.password not in text
    assert str(client.session.session_key) not in text


def test_what_an_officer_did_comes_out_as_what_and_when_without_the_case_itself(cast: Cast) -> None:
    idea = case_in(IdeaFlow, IdeaState.ASSESSING, cast, title="Hemlig titel")
    found = take_out(again(cast.lead))
    assert idea.reference in {row["case"] for row in found["actions.json"]}
    assert found["cases.json"] == []
    assert "Hemlig titel" not in json.dumps(found)


@pytest.mark.strategy("X4")
def test_what_somebody_wrote_in_others_cases_comes_out_and_nothing_that_others_wrote(cast: Cast) -> None:
    idea = case_in(IdeaFlow, IdeaState.ASSESSING, cast, title="Hemlig titel")
    send_message(case=idea, person=cast.lead, audience=Audience.INTERNAL, text="Min anteckning")
    send_message(case=idea, person=cast.lead, audience=Audience.AUTHOR, text="Min fråga")
    send_message(case=idea, person=cast.author, audience=Audience.AUTHOR, text="Författarens svar")
    found = take_out(again(cast.lead))

    assert [(row["case"], row["audience"], row["text"]) for row in found["messages.json"]] == [
        (idea.reference, "internal", "Min anteckning"),
        (idea.reference, "author", "Min fråga"),
    ]
    everything = json.dumps(found, ensure_ascii=False)
    assert "Författarens" not in everything
    assert "Hemlig titel" not in everything


def test_what_one_wrote_in_a_case_one_no_longer_sees_stays_there(cast: Cast) -> None:
    idea = case_in(IdeaFlow, IdeaState.ASSESSING, cast)
    send_message(case=idea, person=cast.lead, audience=Audience.INTERNAL, text="Min anteckning")
    Idea.objects.filter(pk=idea.pk).update(confidentiality=Confidentiality.RESTRICTED)
    name_person(case=idea, person=cast.lead, grant="recuse", by=None)

    assert not Case.objects.visible_to(again(cast.lead)).exists()
    assert take_out(again(cast.lead))["messages.json"] == []


@pytest.mark.trust(23)
def test_taking_out_costs_the_same_with_one_case_and_with_three(cast: Cast) -> None:
    counts = []
    for number in (1, 2):
        for _ in range(number):
            case_in(IdeaFlow, IdeaState.SUBMITTED, cast)
        with CaptureQueriesContext(connection) as queries:
            my_data_zip(again(cast.author))
        counts.append(len(queries))
    assert counts[0] == counts[1]
    assert counts[0] <= 35


def test_a_person_someone_here_adds_needs_no_letter(db: None, client: Client) -> None:
    person = add_person(username="extern", name="Extern", email="extern@example.org", password=PASSWORD)
    client.post(LOGIN, {"login": "extern@example.org", "password": PASSWORD, "next": "/om/"})
    assert client.session["_auth_user_id"] == str(person.pk)
