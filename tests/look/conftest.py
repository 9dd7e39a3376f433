"""The gallery: every component on one page, in a real browser."""

import copy
from pathlib import Path

import pytest
from pytest_django import Settings

HERE = Path(__file__).parent


@pytest.fixture
def gallery(settings: Settings) -> str:
    """The gallery's address. A variable that a template asks for and does not get shows as [name missing]."""
    templates = copy.deepcopy(settings.TEMPLATES)
    templates[0]["DIRS"].append(HERE / "templates")
    templates[0]["OPTIONS"]["string_if_invalid"] = "[%s missing]"
    settings.TEMPLATES = templates
    settings.ROOT_URLCONF = "tests.look.urls"
    return "/galleri/"
