"""Who contributed, when several write it at once, and when one of them is from outside."""

from typing import Any

import pytest
from django.urls import reverse

from portal.cases.errors import Refused
from portal.cases.models import Case
from rights.actions.contributing import remove_contributor, save_contributor
from rights.flow import DisclosureFlow
from rights.models import Contributor
from tests.cast import Cast, again, draft_of, signed_in

pytestmark = pytest.mark.strategy("B43-2")
TOLD: dict[str, Any] = {"capacity": "employee", "employer": "Södersjukhuset", "share": 10}


@pytest.fixture
def draft(cast: Cast) -> Any:
    return draft_of(DisclosureFlow, cast)


def test_the_same_person_added_by_two_at_once_is_there_once(cast: Cast, draft: Any) -> None:
    save_contributor(disclosure=draft, contributor=None, values={**TOLD, "person": cast.coauthor}, by=cast.author)
    with pytest.raises(Refused):
        save_contributor(disclosure=draft, contributor=None, values={**TOLD, "person": cast.coauthor}, by=cast.author)
    assert Contributor.objects.filter(disclosure=draft, person=cast.coauthor).count() == 1


def test_one_who_was_removed_while_another_wrote_stays_removed(cast: Cast, draft: Any) -> None:
    values = {**TOLD, "person": cast.coauthor}
    stale = save_contributor(disclosure=draft, contributor=None, values=values, by=cast.author)
    for _twice in range(2):
        remove_contributor(contributor=Contributor(pk=stale.pk, disclosure=draft, person=cast.coauthor), by=cast.author)
    with pytest.raises(Refused):
        save_contributor(disclosure=draft, contributor=stale, values={**values, "share": 20}, by=cast.author)

    assert not Contributor.objects.filter(person=cast.coauthor).exists()
    assert not Case.objects.visible_to(again(cast.coauthor)).filter(pk=draft.pk).exists()


@pytest.mark.trust(1)
def test_one_from_outside_confirms_their_part_but_does_not_ask_who_has_an_account(cast: Cast, draft: Any) -> None:
    save_contributor(disclosure=draft, contributor=None, values={**TOLD, "person": cast.external}, by=cast.author)
    client, page = signed_in(again(cast.external)), draft.get_absolute_url()
    add = reverse("rights:add_contributor", args=[draft.pk])

    assert client.post(add, {**TOLD, "email": cast.colleague.email}).status_code == 403
    assert add not in client.get(page).content.decode()
    assert client.post(reverse("rights:confirm", args=[draft.pk])).status_code == 302
    assert Contributor.objects.exclude(confirmed_at=None).get().person == cast.external
