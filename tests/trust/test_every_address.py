"""Every address of the portal, opened by everyone: who gets in, what they are told, and how the answer is made."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser
from pytest_django.live_server_helper import LiveServer
from pytest_django.plugin import DjangoDbBlocker

from tests.trust.addresses import all_routes, rule_of
from tests.trust.html import faults_in
from tests.trust.looking import Looker
from tests.trust.routes import ROUTES
from tests.trust.structure import faults_of
from tests.trust.visits import STRANGERS
from tests.trust.walk import Walk, walk_as
from tests.trust.world import World

pytestmark = pytest.mark.slow
TOURISTS = (
    "anonymous", "external", "admin", "colleague", "coauthor", "assessor", "lead", "jurist", "registrar", "controller",
    "coordinator", "officer", "host",
)  # fmt: skip
"""Everyone whose view of the world is their own: the others see what one of these sees (test_every_state)."""

LOGGED = {"coauthor", "jurist"}
"""Those of them who see the disclosure, whose openings are kept in ``cases_access``; nobody else's reading writes a row."""
SAFE = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}
STATEMENT = 'href="/tillganglighet/"'


@pytest.fixture(scope="module", params=TOURISTS)
def walk(request: pytest.FixtureRequest, world: World, django_db_blocker: DjangoDbBlocker, whole: bool) -> Walk:
    with django_db_blocker.unblock():
        return walk_as(request.param, world, whole=whole)


@pytest.mark.trust(1)
def test_somebody_has_thought_about_every_address() -> None:
    routes = all_routes()

    assert [route.name for route in routes if rule_of(route) is None] == []
    assert sorted(ROUTES.keys() - {route.name for route in routes}) == []


@pytest.mark.trust(1)
def test_every_address_answers_only_those_it_is_for(walk: Walk) -> None:
    assert [f"{one}, not {sorted(one.expected)}" for one in walk.answers if one.status not in one.expected] == []


def test_no_link_leads_to_a_refusal(walk: Walk) -> None:
    refused = {one.visit.url: one.status for one in walk.answers if one.status >= 400}
    shown = {
        (url, page.visit.url)
        for page in walk.pages
        if page.status == 200 and not page.visit.url.startswith("/in/")  # a stranger may choose to be an employee there
        for url in page.leads_to()
        if url in refused
    }

    assert sorted(f"{url}: {refused[url]}, linked from {page}" for url, page in shown) == []


@pytest.mark.trust(1)
def test_nobody_is_told_more_than_is_theirs(walk: Walk, world: World) -> None:
    forbidden, open_ = world.forbidden_to(walk.part), world.open_to(walk.part)

    assert [f"{one}: {word}" for one in walk.answers for word in forbidden if word in one.everything] == []
    unmet = [word for word in open_ if not any(word in one.everything for one in walk.answers)]
    assert unmet == [], "A word that its readers do not meet would not be found where it leaks"


@pytest.mark.trust(21)
def test_opening_a_page_changes_no_row(walk: Walk) -> None:
    """But the log of who has opened a case that is logged: it is there to be written by reading."""
    changed = {table for table, rows in walk.before.items() if walk.after[table] != rows}

    assert changed == ({"cases_access"} if walk.part in LOGGED else set())


@pytest.mark.trust(20)
def test_every_answer_tells_the_browser_to_be_careful(walk: Walk) -> None:
    for one in walk.answers:
        assert {name: one.headers.get(name) for name in SAFE} == SAFE, one
        policy = one.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy, one
        assert "unsafe" not in policy, one


@pytest.mark.trust(20)
def test_no_cache_keeps_what_somebody_signed_in_has_read(walk: Walk) -> None:
    if walk.part in STRANGERS:
        pytest.skip("Nobody is signed in")
    assert [str(one) for one in walk.answers if "private" not in one.headers.get("Cache-Control", "")] == []


@pytest.mark.trust(30)
def test_every_page_is_html_without_fault_and_links_to_the_statement(
    walk: Walk, tmp_path: Path, claim: Callable[[str], bool], whole: bool
) -> None:
    """The checker reads one page of each outline; with --whole every page."""
    assert [str(one) for one in walk.pages if STATEMENT not in one.content.decode()] == []

    read = [(str(one), one.content) for one in walk.pages if whole or claim(one.outline)]
    assert read or walk.part != TOURISTS[0]
    assert not read or faults_in(read, tmp_path) == []


@pytest.mark.trust(16)
def test_every_cell_says_what_it_is_of_where_rows_become_cards(walk: Walk) -> None:
    """On a narrow screen a table has no head: a row of more than a name and a value says in each cell what it is."""
    cells = (
        (page, row) for page in walk.pages for row in page.tree.xpath("//table[contains(@class, 'ds-table')]/tbody/tr")
    )
    assert {page.name for page, row in cells if len(row) > 2 and row.xpath("td[not(@data-label or @colspan)]")} == set()


@pytest.mark.trust(16)
def test_headings_ids_and_landmarks_of_every_page_can_be_told_apart(walk: Walk) -> None:
    assert [f"{page}: {fault}" for page in walk.pages for fault in faults_of(page.tree)] == []


@pytest.mark.browser
@pytest.mark.trust(16)
@pytest.mark.trust(18)
@pytest.mark.trust(20)
def test_no_page_has_a_barrier_spills_over_or_troubles_the_browser(
    walk: Walk, world: World, house: LiveServer, browser: Browser, claim: Callable[[str], bool], whole: bool
) -> None:
    """Each part of a page once, as it is built, in one language, and so what is around it; with --whole every page, in both."""
    languages = ("sv", "en")
    with Looker(browser, house.url, world.clients[walk.part], whole=whole) as looker:
        for page in walk.pages:
            framed, parts = claim(page.frame), sum(map(claim, page.parts))  # all are claimed, new or not
            if whole:
                for language in languages:
                    looker.look(page.visit.url, language)
            elif framed or parts:
                looker.look(page.visit.url, languages[int(page.outline, 16) % 2], within="html" if framed else "main")

    assert looker.looked or walk.part != TOURISTS[0]
    assert looker.found == []
