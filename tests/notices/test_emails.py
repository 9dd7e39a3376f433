"""The e-mails themselves: taken from the mail server, parsed and read."""

import re
from collections.abc import Callable
from email.message import EmailMessage
from html import unescape
from html.parser import HTMLParser

import pytest
from django.conf import settings
from django.test import override_settings
from django.utils import translation
from playwright.sync_api import Page

from ideas.flow import IdeaFlow
from ideas.states import IdeaState as S
from portal.accounts.actions import confirm_address
from portal.accounts.models import User
from portal.cases.actions.people import name_person
from portal.cases.models import Case, Event
from portal.cases.states import Confidentiality, Provision
from portal.cases.who import AUTHOR, OWNER, office
from portal.notices.actions import tell
from portal.notices.mail import MOST_NEWS
from portal.notices.models import Mail, Notice
from portal.notices.states import Topic
from portal.notices.words import awaited
from portal.organisation.states import Role
from tests.cast import Cast, case_in, draft_of
from tests.look.axe import violations
from tests.mail import Mailbox
from tests.notices.post import anonymous_case, deliver, everything, part


class Outline(HTMLParser):
    """What a screen reader goes by: language, headings, links, and every tag and attribute there is."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: dict[str, list[str]] = {}
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        for name, value in attrs:
            self.attributes.setdefault(name, []).append(value or "")


@pytest.fixture(autouse=True)
def _in_english(cast: Cast) -> None:
    User.objects.update(language="en")


def one(mailbox: Mailbox, address: str) -> EmailMessage:
    deliver()
    (message,) = mailbox.to(address)
    return message


def test_it_says_what_happened_what_it_means_what_to_do_and_where(cast: Cast, mailbox: Mailbox) -> None:
    idea = case_in(IdeaFlow, S.ASSESSING, cast, title="A heart starter by drone")

    text = part(one(mailbox, "author@example.org"), "plain")

    assert "Hello Author," in text
    assert f"A heart starter by drone ({idea.reference})" in text
    assert "Assessment begun" in text
    with translation.override("en"):
        assert f"The case is now: Being assessed. The next step is with: {awaited(idea)}." in text
    assert "You do not need to do anything now." in text
    assert f"{settings.BASE_URL}{idea.get_absolute_url()}" in text


def test_whoever_has_the_next_step_is_told_so_and_by_when(cast: Cast, mailbox: Mailbox) -> None:
    case_in(IdeaFlow, S.SUBMITTED, cast)

    text = part(one(mailbox, "lead@example.org"), "plain")

    assert "The next step is yours. Open the case to take it." in text
    assert re.search(r"At the latest: \w+day \d+ \w+ 20\d\d", text)


def test_a_decision_carries_its_reasons(cast: Cast, mailbox: Mailbox) -> None:
    case_in(IdeaFlow, S.DECLINED, cast)
    note = Event.objects.get(move="decline").note
    assert note

    assert note in part(one(mailbox, "author@example.org"), "plain")


def test_both_parts_say_the_same(cast: Cast, mailbox: Mailbox) -> None:
    case_in(IdeaFlow, S.DECLINED, cast)
    message = one(mailbox, "author@example.org")
    page = " ".join(unescape(re.sub(r"<[^>]+>", " ", part(message, "html"))).split())

    said = [line for line in part(message, "plain").splitlines() if line.strip() not in {"", "--"}]
    assert len(said) > 5
    assert [line for line in said if line not in page and settings.BASE_URL not in line and "08-737" not in line] == []


def test_the_page_in_the_e_mail_is_plain_and_accessible(cast: Cast, mailbox: Mailbox) -> None:
    case_in(IdeaFlow, S.DECLINED, cast)
    case_in(IdeaFlow, S.DECLINED, cast)

    outline = Outline(part(one(mailbox, "author@example.org"), "html"))

    assert outline.attributes["lang"] == ["en", "en"]
    assert [tag for tag in outline.tags if tag in {"h1", "h2", "h3"}] == ["h1", "h2", "h2"]
    assert not {"table", "img", "script", "style", "link", "iframe", "form"} & set(outline.tags)
    assert not {name for name in outline.attributes if name.startswith("on") or name in {"src", "background"}}
    assert all(link.startswith((settings.BASE_URL, "mailto:")) for link in outline.attributes["href"])


@pytest.mark.parametrize("field", ["confidentiality", "provision"])
def test_of_a_sealed_case_nothing_is_written_but_its_number(cast: Cast, mailbox: Mailbox, field: str) -> None:
    idea = case_in(IdeaFlow, S.DECLINED, cast, title="A secret valve")
    note = Event.objects.get(move="decline").note
    sealed = {"confidentiality": Confidentiality.RESTRICTED, "provision": Provision.OSL_31_16}
    Case.objects.filter(pk=idea.pk).update(**{field: sealed[field]})

    message = one(mailbox, "author@example.org")

    for secret in ("secret valve", note, "Not taken further", idea.need, idea.summary):
        assert secret not in everything(message)
    assert message["Subject"] == f"News about {idea.reference}"
    assert idea.reference in part(message, "plain")


def test_an_address_that_nobody_has_confirmed_is_told_no_title(cast: Cast, mailbox: Mailbox) -> None:
    draft = draft_of(IdeaFlow, cast, title="A secret valve")
    name_person(case=draft, person=cast.external, grant="coauthor", by=cast.author)

    message = one(mailbox, "external@example.org")

    assert message["Subject"] == "You have been named on a case: Draft"
    for secret in ("secret valve", draft.need, draft.summary):
        assert secret not in everything(message)


@pytest.mark.parametrize("part", ["external", "coauthor"])
def test_a_confirmed_address_and_one_of_the_region_are_told_the_title(cast: Cast, mailbox: Mailbox, part: str) -> None:
    person = getattr(cast, part)
    confirm_address(person=cast.external)
    name_person(case=draft_of(IdeaFlow, cast, title="A plain valve"), person=person, grant="coauthor", by=cast.author)

    assert "A plain valve" in str(one(mailbox, person.email)["Subject"])


def test_the_subject_of_one_thing_says_what_and_which(cast: Cast, mailbox: Mailbox) -> None:
    idea = case_in(IdeaFlow, S.ASSESSING, cast, title="A heart\tstarter")

    message = one(mailbox, "author@example.org")

    assert message["Subject"] == f"Assessment begun: A heart starter ({idea.reference})"


def test_a_line_break_in_a_title_makes_no_header(cast: Cast, mailbox: Mailbox) -> None:
    idea = case_in(IdeaFlow, S.ASSESSING, cast)
    Case.objects.filter(pk=idea.pk).update(title="Line\r\nBcc: everyone@example.org")

    message = one(mailbox, "author@example.org")

    assert message["Bcc"] is None
    assert "Bcc: everyone" in message["Subject"]


def test_markup_in_a_title_stays_text(cast: Cast, mailbox: Mailbox) -> None:
    case_in(IdeaFlow, S.ASSESSING, cast, title="<script>alert(1)</script> & more")

    message = one(mailbox, "author@example.org")

    assert "<script>alert(1)</script> & more" in part(message, "plain")
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; more" in part(message, "html")


def test_the_headers_say_that_a_machine_wrote_it(cast: Cast, mailbox: Mailbox) -> None:
    case_in(IdeaFlow, S.SUBMITTED, cast)

    message = one(mailbox, "lead@example.org")

    mail = Mail.objects.get(recipient=cast.lead)
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Message-ID"] == f"<{mail.key}@localhost>"
    assert message["Content-Language"] == "en"
    assert [kind.get_content_type() for kind in message.iter_parts()] == ["text/plain", "text/html"]


def test_the_way_out_is_offered_only_where_there_is_one(cast: Cast, mailbox: Mailbox) -> None:
    case_in(IdeaFlow, S.DECLINED, cast)
    deliver()

    (mandatory,), (optional,) = mailbox.to("author@example.org"), mailbox.to("lead@example.org")

    assert mandatory["List-Unsubscribe"] is None
    assert optional["List-Unsubscribe"] == f"<{settings.BASE_URL}/notiser/#delivery>"


def test_an_author_without_an_account_is_led_to_no_page_that_asks_for_sign_in(cast: Cast, mailbox: Mailbox) -> None:
    case = anonymous_case(IdeaFlow, S.SUBMITTED, email="visitor@example.org", language="en")
    tell(case=case, whos=[AUTHOR])

    text = part(one(mailbox, "visitor@example.org"), "plain")

    assert case.get_absolute_url() not in text
    assert "/notiser/" not in text
    assert "Use the code on your receipt" in text


def test_a_very_long_list_is_cut_and_says_how_much_is_left(cast: Cast, mailbox: Mailbox) -> None:
    extra = 3
    for _number in range(MOST_NEWS + extra):
        idea = case_in(IdeaFlow, S.SUBMITTED, cast)
        tell(case=idea, whos=[office(Role.COORDINATOR)], topic=Topic.REMINDER, due_at=idea.due_at)

    text = part(one(mailbox, "coordinator@example.org"), "plain")

    assert text.count("To be done by") == MOST_NEWS
    assert f"And {extra} cases more" in text


@override_settings(BASE_URL="https://portal.example")
def test_links_and_message_ids_carry_the_portals_public_name(cast: Cast, mailbox: Mailbox) -> None:
    idea = case_in(IdeaFlow, S.SUBMITTED, cast)
    Notice.objects.all().delete()
    tell(case=idea, whos=[OWNER], topic=Topic.MESSAGE)

    message = one(mailbox, "author@example.org")

    assert str(message["Message-ID"]).endswith("@portal.example>")
    assert f"https://portal.example{idea.get_absolute_url()}" in part(message, "html")


@pytest.mark.browser
@pytest.mark.trust(16)
def test_the_e_mail_shown_in_a_browser_has_no_barrier(
    transactional_db: None, cast: Cast, mailbox: Mailbox, open_page: Callable[..., Page]
) -> None:
    for _number in range(2):
        case_in(IdeaFlow, S.DECLINED, cast)
    page = open_page(viewport={"width": 320, "height": 800})

    page.set_content(part(one(mailbox, "author@example.org"), "html"))

    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
