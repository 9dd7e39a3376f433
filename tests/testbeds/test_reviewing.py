"""The host’s review: by two whom the host names, blind until both have handed in, and never one’s own (FL 16–18 §§)."""

from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from portal.accounts.models import Letter, User
from portal.cases.actions.people import name_person
from portal.cases.errors import Invalid, NotVisible, NotYours, Refused
from portal.cases.exporting import Contents
from portal.notices.models import Notice
from portal.notices.words import news_for
from testbeds.flow import TestFlow
from testbeds.models import HostReview, TestRequest
from testbeds.queries.requests import said_by
from testbeds.states import TestState
from tests.cast import Cast, again, case_in, signed_in
from tests.testbeds.story import perform, reviewed_by

pytestmark = pytest.mark.django_db
SAID = {"benefit": 4, "feasible": 3, "safe": 5, "recommends": "True"}


def in_review(cast: Cast) -> TestRequest:
    request: TestRequest = case_in(TestFlow, TestState.REVIEW, cast)
    return request


def ask(request: TestRequest, cast: Cast, *people: User) -> None:
    for person in people:
        perform(request, "name_reviewer", person=cast.host, data={"reviewer": person.username})


def hand_in(request: TestRequest, person: User, words: str, **said: Any) -> None:
    perform(request, "review", person=again(person), data={**SAID, "words": words, **said})


def page(request: TestRequest, person: User) -> str:
    client: Client = signed_in(person)
    answer = client.get(reverse("cases:case", args=[request.key]))
    return answer.text if answer.status_code == 200 else ""


def test_a_review_is_among_its_reviewers_own_data_and_nobody_elses(cast: Cast) -> None:
    request = in_review(cast)
    ask(request, cast, cast.colleague, cast.outsider)
    hand_in(request, cast.colleague, "Zqbedömning")

    (row,) = said_by(again(cast.colleague))
    assert (row["case"], row["benefit"], row["text"]) == (request.reference, 4, "Zqbedömning")
    for person in (cast.outsider, cast.host, cast.author):
        assert "Zqbedömning" not in str(list(said_by(again(person))))


@pytest.mark.strategy("B44-1")
def test_neither_a_yes_nor_a_no_before_two_reviews(cast: Cast) -> None:
    request = in_review(cast)
    ask(request, cast, cast.colleague, cast.outsider)
    hand_in(request, cast.colleague, "Ja tack")
    for name, data in (("say_yes", {"conditions": "Handledare", "reason": "Bra"}), ("decline", {"reason": "Nej"})):
        with pytest.raises(Refused) as refused:
            perform(request, name, person=cast.host, data=data)
        assert "1" in str(refused.value)
    hand_in(request, cast.outsider, "Nej tack", recommends="False")
    done = perform(
        request, "say_yes", person=cast.host, data={"conditions": "Handledare på plats.", "reason": "Nyttan är visad."}
    )
    assert (done.state, done.conditions) == (TestState.CONDITIONAL, "Handledare på plats.")
    assert "Handledare på plats." in page(done, cast.author)


def test_the_mail_of_a_yes_says_the_conditions(cast: Cast) -> None:
    request = in_review(cast)
    ask(request, cast, cast.colleague, cast.outsider)
    for person in (cast.colleague, cast.outsider):
        hand_in(request, person, "Ja tack")
    said = {"conditions": "Handledare på plats.", "reason": "Nyttan är visad."}
    perform(request, "say_yes", person=cast.host, data=said)
    notices = list(Notice.objects.filter(recipient=cast.author, event__move="say_yes").select_related("case", "event"))

    with override("sv"):
        (news,) = news_for(notices, again(cast.author))
    assert "Nyttan är visad. Villkor: Handledare på plats." in news.happened[0]
    User.objects.filter(pk=cast.author.pk).update(email="")
    TestRequest.objects.update(confidentiality="restricted")
    assert (
        "Handledare"
        not in f"{news_for([Notice.objects.select_related('case', 'event').get(pk=notices[0].pk)], again(cast.author))}"
    )


def test_a_review_is_blind_until_both_are_handed_in(cast: Cast) -> None:
    request = in_review(cast)
    ask(request, cast, cast.colleague, cast.outsider)
    hand_in(request, cast.colleague, "zqxblind")
    assert "zqxblind" in page(request, cast.colleague)
    for person in (cast.outsider, cast.host, cast.author, cast.registrar):
        assert "zqxblind" not in page(request, person)
        exported = signed_in(person).post(reverse("cases:export", args=[request.key]))
        assert exported.status_code == 403 or (b"reviews.json" in b"".join(exported)) == (person == cast.host)
    assert Contents(request).rows["reviews"] == []

    hand_in(request, cast.outsider, "zqxother")
    for person in (cast.colleague, cast.outsider, cast.host):
        assert all(word in page(request, person) for word in ("zqxblind", "zqxother"))
    for person in (cast.author, cast.registrar):
        assert not any(word in page(request, person) for word in ("zqxblind", "zqxother"))
    assert len(Contents(request).rows["reviews"]) == 2


