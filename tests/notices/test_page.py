"""The page of notices, the count in the head and marking as read."""

import hashlib
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page

from ideas.flow import IdeaFlow
from ideas.states import IdeaState as S
from portal.accounts.models import User
from portal.accounts.states import Delivery
from portal.cases.actions.people import assign_holder
from portal.cases.models import Case, CaseContact
from portal.cases.states import Confidentiality
from portal.notices.actions import mark_read
from portal.notices.models import Mail, Notice
from portal.notices.queries import COUNTED, unread_count
from portal.notices.states import Outcome, Topic
from tests.cast import Cast, case_in, signed_in
from tests.look.axe import violations
from tests.notices.post import anonymous_case

PAGE = "/notiser/"
OpenPage = Callable[..., Page]


def read(client: Client, address: str = PAGE) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.fixture(autouse=True)
def _in_english(cast: Cast) -> None:
    User.objects.update(language="en")


def english(person: User) -> Client:
    client = signed_in(person)
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client


def test_the_newest_comes_first_and_each_leads_to_its_case(cast: Cast) -> None:
    first = case_in(IdeaFlow, S.ASSESSING, cast, title="The elder")
    second = case_in(IdeaFlow, S.ASSESSING, cast, title="The younger")

    page = read(english(cast.author))

    assert page.index("The younger") < page.index("The elder")
    assert all(f'href="{case.get_absolute_url()}"' in page for case in (first, second))
    assert "Assessment begun" in page


def test_nobody_reads_what_another_was_told(cast: Cast) -> None:
    case_in(IdeaFlow, S.ASSESSING, cast, title="Told to the author")

    assert "Told to the author" not in read(english(cast.colleague))


def test_without_sign_in_one_is_asked_to_sign_in() -> None:
    for address in (PAGE, reverse("notices:read"), reverse("notices:delivery")):
        answer = Client().get(address) if address == PAGE else Client().post(address)
        assert answer.status_code == 302
        assert answer["Location"].startswith("/konto/logga-in/?next=")


def test_the_filter_shows_what_is_unread_and_says_when_nothing_is(cast: Cast) -> None:
    case_in(IdeaFlow, S.ASSESSING, cast, title="Already read")
    mark_read(person=cast.author)
    case_in(IdeaFlow, S.ASSESSING, cast, title="Not yet read")
    client = english(cast.author)

    page = read(client, f"{PAGE}?unread=1")
    assert "Not yet read" in page
    assert "Already read" not in page

    mark_read(person=cast.author)
    assert "Nothing unread" in read(client, f"{PAGE}?unread=1")


def test_one_those_of_a_case_or_all_are_marked_as_read(cast: Cast) -> None:
    cases = [case_in(IdeaFlow, S.ACCEPTED, cast) for _number in range(3)]
    client = english(cast.author)
    assert unread_count(cast.author) == 6
    newest = Notice.objects.filter(recipient=cast.author, case=cases[0]).latest("pk")

    for sent, left in (({"notice": newest.pk}, 5), ({"case": cases[0].pk}, 4), ({"case": cases[1].pk}, 2), ({}, 0)):
        assert client.post(reverse("notices:read"), sent).status_code == 302
        assert unread_count(cast.author) == left


def test_another_persons_notice_cannot_be_marked(cast: Cast) -> None:
    case_in(IdeaFlow, S.ASSESSING, cast)
    notice = Notice.objects.get(recipient=cast.author)

    english(cast.colleague).post(reverse("notices:read"), {"notice": notice.pk})

    assert unread_count(cast.author) == 1


def test_what_makes_no_sense_is_refused(cast: Cast) -> None:
    client = english(cast.author)
    assert client.post(reverse("notices:read"), {"notice": "1; DROP"}).status_code == 400
    assert client.post(reverse("notices:delivery"), {"delivery": "hourly"}).status_code == 400


def test_the_page_of_a_case_marks_by_script_and_gets_nothing_back(cast: Cast) -> None:
    idea = case_in(IdeaFlow, S.ASSESSING, cast)
    answer = english(cast.author).post(reverse("notices:read"), {"case": idea.pk}, headers={"HX-Request": "true"})

    assert (answer.status_code, answer.content) == (204, b"")
    assert unread_count(cast.author) == 0


@pytest.mark.trust(21)
def test_looking_changes_nothing(cast: Cast) -> None:
    case_in(IdeaFlow, S.ACCEPTED, cast)
    client = english(cast.author)
    read(client)

    def digest() -> str:
        rows = list(Notice.objects.order_by("pk").values_list())
        return hashlib.sha256(repr(rows).encode()).hexdigest()

    before = digest()
    read(client)
    read(client, f"{PAGE}?unread=1")
    assert client.get(reverse("notices:read")).status_code == 405
    assert digest() == before


def test_of_a_case_that_can_no_longer_be_seen_only_the_number_is_left(cast: Cast) -> None:
    idea = case_in(IdeaFlow, S.SUBMITTED, cast, title="Now closed off")
    Case.objects.filter(pk=idea.pk).update(confidentiality=Confidentiality.RESTRICTED)

    page = read(english(cast.lead))

    assert idea.reference in page
    assert "You can no longer open this case" in page
    assert "Now closed off" not in page
    assert idea.get_absolute_url() not in page


