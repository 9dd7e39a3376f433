"""The table of a flow: what cannot work fails at import, the drawings are up to date, and nothing but the engine writes a state."""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db.models import TextChoices

from portal.cases import kinds
from portal.cases.diagrams import page_of
from portal.cases.flow import Flow, Move, Step, days
from portal.cases.models import Case
from portal.cases.who import OWNER

ROOT: Path = settings.BASE_DIR
APPS = ("portal", "ideas", "followup", "rights", "fund", "testbeds", "procurement", "coordination")
ENGINE = {Path("portal/cases/moving.py")}
"""The only writer of a case's state."""
OTHERS = {Path("testbeds/actions") / name for name in ("claiming.py", "holding.py", "locking.py", "waiting.py")}
"""Writers of times and of places in line, whose rows have states of their own and are no cases."""


class S(TextChoices):
    DRAFT = "draft"
    OPEN = "open"
    DONE = "done"


def table(**changed: Any) -> type[Flow]:
    """A flow that works, but for what is changed."""
    body: dict[str, Any] = {
        "model": Case,
        "states": S,
        "start": S.DRAFT,
        "ends": (S.DONE,),
        "trail": (Step("Write", S.DRAFT), Step("Do", S.OPEN, S.DONE)),
        "due": {S.OPEN: days(1)},
        "awaits": {S.OPEN: OWNER},
        "submit": Move(label="Submit", source=(S.DRAFT,), target=S.OPEN, by=OWNER),
        "finish": Move(label="Finish", source=(S.OPEN,), target=S.DONE, by=OWNER),
    }
    return type("TestFlow", (Flow,), {name: value for name, value in (body | changed).items() if value is not None})


def test_a_table_that_works_is_accepted() -> None:
    assert list(table().moves) == ["submit", "finish"]


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"submit": None}, "unreachable states"),
        ({"finish": Move(label="Stay", source=(S.OPEN,), target=None, by=OWNER)}, "no end can be reached"),
        ({"trail": (Step("Write", S.DRAFT),)}, "states off the trail"),
        ({"due": {}}, "due must name"),
        ({"awaits": {}}, "awaits must name"),
        ({"awaits": {S.OPEN: OWNER, S.DONE: OWNER}}, "awaits must name"),
        ({"fly": Move(label="Fly", source=("heaven",), target=S.DONE, by=OWNER)}, "unknown states"),
    ],
)
def test_a_table_that_cannot_work_fails_when_it_is_made(changed: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=sentence):
        table(**changed)


@pytest.mark.parametrize("kind", kinds.all_kinds(), ids=lambda kind: kind.key)
def test_the_drawing_of_each_flow_is_up_to_date(kind: kinds.Kind) -> None:
    drawn = ROOT / "docs" / "flows" / f"{kind.key}.md"
    assert drawn.read_text(encoding="utf-8") == page_of(kind), "Run bin/manage draw_flows."


def test_every_drawing_belongs_to_a_kind() -> None:
    assert {file.stem for file in (ROOT / "docs" / "flows").glob("*.md")} == {kind.key for kind in kinds.all_kinds()}


def test_no_code_but_the_engine_writes_the_state_of_a_case() -> None:
    found = [
        f"{file}:{line}"
        for app in APPS
        for path in sorted((ROOT / app).rglob("*.py"))
        if (file := path.relative_to(ROOT)) not in ENGINE | OTHERS and "migrations" not in file.parts
        for line in writers_of_state(ast.parse(path.read_text(encoding="utf-8")))
    ]
    assert found == []


def writers_of_state(tree: ast.AST) -> Iterator[int]:
    """Lines that set an attribute ``state``, or pass ``state=`` to something that writes."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign | ast.AnnAssign | ast.AugAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            if any(isinstance(target, ast.Attribute) and target.attr == "state" for target in targets):
                yield node.lineno
        if isinstance(node, ast.Call) and _writes(node) and any(word.arg == "state" for word in node.keywords):
            yield node.lineno


WRITING = {"update", "create", "get_or_create", "update_or_create", "setattr", "bulk_create"}


def _writes(call: ast.Call) -> bool:
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    return name in WRITING
