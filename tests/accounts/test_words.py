"""The library's Swedish is not what a person reads."""

from pathlib import Path

import polib
import pytest
from django.conf import settings
from django.test import Client
from django.utils import translation

from portal.accounts.words import SAID_BY_ALLAUTH
from tests.accounts.conftest import LOGIN

pytestmark = pytest.mark.django_db


def test_what_we_say_otherwise_is_said_by_the_library_at_all() -> None:
    import allauth

    said = polib.pofile(str(Path(allauth.__file__).parent / "locale/sv/LC_MESSAGES/django.po"))
    assert {entry.msgid for entry in said} >= set(SAID_BY_ALLAUTH)


def test_our_words_come_before_those_of_the_library() -> None:
    with translation.override("sv"):
        found = {text: translation.gettext(text) for text in SAID_BY_ALLAUTH}
    assert [
        text for text, shown in found.items() if shown == text or "epost" in shown.lower() or "Vänligen" in shown
    ] == []


@pytest.mark.trust(8)
@pytest.mark.parametrize(
    "key", ["", "x" * 5000, "'; DROP TABLE django_session; --", "%s%s%s%s%s", "stand-in-0-7d1f", "nul\\000nul-nul"]
)
def test_a_session_key_that_is_none_of_ours_is_nobody(client: Client, key: str) -> None:
    client.cookies[settings.SESSION_COOKIE_NAME] = key
    answer = client.get("/arenden/")
    assert answer.status_code == 302
    assert LOGIN in answer["Location"]