def test_the_head_counts_to_ninety_nine_and_no_further(cast: Cast) -> None:
    idea = case_in(IdeaFlow, S.SUBMITTED, cast)
    client = english(cast.colleague)
    assert "tool__count" not in read(client)

    rows = [Notice(recipient=cast.colleague, case=idea, topic=Topic.MESSAGE) for _number in range(COUNTED + 5)]
    Notice.objects.bulk_create(rows[:3])
    assert 'tool__count">3<' in read(client)

    Notice.objects.bulk_create(rows[3:])
    assert 'tool__count">99+<' in read(client)


def test_a_choice_of_e_mail_is_kept(cast: Cast) -> None:
    client = english(cast.author)

    answer = client.post(reverse("notices:delivery"), {"delivery": Delivery.DAILY}, follow=True)

    assert User.objects.get(pk=cast.author.pk).delivery == Delivery.DAILY
    assert "Your choice of e-mail is saved." in answer.content.decode()


def test_a_person_who_cannot_be_reached_is_told_so(cast: Cast) -> None:
    now = timezone.now()
    Mail.objects.create(recipient=cast.author, outcome=Outcome.REFUSED, try_at=now, ended_at=now, error="550")

    assert "We cannot reach you by e-mail" in read(english(cast.author))
    assert "We cannot reach you by e-mail" not in read(english(cast.colleague))


@pytest.mark.trust(23)
def test_the_number_of_queries_does_not_grow_with_the_list(cast: Cast) -> None:
    client = english(cast.author)
    counts = []
    for size in (1, 3):
        while Notice.objects.filter(recipient=cast.author).count() < size:
            case_in(IdeaFlow, S.ASSESSING, cast)
        read(client)
        with CaptureQueriesContext(connection) as captured:
            read(client)
        counts.append(len(captured))

    assert counts == [8, 8]


def test_an_administrator_sees_what_did_not_arrive_and_sends_it_again(cast: Cast) -> None:
    now = timezone.now()
    mail = Mail.objects.create(
        recipient=cast.author, outcome=Outcome.REFUSED, try_at=now, ended_at=now, error="550 5.1.1 unknown"
    )
    client = english(cast.admin)
    address = reverse("admin:notices_mail_changelist")

    assert "550 5.1.1 unknown" in read(client, f"{address}?outcome__exact=refused")
    client.post(address, {"action": "try_again", "_selected_action": [mail.pk]})

    assert Mail.objects.get().outcome == Outcome.WAITING


def test_an_administrator_does_not_learn_who_an_author_without_an_account_is(cast: Cast) -> None:
    case = anonymous_case(IdeaFlow, S.SUBMITTED, email="Anna.Alm@example.org")
    CaseContact.objects.update(name="Anna Alm")
    said = "550 5.1.1 <anna.alm@example.org> is unknown"
    mail = Mail.objects.create(
        contact=case.contact, outcome=Outcome.REFUSED, try_at=timezone.now(), ended_at=timezone.now(), error=said
    )
    client, address = english(cast.admin), reverse("admin:notices_mail_changelist")

    pages = [read(client, address), read(client, reverse("admin:notices_mail_change", args=[mail.pk]))]

    for page in pages:
        assert f"Author without an account, {case.reference}" in page
        assert "anna" not in page.lower()
    assert "0 e-mails" in read(client, f"{address}?q=anna")
    assert str(case.reference) in read(client, f"{address}?q={case.reference}")


@pytest.mark.browser
def test_opening_a_case_marks_what_was_told_of_it_as_read(
    transactional_db: None, cast: Cast, open_page: OpenPage
) -> None:
    opened, other = case_in(IdeaFlow, S.ASSESSING, cast), case_in(IdeaFlow, S.ASSESSING, cast)
    page = open_page(cast.author)

    with page.expect_response("**/notiser/last/") as answer:
        page.goto(opened.get_absolute_url())

    assert answer.value.status == 204
    assert list(Notice.objects.filter(recipient=cast.author, read_at=None).values_list("case_id", flat=True)) == [
        other.pk
    ]


def test_who_is_given_a_case_to_handle_is_told(cast: Cast) -> None:
    idea = case_in(IdeaFlow, S.ASSESSING, cast)

    assign_holder(case=idea, holder=cast.manager, by=cast.lead)

    assert Notice.objects.filter(recipient=cast.manager, topic=Topic.NAMED).count() == 1


@pytest.mark.browser
@pytest.mark.trust(16)
@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_has_no_barrier(
    transactional_db: None, cast: Cast, open_page: OpenPage, width: int, scheme: str
) -> None:
    case_in(IdeaFlow, S.DECLINED, cast)
    Mail.objects.create(recipient=cast.author, outcome=Outcome.REFUSED, try_at=timezone.now(), ended_at=timezone.now())
    page = open_page(cast.author, viewport={"width": width, "height": 800}, color_scheme=scheme)

    for address in (PAGE, f"{PAGE}?unread=1"):
        page.goto(address)
        assert violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width
