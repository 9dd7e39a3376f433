"""`docs/settings.md` lists every variable of the environment, and no other."""

import ast
import re
from pathlib import Path

import pytest

from tests.database import ROOT

READERS = {"str", "int", "bool", "list", "db_url", "email_url", "float", "path"}
NOT_OURS = {"PATH", "LANG", "HOME", "DJANGO_SETTINGS_MODULE", "DJANGO_ALLOW_ASYNC_UNSAFE", "PYTHONDONTWRITEBYTECODE"}


def sources() -> list[Path]:
    """What runs when the portal does; tests and benches have variables of their own."""
    folders = [file.parent for file in ROOT.glob("*/__init__.py") if file.parent.name not in {"tests", "bench"}]
    return [ROOT / "manage.py", *(file for folder in (*folders, ROOT / "scripts") for file in folder.rglob("*.py"))]


def names_in(source: str) -> set[str]:
    """Names read by `env.str("NAME")`, `os.environ["NAME"]`, `os.environ.get("NAME")` and `os.getenv("NAME")`."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Call(
                func=ast.Attribute(value=ast.Name(id="env"), attr=attr), args=[ast.Constant(value=str(name)), *_]
            ) if attr in READERS:
                found.add(name)
            case ast.Call(
                func=ast.Attribute(value=ast.Attribute(attr="environ"), attr="get" | "pop"),
                args=[ast.Constant(value=str(name)), *_],
            ):
                found.add(name)
            case ast.Call(
                func=ast.Attribute(value=ast.Name(id="os"), attr="getenv"), args=[ast.Constant(value=str(name)), *_]
            ):
                found.add(name)
            case ast.Subscript(
                value=ast.Attribute(attr="environ"), slice=ast.Constant(value=str(name)), ctx=ast.Load()
            ):
                found.add(name)
    return found - NOT_OURS


def documented() -> set[str]:
    return set(re.findall(r"^\| `([A-Z_]+)` \|", (ROOT / "docs" / "settings.md").read_text(), re.MULTILINE))


def test_the_reader_of_this_test_sees_every_way_of_asking() -> None:
    ways = 'env.str("A"); env.int("B", 1); os.environ["C"]; os.environ.get("D"); os.getenv("E"); environ.get("F")'
    assert names_in(ways) == {"A", "B", "C", "D", "E"}


def test_every_variable_that_the_portal_reads_is_in_the_operators_list() -> None:
    read = set().union(*(names_in(file.read_text()) for file in sources()))
    assert read == documented()


@pytest.mark.parametrize("name", sorted(documented()))
def test_each_line_says_what_it_is_for(name: str) -> None:
    line = next(
        line for line in (ROOT / "docs" / "settings.md").read_text().splitlines() if line.startswith(f"| `{name}` |")
    )
    _edge, _name, default, meaning, _end = line.split("|")
    assert default.strip()
    assert len(meaning.strip()) > 20
