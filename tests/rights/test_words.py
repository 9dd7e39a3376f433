"""What the pages of rights say in their own words."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from rights.flow import DisclosureFlow
from rights.models import Compensation, Contributor, Protection
from tests.cast import Cast, draft_of, signed_in

pytestmark = pytest.mark.strategy("B43-4")


@pytest.mark.parametrize("path", ["/", "/in/", "/om/"])
def test_everyone_finds_the_rules_from_the_foot_of_each_page(db: None, path: str) -> None:
    foot = Client().get(path).content.decode().partition("site-footer")[2]

    assert f'href="{reverse("rights:policy")}"' in foot


@pytest.mark.parametrize(
    ("who", "path", "sentence"),
    [
        ("colleague", "/rattigheter/regler/spridning/", "Den här sidan är för dem"),
        ("external", "/rattigheter/ny/", "En anmälan görs av"),
    ],
)
def test_a_refusal_says_why_in_the_words_of_the_page(cast: Cast, who: str, path: str, sentence: str) -> None:
    answer = signed_in(getattr(cast, who)).get(path)

    assert answer.status_code == 403
    assert sentence in answer.content.decode()
    assert "steget hör till någon annan" not in answer.content.decode()


def test_what_an_invention_needs_is_marked_so(cast: Cast) -> None:
    draft = draft_of(DisclosureFlow, cast)

    page = signed_in(cast.author).get(reverse("rights:write", args=[draft.pk])).content.decode()

    assert page.count("för en uppfinning)") == len(draft.asks_of_inventions)


def test_money_and_forms_of_protection_are_called_what_they_are(cast: Cast) -> None:
    form: Any = DisclosureFlow.moves["protect"].form
    assert str(Compensation(contributor=Contributor(name="Lena"), amount=40_000)) == "Lena: 40\xa0000 kr"
    assert str(form(case=draft_of(DisclosureFlow, cast), person=None).fields["measure"].label) == "Skyddsform"
    assert str(Protection._meta.get_field("measure").verbose_name) == "skyddsform"
