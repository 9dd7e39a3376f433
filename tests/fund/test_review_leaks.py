"""Nobody reads another's review, who applies in anonymous mode, or what a conflict of interest has closed, by any path."""

import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext

from fund.actions.reviewing import declare, save_review, submit_review
from fund.flow import ApplicationFlow
from fund.models import Application, Call, Review
from fund.models.review import COMMENT
from fund.sheet import content_for_reviewers
from portal.accounts.models import User
from portal.cases.actions.documents import add_document
from portal.cases.actions.people import name_person
from portal.cases.models import Case, Document, Event
from portal.cases.states import Audience
from portal.cases.uploads import inspect
from portal.notices.posting import gather_mail, post_mail
from tests.cast import Cast, again, answer_considerations, draft_of, make_move, signed_in
from tests.fund.reviewing import given, score
from tests.fund.story import ANSWERS, open_call, shut_call, sign
from tests.mail import Mailbox

pytestmark = [pytest.mark.django_db, pytest.mark.strategy("B43-5")]

APPLIES, WRITES_TOO, TAKES_PART, SIGNS = "Zqanna Zqsson", "Zqbo Zqberg", "Zqcia Zqdal", "Zqchef Zqlund"
PEOPLE = (
    "Zqanna",
    "Zqsson",
    "Zqbo",
    "Zqberg",
    "Zqcia",
    "Zqdal",
    "Zqchef",
    "Zqlund",
    "zqpost",
    "Södersjukhuset",
    "Zqbilaga",
)
"""What tells who applies."""
CONTENT = ("Zqtitel", "Zqsammanfattning", "Zqsvar")
SAID = ("Zqomdöme", "Zqhalvfärdigt")
"""What reviews say: submitted, and not."""


@dataclass
class Told:
    """A call with one application that says much, and three experts."""

    call: Call
    application: Application
    document: Document
    reader: User
    """Has opened it, and submitted."""
    other: User
    """Has opened it, and written half of it."""
    asked: User
    """Has not said whether there is a conflict."""
    conflicted: User
    reviews: dict[str, Review]


def tell(cast: Cast, *, anonymous: bool) -> Told:
    for person, name in ((cast.author, APPLIES), (cast.coauthor, WRITES_TOO), (cast.manager, SIGNS)):
        User.objects.filter(pk=person.pk).update(name=name)
        person.name = name
    call = open_call(anonymous=anonymous)
    application = handed_in(cast, call)
    document = attach(application, cast)
    experts = {"reader": cast.colleague, "other": cast.outsider, "asked": cast.assessor, "conflicted": cast.controller}
    reviews = {
        name: given(application, person, cast, opened=name in ("reader", "other")) for name, person in experts.items()
    }
    submit_review(review=score(reviews["reader"], "Zqomdöme"))
    save_review(review=reviews["other"], values={COMMENT + "need": "Zqhalvfärdigt"}, version=1)
    declare(review=reviews["conflicted"], conflict=True, why="Vi är släkt.")
    return Told(call, application, document, reviews=reviews, **experts)


def handed_in(cast: Cast, call: Call) -> Application:
    answers = {
        **ANSWERS,
        "need": "Zqsvar. Zqannas mormor väntade på Södersjukhuset. Fråga zqpost@example.org eller ZQBERG.",
        "participants": [{"name": TAKES_PART, "role": "Projektledare", "unit": "Zqbilaga AB"}],
        "budget": [{"what": "Lön till Zqcia", "kind": "staff", "amount": 200_000}],
    }
    told: dict[str, Any] = {
        "title": "Zqtitel av Zqanna Zqsson",
        "summary": "Zqsammanfattning, säger Zqbo.",
        "answers": answers,
    }
    draft = draft_of(ApplicationFlow, cast, call=call, **told)
    name_person(case=draft, person=cast.coauthor, grant="coauthor", by=cast.author)
    answer_considerations(draft)
    made = make_move(draft, "submit", cast, person=again(cast.author))
    sign(made, cast)
    shut_call(call)
    passed: Application = make_move(Application.objects.get(pk=made.pk), "pass_on", cast)
    return passed


def attach(application: Application, cast: Cast) -> Document:
    file = SimpleUploadedFile("zqbilaga.txt", b"Zqbilaga i filen.")
    return add_document(
        case=application,
        file=file,
        accepted=inspect(file, "zqbilaga.txt"),
        title="Zqbilaga",
        audience=Audience.AUTHOR,
        person=cast.author,
    )


