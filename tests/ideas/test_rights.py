"""A possible invention: asked about first, closed from the first line, opened by the rights reviewer alone."""

import json
from datetime import timedelta
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from ideas.flow import IdeaFlow
from ideas.models import Idea
from ideas.states import IdeaState as S
from portal.cases.actions.drafts import save_draft
from portal.cases.actions.messages import send_message
from portal.cases.actions.openness import change_openness
from portal.cases.actions.people import name_person
from portal.cases.errors import NotVisible, Refused
from portal.cases.exporting import Contents
from portal.cases.models import Case
from portal.cases.moving import chances, perform
from portal.cases.states import Audience, Confidentiality
from portal.notices.models import Notice
from portal.notices.posting import gather_mail, post_mail
from portal.organisation.models import Appointment
from portal.organisation.states import Role
from tests.cast import Cast, again, case_in, draft_of, make_move, signed_in

pytestmark = pytest.mark.strategy("B43-2")
SECRET = "Förborgad"
CLOSED: dict[str, Any] = {"possible_invention": True, "confidentiality": Confidentiality.RESTRICTED}
INSIDE = {"author", "coauthor", "jurist"}


def closed_in(state: str, cast: Cast) -> Any:
    """An idea that is closed, with a secret word in every text."""
    idea = case_in(IdeaFlow, state, cast, title=f"{SECRET} titel", need=f"{SECRET} behov", solution=f"{SECRET} lösning")
    name_person(case=idea, person=cast.coauthor, grant="coauthor", by=cast.author)
    return idea


def moves_open_to(idea: Any, person: Any) -> set[str]:
    return {chance.move.name for chance in chances(idea.as_kind(), again(person))}


def test_the_question_is_the_first_and_must_be_answered(cast: Cast) -> None:
    client = signed_in(cast.author)
    page = client.get(reverse("ideas:begin")).content.decode()
    assert page.index('name="possible_invention"') < page.index('name="title"')

    assert client.post(reverse("ideas:begin"), {"title": "Utan svar"}).status_code == 200
    assert not Idea.objects.exists()
    draft = draft_of(IdeaFlow, cast, possible_invention=None)
    with pytest.raises(Refused, match="uppfinning"):
        perform(draft, "submit", person=cast.author)


@pytest.mark.parametrize(("answer", "openness"), [("True", "restricted"), ("False", "open")])
def test_the_answer_closes_or_opens_the_draft_at_once(cast: Cast, answer: str, openness: str) -> None:
    signed_in(cast.author).post(reverse("ideas:begin"), {"title": "Ny", "possible_invention": answer})

    idea = Idea.objects.get()
    assert (str(idea.possible_invention), idea.confidentiality, idea.unit) == (answer, openness, cast.author.unit)


@pytest.mark.parametrize(("answer", "openness"), [("True", "restricted"), ("False", "open")])
def test_the_author_may_change_the_answer_until_the_idea_is_submitted(cast: Cast, answer: str, openness: str) -> None:
    before = answer == "False"
    draft = draft_of(
        IdeaFlow, cast, possible_invention=before, confidentiality=Confidentiality.RESTRICTED if before else "open"
    )
    client, address = signed_in(cast.author), reverse("ideas:write", args=[draft.pk])
    version = client.get(address).context["form"].token

    client.post(address, {"version": version, "possible_invention": answer})

    draft.refresh_from_db()
    assert (str(draft.possible_invention), draft.confidentiality) == (answer, openness)


def test_a_submitted_idea_keeps_its_answer(cast: Cast) -> None:
    idea = case_in(IdeaFlow, S.RETURNED, cast)
    client, address = signed_in(cast.author), reverse("ideas:write", args=[idea.pk])
    page = client.get(address)
    assert "possible_invention" not in page.context["form"].fields

    client.post(
        address, {"version": page.context["form"].token, "possible_invention": "True", "confidentiality": "restricted"}
    )

    idea.refresh_from_db()
    assert (idea.possible_invention, idea.confidentiality) == (False, Confidentiality.OPEN)


def test_a_closed_draft_goes_to_the_rights_reviewer_and_nowhere_else(cast: Cast) -> None:
    draft = draft_of(IdeaFlow, cast, **CLOSED)

    assert moves_open_to(draft, cast.author) == {"submit_closed"}
    idea = perform(draft, "submit_closed", person=cast.author)

    assert (idea.state, idea.confidentiality) == (S.RIGHTS, Confidentiality.RESTRICTED)
    assert list(Case.objects.awaiting(cast.jurist)) == [Case.objects.get(pk=idea.pk)]
    assert set(Notice.objects.values_list("recipient__username", flat=True)) == {"jurist"}


