"""What npm installs and builds is the same on every machine."""

import json
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_every_package_is_pinned_by_version_and_hash_and_not_by_address() -> None:
    wanted = json.loads((ROOT / "package.json").read_text())
    lock = json.loads((ROOT / "package-lock.json").read_text())
    packages = {name: package for name, package in lock["packages"].items() if name}

    assert all(
        version[0].isdigit() for kind in ("dependencies", "devDependencies") for version in wanted[kind].values()
    )
    assert [name for name, package in packages.items() if "integrity" not in package] == []
    assert [name for name, package in packages.items() if "resolved" in package] == []