# ── Every path ───────────────────────────────────────────────────────────────────────────────────────────────────────


def addresses(told: Told) -> Iterator[str]:
    """Every page that could tell of the application, its call or its reviews."""
    key, pk = told.application.key, told.application.pk
    for name in ("cases:case", "cases:export", "cases:message", "cases:add_document", "cases:openness", "diary:case"):
        yield reverse(name, args=[key])
    for name in ("get_case", "list_moves", "list_events", "list_documents"):
        yield reverse(f"api:{name}", args=[key])
    yield reverse("cases:document", args=[told.document.pk])
    for name in (
        "pages:start",
        "cases:mine",
        "cases:all",
        "notices:list",
        "accounts:my_data",
        "accounts:me",
        "diary:list",
    ):
        yield reverse(name)
    for form in ("csv", "json", "xlsx"):
        yield reverse("cases:export_list", args=[form])
        yield reverse("diary:export", args=[form])
    for words in ("Zqtitel", "Zqsammanfattning", "Zqanna", str(told.application.reference)):
        yield f"{reverse('cases:search')}?q={words}"
        yield f"{reverse('diary:list')}?q={words}"
    yield f"{reverse('api:list_cases')}?kind=application"
    yield from (reverse(f"fund:{name}") for name in ("list", "applications", "reviews"))
    yield f"{reverse('fund:begin')}?from={pk}"
    yield from (reverse(f"fund:{name}", args=[pk]) for name in ("write", "weigh", "agree"))
    yield told.call.get_absolute_url()
    yield from (reverse(f"fund:{name}", args=[told.call.pk]) for name in ("panel", "map", "add_reviewer", "write_call"))
    for review in told.reviews.values():
        yield from (reverse(f"fund:{name}", args=[review.pk]) for name in ("review", "declare"))
        yield from (reverse(f"fund:{name}", args=[pk, review.pk]) for name in ("seen_as", "take_off"))


def text_of(answer: Any) -> str:
    """All that is in an answer, also in a file that is a packed folder."""
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    if body[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(body)) as packed:
            body = b"\n".join(packed.read(name) for name in packed.namelist())
    return str(body.decode(errors="replace")) + str(answer.headers)


def all_read(client: Client, told: Told) -> dict[str, str]:
    """What stands at each address, in small letters; an address that was asked with a word itself echoes it."""
    read = {}
    for address in addresses(told):
        text = text_of(client.get(address))
        read[address] = (text.replace(address.split("?q=")[1], "") if "?q=" in address else text).lower()
    return read


def found(read: dict[str, str], words: tuple[str, ...]) -> dict[str, set[str]]:
    """At which address which of the words stand."""
    seen = {address: {word for word in words if word.lower() in text} for address, text in read.items()}
    return {address: there for address, there in seen.items() if there}


def own(told: Told, name: str) -> set[str]:
    return {reverse("fund:review", args=[told.reviews[name].pk])}


UNITS = {"Södersjukhuset"}
"""A unit's name stands in every choice of units; only what is said of the application matters."""


# ── Who learns what ──────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.slow
@pytest.mark.parametrize("anonymous", [True, False])
def test_an_expert_reads_what_they_have_opened_and_their_own_review_in_one_place(cast: Cast, anonymous: bool) -> None:
    """And in anonymous mode nowhere who applies."""
    told = tell(cast, anonymous=anonymous)
    data = {reverse("accounts:my_data")}
    for name in ("reader", "other", "asked", "conflicted"):
        read = all_read(signed_in(getattr(told, name)), told)
        opened = own(told, name) if name in ("reader", "other") else set()

        assert found(read, CONTENT) == {place: set(CONTENT) for place in opened}, name
        assert set(found(read, SAID)) == (opened | data if opened else set()), name
        if anonymous:
            places = found(read, PEOPLE)
            places = {place: words for place, words in places.items() if words != UNITS or "/fonden/" in place}
            filters = {reverse("fund:applications")}  # has all units to choose from
            assert {place for place in places if place not in filters} == set(), name


@pytest.mark.slow
def test_a_review_is_read_when_it_is_submitted_and_then_by_the_officer_alone(cast: Cast) -> None:
    told = tell(cast, anonymous=False)
    for person in (cast.lead, cast.admin, cast.author, cast.coauthor, cast.manager, cast.registrar):
        assert found(all_read(signed_in(person), told), SAID) == {}, person
    assert found(all_read(signed_in(cast.officer), told), SAID) == {
        reverse("fund:weigh", args=[told.application.pk]): {"Zqomdöme"}
    }


