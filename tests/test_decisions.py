"""Every part we build on has been thought about."""

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def test_every_dependency_has_a_line_in_the_decisions() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    wanted = project["project"]["dependencies"] + project["dependency-groups"]["dev"]
    names = {re.split(r"[\[<>=~!;]", line)[0] for line in wanted}
    written = set(re.findall(r"[a-z][a-z0-9.-]+(?:-\*)?", (ROOT / "docs/decisions.md").read_text()))
    missing = {
        name for name in names if name not in written and not (name.startswith("types-") and "types-" in written)
    }
    assert missing == set()
