"""Everything that must hold before a change lands, the tests last. Goes on after a failure and sums up at the end."""

import json
import os
import secrets
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from portal.local import services

ROOT = Path(__file__).resolve().parent.parent
AUDIT_WITHIN = 120  # seconds
LINT_IMPORTS = "from importlinter.cli import lint_imports_command as lint; lint()"  # as a module it does nothing, and says so to nobody
PRODUCTION = {
    "PORTAL_MODE": "production",
    "SECRET_KEY": secrets.token_urlsafe(64),
    "RECEIPT_KEYS": secrets.token_urlsafe(64),
    "ALLOWED_HOSTS": "portal.example",
    "EMAIL_URL": "smtp+tls://portal:password@mail.example:587",
}


def python(*arguments: str, **environment: str) -> Callable[[], str]:
    """A step that runs a module or a file of ours, and answers with its output if it fails."""

    def step() -> str:
        return output_if_failed([sys.executable, *arguments], environment)

    return step


def output_if_failed(command: list[str], environment: Mapping[str, str]) -> str:
    done = subprocess.run(
        command,
        cwd=ROOT,
        env=os.environ | environment,
        text=True,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )
    return (done.stdout.strip() or f"ended with status {done.returncode}") if done.returncode else ""


def audit() -> str:
    """Known vulnerabilities in what is locked. Where the service cannot be reached, says so and holds nothing up."""
    command = [
        sys.executable,
        "-m",
        "pip_audit",
        "--requirement=requirements.lock",
        "--disable-pip",
        "--require-hashes",
    ]
    try:
        done = subprocess.run(
            [*command, "--format=json", "--progress-spinner=off"],
            cwd=ROOT,
            text=True,
            capture_output=True,
            timeout=AUDIT_WITHIN,
            check=False,
        )
        packages = json.loads(done.stdout)["dependencies"]
    except (subprocess.TimeoutExpired, json.JSONDecodeError):
        packages = []
    if all("skip_reason" in package for package in packages):
        print("  skipped: no service that knows of vulnerabilities can be reached from here", flush=True)
        return ""
    known = [package for package in packages if "vulns" in package]
    print(f"  {len(known)} of {len(packages)} packages are known to the service", flush=True)
    return "\n".join(f"{one['name']} {one['version']}: {flaw['id']}" for one in known for flaw in one["vulns"])


def tests() -> str:
    """Not captured: whoever waits wants to see them go by."""
    done = subprocess.run(["bin/test"], cwd=ROOT, check=False)
    return f"bin/test ended with status {done.returncode}; see above" if done.returncode else ""


def types() -> str:
    """Of the lowest priority: it takes what the tests leave of the processors."""
    return output_if_failed(["nice", "-n", "19", sys.executable, "-m", "mypy", "."], {})


STEPS: dict[str, Callable[[], str]] = {
    "test database": python("-m", "tests.database"),
    "test collection": python("-m", "pytest", "--collect-only", "--quiet", "--numprocesses=0"),
    "format": python("-m", "ruff", "format", "--check", "."),
    "lint": python("-m", "ruff", "check", "."),
    "import contracts": python("-c", LINT_IMPORTS),
    "template lint": python("-m", "djlint", "templates", "--lint", "--quiet"),
    "translations": python("-m", "scripts.po", "check"),
    "migrations": python("manage.py", "makemigrations", "--check", "--dry-run"),
    "deployment": python("manage.py", "check", "--deploy", "--fail-level=WARNING", **PRODUCTION),
    "dependencies": audit,
}
"""One beside the other, the longest first. Collected once here, the tests are compiled when each of their processes collects them."""

LAST: dict[str, Callable[[], str]] = {"tests": tests, "types": types}
"""The longest, one beside the other: nobody waits for the types before the first test."""


def holds(name: str, step: Callable[[], str]) -> bool:
    started = time.monotonic()
    problem = step()
    mark = "✗" if problem else "✓"
    print(f"{problem}\n{mark} {name} ({time.monotonic() - started:.0f} s)".lstrip("\n"), flush=True)
    return not problem


def side_by_side(steps: Mapping[str, Callable[[], str]]) -> dict[str, bool]:
    """Whether each of them holds; as many at once as there are processors."""
    print(f"· {', '.join(steps)} …", flush=True)
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        return dict(zip(steps, pool.map(holds, steps, steps.values()), strict=True))


def main() -> int:
    with services() as found:
        os.environ.update(found)
        held = side_by_side(STEPS) | side_by_side(LAST)
    failed = [name for name, held_up in held.items() if not held_up]
    print(f"Failed: {', '.join(failed)}" if failed else "All checks hold.", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