def test_a_draft_whose_answer_and_openness_disagree_cannot_be_submitted_openly(cast: Cast) -> None:
    draft = draft_of(IdeaFlow, cast, possible_invention=True)
    with pytest.raises(Refused, match="rättighetsgranskaren"):
        perform(draft, "submit", person=cast.author)


def test_without_a_rights_reviewer_the_author_is_told_whom_to_call(cast: Cast, settings: Any) -> None:
    Appointment.objects.filter(role=Role.RIGHTS_REVIEWER).delete()
    draft = draft_of(IdeaFlow, cast, **CLOSED)
    with pytest.raises(Refused, match=settings.CONTACT["phone"]):
        perform(draft, "submit_closed", person=cast.author)


def test_a_rights_reviewer_does_not_decide_on_an_idea_of_their_own(cast: Cast) -> None:
    draft = draft_of(IdeaFlow, cast, owner=cast.jurist, **CLOSED)
    with pytest.raises(Refused):
        perform(draft, "submit_closed", person=cast.jurist)


@pytest.mark.trust(1)
@pytest.mark.parametrize("state", [S.RIGHTS, S.PROTECTED, S.CONCLUDED])
def test_a_closed_idea_is_seen_by_authors_and_reviewers_alone_for_ever(cast: Cast, state: str) -> None:
    """On which pages nobody else meets one is tried in tests/trust."""
    idea = closed_in(state, cast)

    assert {part for part, person in cast if Case.objects.visible_to(person).filter(pk=idea.pk)} == INSIDE


@pytest.mark.parametrize("state", [S.RIGHTS, S.PROTECTED, S.CONCLUDED])
def test_only_a_decision_opens_what_is_with_the_rights_reviewer(cast: Cast, state: str) -> None:
    idea = closed_in(state, cast)
    answers: dict[str, Any] = {"confidentiality": Confidentiality.OPEN, "provision": "", "reason": "Fel klick"}

    assert signed_in(cast.jurist).post(f"{idea.get_absolute_url()}oppenhet/", answers).status_code == 403
    with pytest.raises(Refused):
        change_openness(case=idea, **answers, person=cast.jurist)
    with pytest.raises(IntegrityError, match="idea_with_rights_is_closed"), transaction.atomic():
        Case.objects.filter(pk=idea.pk).update(confidentiality=Confidentiality.OPEN)


def test_a_closed_idea_is_told_by_its_number_alone(cast: Cast, mailbox: Any) -> None:
    idea = case_in(IdeaFlow, S.RIGHTS, cast, title=f"{SECRET} titel")
    gather_mail(now=timezone.now() + timedelta(hours=1))
    post_mail()

    assert {str(message["To"]) for message in mailbox.messages} == {"jurist@example.org"}
    for message in mailbox.messages:
        assert SECRET not in message.as_string()
        assert str(idea.reference) in str(message["Subject"])


def test_the_reviewer_opens_what_is_no_invention_and_the_leads_take_over(cast: Cast) -> None:
    idea = closed_in(S.RIGHTS, cast)

    idea = make_move(idea, "open_up", cast, reason="Ingen teknisk uppfinning.")

    assert (idea.state, idea.possible_invention, idea.confidentiality) == (S.SUBMITTED, False, Confidentiality.OPEN)
    assert Case.objects.visible_to(cast.outsider).filter(pk=idea.pk).exists()
    assert Case.objects.awaiting(cast.lead).filter(pk=idea.pk).exists()


def test_what_was_written_inside_a_closed_idea_stays_with_the_reviewers_when_it_is_opened(cast: Cast) -> None:
    idea = case_in(IdeaFlow, S.SUBMITTED, cast)

    def write(person: Any, word: str) -> None:
        send_message(case=idea, text=word, audience=Audience.INTERNAL, person=person)
        client, file = signed_in(person), SimpleUploadedFile("utredning.txt", word.encode())
        answer = client.post(
            f"{idea.get_absolute_url()}dokument/", {"file": file, "audience": "internal", "title": word}
        )
        assert answer.status_code == 302

    write(cast.lead, "Före")
    make_move(idea, "send_to_rights", cast, reason="Kanske ett patent.")
    write(cast.jurist, "Under")
    make_move(idea, "open_up", cast, reason="Ingen teknisk uppfinning.")
    write(cast.lead, "Efter")

    pages = {part: signed_in(person).get(idea.get_absolute_url()).content.decode() for part, person in cast}
    read = {
        part: frozenset(word for word in ("Före", "Under", "Efter") if word in page) for part, page in pages.items()
    }
    assert {words: {part for part in read if read[part] == words} for words in read.values() if words} == {
        frozenset({"Före", "Efter"}): {"lead", "manager", "coordinator", "registrar"},
        frozenset({"Under"}): {"jurist"},
    }
    taken_out = signed_in(cast.lead).post(reverse("cases:export", args=[idea.key]))
    archive = ZipFile(BytesIO(b"".join(taken_out.streaming_content)))  # type: ignore[attr-defined]
    assert {message["text"] for message in json.loads(archive.read("messages.json"))} == {"Före", "Efter"}


