"""What is true of every template, read as text."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = [path for path in (ROOT / "templates").rglob("*.html") if not {"emails", "pdf"} & set(path.parts)]
COMPONENTS = sorted((ROOT / "templates/components").glob("*.html"))


def found(pattern: str) -> dict[str, list[str]]:
    """Where the pattern occurs in a template."""
    hits = {str(path.relative_to(ROOT)): re.findall(pattern, path.read_text(encoding="utf-8")) for path in PAGES}
    return {name: lines for name, lines in hits.items() if lines}


@pytest.mark.trust(20)
def test_no_template_has_style_or_script_in_it() -> None:
    assert found(r"<style|\sstyle=|\son[a-z]+=|href=[\"']javascript:") == {}
    assert found(r"<script(?![^>]*(?:\ssrc=|application/json))[^>]*>") == {}  # JSON is data, and never run


def test_a_component_is_included_with_only() -> None:
    included = found(r'{% include "components/[^%]*%}')
    loose = {name: [tag for tag in tags if not tag.endswith("only %}")] for name, tags in included.items()}
    assert {name: tags for name, tags in loose.items() if tags} == {}


@pytest.mark.parametrize("component", COMPONENTS, ids=lambda path: path.stem)
def test_a_component_opens_with_what_it_accepts(component: Path) -> None:
    opening = re.match(
        r"({% load [^%]*%})?{% comment %}(.*?){% endcomment %}", component.read_text(encoding="utf-8"), re.DOTALL
    )
    assert opening is not None
    assert re.search(r"Accepts:?", opening[2])


def test_the_list_of_components_is_whole() -> None:
    listed = set(re.findall(r"components/(\w+)\.html", (ROOT / "docs/look.md").read_text(encoding="utf-8")))
    inner = {"mark", "messages"}  # parts of base.html
    assert {path.stem for path in COMPONENTS} - inner == listed


def test_attributes_of_htmx_are_valid_html() -> None:
    assert found(r"\shx-[a-z-]+=") == {}
