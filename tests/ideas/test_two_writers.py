"""Two who write the same kit, need or story at once: whoever is last sees what the first wrote before anything is replaced."""

from typing import Any

import pytest
from django.urls import reverse
from lxml import html

from ideas.actions.spreading import write_kit
from ideas.flow import IdeaFlow
from ideas.models import Kit, Need
from ideas.states import IdeaState
from tests.cast import Cast, case_in, signed_in

TOLD = "Någon annan har sparat det här sedan du öppnade sidan"


def fields(answer: Any) -> dict[str, list[str]]:
    """What a browser would send, if nobody touched anything."""
    sent: dict[str, list[str]] = {}
    for name, value in html.fromstring(answer.content.decode()).xpath("//main//form[@method='post']")[0].form_values():
        sent.setdefault(name, []).append(value)
    return sent


@pytest.fixture
def kit(cast: Cast) -> str:
    """The page of a kit that is written."""
    idea = case_in(IdeaFlow, IdeaState.INTRODUCED, cast)
    write_kit(idea=idea, text="Gör så", contact="Enheten", person=cast.lead)
    return reverse("ideas:kit", args=[idea.pk])


def test_the_last_sees_both_texts_and_replaces_knowingly(cast: Cast, kit: str) -> None:
    lead, author = signed_in(cast.lead), signed_in(cast.author)
    first, last = fields(lead.get(kit)), fields(author.get(kit))
    assert lead.post(kit, first | {"text": "Köp två"}).status_code == 302

    answer = author.post(kit, last | {"text": "Köp tre"})

    page = answer.content.decode()
    assert answer.status_code == 200
    assert TOLD in page
    assert "“Köp två”" in page or "”Köp två”" in page
    assert "Köp tre" in page
    assert Kit.objects.get().text == "Köp två"
    assert author.post(kit, fields(answer)).status_code == 302
    assert Kit.objects.get().text == "Köp tre"


def test_what_the_last_left_alone_stays_as_the_first_wrote_it(cast: Cast, kit: str) -> None:
    lead, author = signed_in(cast.lead), signed_in(cast.author)
    first, last = fields(lead.get(kit)), fields(author.get(kit))
    lead.post(kit, first | {"contact": "Brevlådan"})

    assert author.post(kit, last | {"text": "Köp tre"}).status_code == 302
    assert (Kit.objects.get().text, Kit.objects.get().contact) == ("Köp tre", "Brevlådan")


def test_one_who_starts_where_another_has_written_meanwhile_is_told(cast: Cast) -> None:
    page = reverse("ideas:kit", args=[case_in(IdeaFlow, IdeaState.INTRODUCED, cast).pk])
    lead, author = signed_in(cast.lead), signed_in(cast.author)
    first, last = fields(lead.get(page)), fields(author.get(page))
    lead.post(page, first | {"text": "Köp två", "contact": "Enheten"})

    answer = author.post(page, last | {"text": "Köp tre", "contact": "Enheten"})
    assert answer.content.decode().count(TOLD) == 2  # in the summary and at the field; the same contact is no conflict


def test_choices_are_told_of_by_their_names(cast: Cast) -> None:
    unit = cast.lead.unit
    assert unit is not None
    need = Need.objects.create(
        sentence="Den som väntar",
        groups=["patient"],
        evidence="Många frågar.",
        unit=unit,
        written_by=cast.lead,
    )
    page = reverse("needs:change", args=[need.pk])
    lead, coordinator = signed_in(cast.lead), signed_in(cast.coordinator)
    first, last = fields(lead.get(page)), fields(coordinator.get(page))
    lead.post(page, first | {"groups": ["patient", "relative"]})

    answer = coordinator.post(page, last | {"groups": ["traveller"]})
    assert "Patienter, Närstående" in answer.content.decode()
    assert coordinator.post(page, last | {"evidence": "Tio samtal"}).status_code == 302
    need.refresh_from_db()
    assert (need.groups, need.evidence) == (["patient", "relative"], "Tio samtal")