def test_what_is_kept_closed_comes_back_to_the_reviewer(cast: Cast) -> None:
    idea = make_move(closed_in(S.RIGHTS, cast), "keep_closed", cast, reason="Patent söks.", provision="19:1")

    assert (idea.state, idea.provision, idea.holder) == (S.PROTECTED, "19:1", cast.jurist)
    assert idea.due_at is not None
    assert moves_open_to(idea, cast.jurist) == {"open_up", "open_freed", "keep_closed", "conclude"}


@pytest.mark.parametrize("part", ["author", "lead", "assessor"])
@pytest.mark.parametrize("state", [S.SUBMITTED, S.ASSESSING, S.RETURNED, S.ACCEPTED])
def test_whoever_suspects_an_invention_closes_the_idea_at_once(cast: Cast, state: str, part: str) -> None:
    idea = case_in(IdeaFlow, state, cast)
    name_person(case=idea, person=cast.assessor, grant="assess", by=None)

    perform(idea, "send_to_rights", person=again(getattr(cast, part)), data={"reason": "Det här är nog ett patent."})

    idea.refresh_from_db()
    assert (idea.state, idea.possible_invention) == (S.RIGHTS, True)
    who = {name for name, person in cast if Case.objects.visible_to(again(person)).filter(pk=idea.pk).exists()}
    assert who == {"author", "jurist"}
    with pytest.raises(NotVisible):
        perform(idea, "open_up", person=again(cast.lead), data={"reason": "Nej."})


def test_the_page_says_in_plain_words_why_it_is_closed(cast: Cast) -> None:
    draft = draft_of(IdeaFlow, cast, **CLOSED)
    page = signed_in(cast.author).get(reverse("ideas:write", args=[draft.pk])).content.decode()
    assert "går inte längre att patentera" in page


@pytest.mark.parametrize("state", [S.RIGHTS, S.PROTECTED, S.CONCLUDED])
def test_the_page_of_a_closed_idea_says_why_it_is_closed_and_names_no_law(cast: Cast, state: str) -> None:
    idea = closed_in(state, cast)

    for reader in (cast.author, cast.coauthor, cast.jurist):
        told = signed_in(reader).get(idea.get_absolute_url()).context["closed_to"]
        assert "Det som har blivit känt går inte längre att patentera" in told
        assert "lagen" not in told


def test_an_idea_that_is_closed_for_something_else_is_not_called_an_invention(cast: Cast) -> None:
    idea = case_in(IdeaFlow, S.ASSESSING, cast)
    restricted = Confidentiality.RESTRICTED
    change_openness(case=idea, confidentiality=restricted, provision="", reason="Rör en person.", person=cast.lead)

    page = signed_in(cast.author).get(idea.get_absolute_url())

    assert page.context["closed_to"] == restricted.label


def test_a_closed_idea_is_handled_by_the_reviewers_and_not_by_a_unit_that_does_not_see_it(cast: Cast) -> None:
    idea, open_one = closed_in(S.RIGHTS, cast), case_in(IdeaFlow, S.SUBMITTED, cast)
    author = signed_in(cast.author)

    page = author.get(idea.get_absolute_url())

    assert page.context["held_by"] == "Rättighetsgranskarna"
    assert page.content.decode().count("<dd>Rättighetsgranskarna</dd>") == 2
    assert author.get(open_one.get_absolute_url()).context["held_by"] == str(open_one.unit)
    facts = {fact.label: fact.value for fact in Contents(idea).record().facts}
    assert "Rättighetsgranskarna" in facts.values()


def test_only_authors_write_and_a_colleague_does_not_find_the_page(cast: Cast) -> None:
    draft = draft_of(IdeaFlow, cast)
    address = reverse("ideas:write", args=[draft.pk])
    name_person(case=draft, person=cast.coauthor, grant="coauthor", by=cast.author)

    codes = {part: signed_in(person).get(address).status_code for part, person in cast}

    assert {part for part, code in codes.items() if code == 200} == {"author", "coauthor"}
    assert {code for part, code in codes.items() if part not in ("author", "coauthor", "inactive")} == {404}
    assert save_draft(case=draft, values={"title": "Ny"}, version=draft.version, person=cast.coauthor).title == "Ny"