def test_what_a_review_says_stands_in_no_history(cast: Cast) -> None:
    request = in_review(cast)
    ask(request, cast, cast.colleague)
    hand_in(request, cast.colleague, "zqxwords")
    assert "zqxwords" not in str(list(request.events.values_list("note", "data")))


@pytest.mark.parametrize("who", ["author", "coauthor", "declared", "host", "external", "twice", "nobody"])
def test_who_is_partial_or_no_employee_cannot_be_named(cast: Cast, who: str) -> None:
    request = in_review(cast)
    name_person(case=request, person=cast.coauthor, grant="coauthor", by=None)
    name_person(case=request, person=cast.assessor, grant="recuse", by=None)
    ask(request, cast, cast.colleague)
    person = {"declared": "assessor", "twice": "colleague", "nobody": "ingenalls"}.get(who, who)
    with pytest.raises(Invalid) as invalid:
        perform(request, "name_reviewer", person=cast.host, data={"reviewer": person})
    assert "reviewer" in invalid.value.form.errors


@pytest.mark.parametrize("grant", ["owner", "coauthor", "recuse"])
def test_the_database_takes_no_partial_reviewer(cast: Cast, grant: str) -> None:
    request = in_review(cast)
    partial = cast.author if grant == "owner" else cast.coauthor
    if grant != "owner":
        name_person(case=request, person=partial, grant=grant, by=None)
    with pytest.raises(DatabaseError), transaction.atomic():
        HostReview.objects.create(request=request, reviewer=partial, asked_by=cast.host)


def test_a_declared_conflict_frees_the_place_and_closes_the_request(cast: Cast) -> None:
    request = in_review(cast)
    ask(request, cast, cast.colleague, cast.outsider)
    with pytest.raises(Refused):
        ask(request, cast, cast.assessor)
    perform(request, "declare_conflict", person=again(cast.outsider), data={"why": "Min bror äger bolaget."})
    assert page(request, cast.outsider) == ""
    with pytest.raises(NotVisible):
        hand_in(request, cast.outsider, "Ändå")
    ask(request, cast, cast.assessor)
    assert "Min bror äger bolaget." in page(request, cast.host)
    assert "Min bror" not in page(request, cast.author)


def test_a_reviewer_is_taken_back_with_a_reason_and_told_and_another_is_named(cast: Cast) -> None:
    request = in_review(cast)
    ask(request, cast, cast.colleague, cast.outsider)
    hand_in(request, cast.colleague, "Ja")
    with pytest.raises(Invalid):
        perform(request, "take_back_reviewer", person=cast.host, data={"reviewer": cast.outsider.pk, "reason": ""})
    said = {"reviewer": cast.colleague.pk, "reason": "Har redan lämnat."}
    with pytest.raises(Invalid):
        perform(request, "take_back_reviewer", person=cast.host, data=said)

    said = {"reviewer": cast.outsider.pk, "reason": "Är sjuk."}
    perform(request, "take_back_reviewer", person=cast.host, data=said)
    event = request.events.get(move="take_back_reviewer")
    assert (event.note, event.data["person"], event.internal) == ("Är sjuk.", cast.outsider.pk, True)
    letter = Letter.objects.get(to=cast.outsider.email)
    assert "Är sjuk." in letter.text
    assert str(request.reference) in letter.subject
    assert page(request, cast.outsider) == ""
    with pytest.raises(NotVisible):
        hand_in(request, cast.outsider, "Ändå")

    ask(request, cast, cast.assessor)
    hand_in(request, cast.assessor, "Ja")
    with pytest.raises(Refused):
        perform(request, "take_back_reviewer", person=cast.host, data={"reviewer": cast.assessor.pk, "reason": "Nej"})


def test_a_review_is_handed_in_once_and_stays(cast: Cast) -> None:
    request = in_review(cast)
    ask(request, cast, cast.colleague)
    hand_in(request, cast.colleague, "Ett")
    with pytest.raises(NotYours):
        hand_in(request, cast.colleague, "Två")
    with pytest.raises(DatabaseError), transaction.atomic():
        HostReview.objects.update(words="Annat")


def test_the_text_stays_when_it_has_been_reviewed(cast: Cast) -> None:
    request = in_review(cast)
    reviewed_by(request, cast.colleague)
    with pytest.raises(Refused):
        perform(request, "ask_completion", person=cast.host, data={"reason": "Mer"})


def test_a_host_with_a_conflict_stands_aside(cast: Cast) -> None:
    request = in_review(cast)
    perform(request, "stand_aside", person=cast.host, data={"reason": "Jag känner bolaget."})
    with pytest.raises((NotYours, NotVisible)):
        ask(request, cast, cast.colleague)
