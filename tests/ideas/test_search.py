"""The site search finds what ideas keep beside cases: for everyone what everyone may read, for employees the bank and the notes."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from ideas.flow import ChallengeFlow, IdeaFlow
from ideas.models import Example
from ideas.states import ChallengeState, IdeaState
from portal.cases.models import Case
from tests.cast import Cast, again, case_in, signed_in
from tests.ideas.test_examples import TEXTS
from tests.ideas.test_needs import need
from tests.ideas.test_scanning import note_of
from tests.ideas.test_similar_published import published

EVERYONES = {"Gott exempel om väntan", "Utmaning om väntan", "Berätta hur lång väntan är"}
EMPLOYEES = {"Behov av kortare väntan", "Notering om väntan"}


def found(client: Client, words: str = "väntan") -> set[str]:
    return {page.title for _label, pages in client.get("/sok/", {"q": words}).context["elsewhere"] for page in pages}


@pytest.fixture
def written(cast: Cast) -> None:
    idea = case_in(IdeaFlow, IdeaState.INTRODUCED, cast)
    texts = {**TEXTS, "title": "Gott exempel om väntan"}
    Example.objects.create(idea=idea, **texts, written_by=cast.lead, published_at=timezone.now())
    case_in(ChallengeFlow, ChallengeState.ANNOUNCED, cast, title="Utmaning om väntan")
    need(cast, "Behov av kortare väntan")
    note = note_of(cast.colleague)
    note.title = "Notering om väntan"
    note.save()
    published(cast, "Min dialys gör väntan svår", "Berätta hur lång väntan är")


@pytest.mark.trust(1)
@pytest.mark.strategy("B43-6", "A20")
def test_everyone_finds_what_is_public_and_employees_the_bank_and_the_notes(cast: Cast, written: None) -> None:
    assert found(Client()) == found(signed_in(cast.external)) == EVERYONES
    employees = signed_in(cast.colleague)
    assert found(employees) == {"Gott exempel om väntan", *EMPLOYEES}  # a challenge is among the cases
    assert [hit.case.title for hit in employees.get("/sok/", {"q": "väntan"}).context["hits"]] == ["Utmaning om väntan"]
    assert found(Client(), "dialys") == set(), "a suggestion is found by what was published of it"
    assert found(employees, "obegripligt") == set()
    assert found(employees, "\0'&(") == set()


@pytest.mark.trust(1)
def test_what_is_closed_is_found_by_nobody_outside(cast: Cast, written: None) -> None:
    Case.objects.update(confidentiality="internal")
    assert found(Client()) == {"Berätta hur lång väntan är"}, "the text as it came was internal all along"
    Case.objects.update(confidentiality="restricted")
    assert found(Client()) == set()
    assert found(signed_in(cast.colleague)) == EMPLOYEES


@pytest.mark.strategy("B43-7")
def test_a_published_suggestion_is_found_and_leads_to_where_it_stands(cast: Cast) -> None:
    suggestion = published(cast, "Min dialys", "Berätta hur lång väntan är")
    published(cast, "Mer luft", "Öppna fönstren")

    ((_label, (page,)),) = Client().get("/sok/", {"q": "väntan"}).context["elsewhere"]
    listed = Client().get(page.url).content.decode()

    assert page.url.endswith(f"#{suggestion.anchor}")
    assert f'id="{suggestion.anchor}"' in listed
    assert "Öppna fönstren" not in listed
    nothing = Client().get("/forslag/", {"q": "xyzzy"}).content.decode()
    assert "Inget förslag hittades" in nothing


@pytest.mark.trust(23)
def test_it_costs_as_much_for_one_as_for_three(cast: Cast, written: None) -> None:
    client = signed_in(again(cast.colleague))

    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            client.get("/sok/", {"q": "väntan"})
        return len(asked)

    queries()
    one = queries()
    for number in (1, 2):
        need(cast, f"Behov av kortare väntan {number}")
    assert queries() == one <= 15
