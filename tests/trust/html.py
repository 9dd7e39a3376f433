"""The Nu Html Checker over many pages in one run of Java."""

import json
import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path

CHECKER = Path(__file__).parents[2] / "node_modules/vnu-jar/build/dist/vnu.jar"


def faults_in(pages: Iterable[tuple[str, bytes]], folder: Path) -> list[str]:
    """Each error and warning as one line: the page's name, what is wrong, and where."""
    names = {}
    for number, (name, content) in enumerate(pages):
        file = folder / f"{number}.html"
        file.write_bytes(content)
        names[file.name] = name
    java = shutil.which("java")
    assert java, "Java is missing: bin/test installs it."
    done = subprocess.run(
        [
            java,
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "-Xss4m",
            "-jar",
            CHECKER,
            "--format",
            "json",
            "--stdout",
            "--exit-zero-always",
            folder,
        ],
        capture_output=True,
        text=True,
        check=True,
    )
    told = json.loads(done.stdout)["messages"]
    return [
        f"{names[Path(one['url']).name]}: {one['message']} | {one.get('extract', '').strip()}"
        for one in told
        if one["type"] != "info" or one.get("subType") == "warning"
    ]
