"""What the guides tell people to press is what the buttons say."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from django.utils import translation
from django.utils.translation import gettext

from testbeds.flow import TestFlow
from testbeds.states import Actor, ClaimState

TEXTS = Path(settings.BASE_DIR) / "portal" / "pages" / "guide_texts"
OTHERS = (
    "My testbeds", "Set up a testbed", "Publish", "Blocked times", "Look whom it hits", "Those who want the testbed", "Ask for a test",
    "Testbeds", "Times", "Requests for tests", "My cases", "Other hours on one day", "History",
)  # fmt: skip


def told(name: str) -> set[str]:
    return set(re.findall(r"\*\*(.+?)\*\*", (TEXTS / name).read_text()))


@pytest.mark.parametrize("name", ["sv/46-testbaddsvard.md", "sv/107-testbaddar.md", "en/107-testbaddar.md"])
def test_every_button_that_a_guide_names_is_there(name: str) -> None:
    with translation.override(name[:2]):
        known = {str(move.label) for move in TestFlow.moves.values()} | {gettext(one) for one in OTHERS}
    assert told(name) - known == set()


def test_the_hosts_guide_goes_all_the_way_from_request_to_follow_up() -> None:
    with translation.override("sv"):
        steps = {
            str(TestFlow.moves[name].label)
            for name in (
                "take_up",
                "name_reviewer",
                "say_yes",
                "write_terms",
                "book",
                "begin",
                "go_on",
                "stop",
                "share",
            )
        }
    assert steps <= told("sv/46-testbaddsvard.md")


def test_the_guide_is_there_in_english_for_who_reads_it_so(db: None) -> None:
    page = Client(headers={"accept-language": "en"}).get("/guider/testbaddar/").text
    assert "Testing something in a testbed" in page
    assert "En testbädd är" not in page


def test_a_company_and_a_time_that_is_cancelled_are_called_what_people_call_them() -> None:
    with translation.override("sv"):
        assert (str(Actor.COMPANY.label), str(ClaimState.CANCELLED.label)) == ("Företag", "Avbokad")