def test_others_reviews_take_nothing_either(cast: Cast) -> None:
    told = tell(cast, anonymous=True)
    review = told.reviews["other"]
    for person in (told.reader, cast.author, cast.officer, cast.manager):
        client = signed_in(person)
        for name in ("review", "declare"):
            posted = client.post(reverse(f"fund:{name}", args=[review.pk]), {"conflict": "no", "p_need": "5"})
            assert posted.status_code == 404, person
    for move in ("grant", "withdraw"):
        address = reverse("cases:move", args=[told.application.key, move])
        assert signed_in(told.reader).post(address).status_code == 404
    assert not told.reviews["other"].scores.filter(points__isnull=False).exists()


@pytest.mark.parametrize("name", ["asked", "conflicted"])
def test_a_form_that_cannot_be_read_shows_nothing_to_who_has_not_declared(cast: Cast, name: str) -> None:
    told = tell(cast, anonymous=False)
    address = reverse("fund:review", args=[told.reviews[name].pk])
    for headers in ({}, {"X-Requested-With": "autosave"}):
        answer = signed_in(getattr(told, name)).post(address, {"p_need": "99"}, headers=headers, follow=True)
        assert found({address: text_of(answer).lower()}, CONTENT) == {}


def test_no_expert_is_in_a_who_of_the_application(cast: Cast) -> None:
    told = tell(cast, anonymous=False)
    for person in (told.reader, told.other, told.asked, told.conflicted):
        assert not Case.objects.visible_to(again(person)).filter(pk=told.application.pk).exists()
    assert not Event.objects.filter(case=told.application, person__in=[told.reader, told.conflicted]).exists()


@pytest.mark.parametrize("anonymous", [True, False])
def test_letters_to_experts_tell_of_the_call_alone(cast: Cast, mailbox: Mailbox, anonymous: bool) -> None:
    told = tell(cast, anonymous=anonymous)
    gather_mail(now=timezone.now() + timedelta(days=2))
    post_mail()
    experts = {told.reader.email, told.other.email, told.asked.email, told.conflicted.email}
    letters = [message for message in mailbox.messages if experts & {str(message["To"])}]
    assert len(letters) == 4
    for letter in letters:
        text = letter.as_string() + "".join(
            part.get_content() for part in letter.walk() if part.get_content_maintype() == "text"
        )
        assert "Vårens utlysning" in text
        assert not [word for word in (*PEOPLE[:-2], *CONTENT, *SAID) if word in text]


def test_the_officer_sees_exactly_what_the_reviewer_sees(cast: Cast) -> None:
    told = tell(cast, anonymous=True)
    review = told.reviews["other"]
    theirs = signed_in(told.other).get(reverse("fund:review", args=[review.pk])).content.decode()
    address = reverse("fund:seen_as", args=[told.application.pk, review.pk])
    preview = signed_in(cast.officer).get(address).content.decode()
    cut = [page.split('<article class="review__text')[1].split("</article>")[0] for page in (theirs, preview)]
    assert cut[0] == cut[1]
    assert "Zqsvar" in cut[0]
    assert "Zqhalvfärdigt" in theirs
    assert "Zqhalvfärdigt" not in preview
    assert "data-autosave-url" not in preview


def test_names_units_and_addresses_are_taken_out_of_the_text(cast: Cast) -> None:
    told = tell(cast, anonymous=True)
    content = content_for_reviewers(told.application)
    by_key = {one["key"]: one["answer"] for one in content["answers"]}
    assert "participants" not in by_key
    gone = gettext("[left out]")
    assert by_key["need"] == f"Zqsvar. {gone} mormor väntade på {gone}. Fråga {gone} eller {gone}."
    assert by_key["budget"][0]["what"] == f"Lön till {gone}"
    assert by_key["budget"][0]["kind"] == "staff"
    assert content["title"] == f"Zqtitel av {gone}"


def test_an_application_under_review_has_no_title_in_the_public_diary(cast: Cast) -> None:
    told = tell(cast, anonymous=False)
    assert str(told.application.reference) not in Client().get(f"{reverse('diary:list')}?q=Zqtitel").content.decode()
