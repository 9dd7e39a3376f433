"""Each contributor is asked to confirm their part, and nobody loses sight of what they have contributed to."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from portal.cases.actions.people import name_person, remove_coauthor
from portal.cases.errands import errands_of
from portal.cases.errors import Refused
from portal.cases.models import Case
from portal.cases.moving import perform
from portal.notices.models import Notice
from portal.notices.states import Topic
from portal.notices.words import news_for
from rights.actions.contributing import attest_contribution, confirm_contribution, remove_contributor, save_contributor
from rights.errands import to_confirm
from rights.flow import DisclosureFlow
from rights.models import Contributor, Disclosure
from rights.states import DisclosureState as S
from tests.cast import Cast, again, case_in, draft_of, signed_in
from tests.rights.story import contribute

pytestmark = pytest.mark.strategy("B43-2")
PART: dict[str, Any] = {"capacity": "teacher", "employer": "Karolinska Institutet", "share": "24.5"}


def asked(person: Any) -> list[Notice]:
    return list(Notice.objects.filter(recipient=person, topic=Topic.CONFIRM).select_related("case", "event"))


def with_two(cast: Cast, state: str) -> Disclosure:
    """A disclosure to which an author, a co-author and one without an account have contributed."""
    draft = draft_of(DisclosureFlow, cast, title="Ventil")
    contribute(draft, cast.author, 50)
    for who, share in (({"person": cast.coauthor}, "24.5"), ({"person": None, "name": "Lena Låtsas"}, "25.5")):
        save_contributor(disclosure=draft, contributor=None, values={**PART, **who, "share": share}, by=cast.author)
    draft.refresh_from_db()
    return draft if state == S.DRAFT else perform(draft, "notify", person=cast.author)  # type: ignore[return-value]


def test_a_contributor_is_told_what_is_asked_and_led_to_it(cast: Cast) -> None:
    draft = with_two(cast, S.DRAFT)
    confirm = reverse("rights:confirm", args=[draft.pk])

    (notice,) = asked(cast.coauthor)
    page = signed_in(again(cast.coauthor)).get(reverse("notices:list")).content.decode()
    (news,) = news_for([notice], again(cast.coauthor))

    assert "Bekräfta din del i ett resultat som anmäls" in page
    assert f'href="{confirm}"' in page
    assert news.url == confirm
    assert "Ventil" not in f"{news}"
    assert not Notice.objects.filter(recipient=cast.coauthor, topic=Topic.NAMED).exists()


def test_what_is_confirmed_stands_on_the_page_that_asks(cast: Cast) -> None:
    draft = with_two(cast, S.DRAFT)

    page = signed_in(again(cast.coauthor)).get(reverse("rights:confirm", args=[draft.pk])).content.decode()

    assert all(text in page for text in ("24,5 %", "Karolinska Institutet", "Lärare vid universitet eller högskola"))


def test_the_duty_to_notify_waits_for_nobody_but_who_has_not_confirmed_is_said_plainly(cast: Cast) -> None:
    draft = with_two(cast, S.DRAFT)
    author = signed_in(cast.author)
    address = reverse("cases:move", args=[draft.key, "notify"])
    assert "Coauthor, Lena Låtsas" in author.get(address).content.decode()

    author.post(address)

    draft.refresh_from_db()
    assert draft.state == S.NOTIFIED
    assert len(asked(cast.coauthor)) == 2
    assert "Author, Coauthor, Lena Låtsas" in signed_in(cast.jurist).get(draft.get_absolute_url()).content.decode()


def test_the_reviewer_notes_how_one_without_an_account_confirmed(cast: Cast) -> None:
    case = with_two(cast, S.NOTIFIED)
    lena, coauthor = case.contributors.get(person=None), case.contributors.get(person=cast.coauthor)
    jurist = signed_in(cast.jurist)
    address = reverse("rights:attest", args=[case.pk, lena.pk])
    day = timezone.localdate()
    answer = {"on": day.isoformat(), "how": "Undertecknat papper"}
    assert address in jurist.get(case.get_absolute_url()).content.decode()
    assert signed_in(cast.author).get(address).status_code == 403
    assert "on" in jurist.post(address, {**answer, "on": str(day + timedelta(days=1))}).context["form"].errors

    assert jurist.post(address, answer).status_code == 302

    lena.refresh_from_db()
    assert (lena.attested_on, lena.attested_by, lena.confirmed_at) == (day, cast.jurist, None)
    page = signed_in(cast.author).get(case.get_absolute_url()).content.decode()
    assert "Undertecknat papper" in page
    assert "Author, Coauthor." in page
    with pytest.raises(Refused):
        attest_contribution(contributor=coauthor, by=cast.jurist, on=day, how="Sa det")
    with pytest.raises(IntegrityError, match="attested_in_full"), transaction.atomic():
        Contributor.objects.filter(pk=coauthor.pk).update(attested_on=day, attested_how="x", attested_by=cast.jurist)


def test_one_who_contributed_to_what_is_notified_is_not_removed_as_co_author(cast: Cast) -> None:
    case = with_two(cast, S.NOTIFIED)
    author = signed_in(cast.author)
    address = reverse("cases:remove_coauthor", args=[case.key, cast.coauthor.pk])
    assert address not in author.get(case.get_absolute_url()).content.decode()

    assert [author.get(address).status_code, author.post(address).status_code] == [409, 409]
    with pytest.raises(Refused, match="Coauthor"):
        remove_coauthor(case=Case.objects.get(pk=case.pk), person=cast.coauthor, by=cast.author)

    confirm = reverse("rights:confirm", args=[case.pk])
    assert signed_in(again(cast.coauthor)).post(confirm).status_code == 302


def test_in_a_draft_one_is_removed_as_contributor_and_co_author_at_once(cast: Cast) -> None:
    draft = with_two(cast, S.DRAFT)
    with pytest.raises(Refused):
        remove_coauthor(case=Case.objects.get(pk=draft.pk), person=cast.coauthor, by=cast.author)

    remove_contributor(contributor=draft.contributors.get(person=cast.coauthor), by=cast.author)

    assert not Case.objects.visible_to(again(cast.coauthor)).filter(pk=draft.pk).exists()


def test_a_co_author_who_contributed_nothing_is_removed_as_before(cast: Cast) -> None:
    case = case_in(DisclosureFlow, S.NOTIFIED, cast)
    name_person(case=case, person=cast.coauthor, grant="coauthor", by=cast.author)
    author = signed_in(cast.author)
    address = reverse("cases:remove_coauthor", args=[case.key, cast.coauthor.pk])

    assert address in author.get(case.get_absolute_url()).content.decode()
    assert author.post(address).status_code == 302


def test_what_is_to_be_confirmed_waits_where_errands_are_read_until_it_is(cast: Cast) -> None:
    draft = with_two(cast, S.DRAFT)
    confirm = reverse("rights:confirm", args=[draft.pk])

    assert [one.url for one in errands_of(again(cast.coauthor))] == [confirm]
    assert errands_of(again(cast.author)) == []  # what they write themselves
    assert errands_of(again(cast.colleague)) == []
    assert f'href="{confirm}"' in signed_in(again(cast.coauthor)).get(reverse("cases:mine")).content.decode()

    confirm_contribution(contributor=draft.contributors.get(person=cast.coauthor), person=cast.coauthor)
    assert errands_of(again(cast.coauthor)) == []


def test_errands_cost_one_query_however_many_there_are(cast: Cast) -> None:
    with_two(cast, S.DRAFT)
    with CaptureQueriesContext(connection) as one:
        assert len(to_confirm(again(cast.coauthor))) == 1
    for _more in range(2):
        with_two(cast, S.NOTIFIED)
    with CaptureQueriesContext(connection) as three:
        assert len(to_confirm(again(cast.coauthor))) == 3
    assert len(three) == len(one)
