"""bin/run from its first line to Ctrl-C. `scripts/bare.sh` shows the same on a machine that has nothing."""

import signal
import socket
import subprocess
import urllib.request

import psutil
import pytest

from portal.local.servers import free_port
from tests.local.conftest import Corner

pytestmark = pytest.mark.slow


def start(corner: Corner, port: int) -> tuple[subprocess.Popen[str], str]:
    """Serving, and what it said until then."""
    portal = corner.start("bin/run", PORT=str(port), DEMO_PASSWORD="a-password-for-the-demo")
    said = ""
    assert portal.stdout is not None
    while "Ctrl-C stops everything" not in said:
        line = portal.stdout.readline()
        assert line, said
        said += line
    return portal, said


def test_it_serves_says_where_and_to_whom_and_leaves_nothing_behind(empty_corner: Corner) -> None:
    port = free_port(0)
    killed, _ = start(empty_corner, port)
    of_the_portal = [one for one in empty_corner.processes() if one.name() not in {"postgres", "valkey-server"}]
    killed.kill()
    assert psutil.wait_procs(of_the_portal, timeout=20)[1] == []

    portal, said = start(empty_corner, port)
    assert f"http://localhost:{port}/" in said
    assert "medarbetare, kollega, chef," in said
    assert "a-password-for-the-demo" in said
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=10) as page:
        assert page.status == 200
    portal.send_signal(signal.SIGINT)
    portal.communicate(timeout=60)
    assert empty_corner.processes() == []


def test_a_port_in_use_gives_a_sentence_and_stops_what_was_started(corner: Corner) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        said, _ = corner.start("bin/run", PORT=str(port)).communicate(timeout=300)
    assert f"Port {port} cannot be used (Address already in use). Choose another: PORT={port + 1} bin/run" in said
    assert corner.processes() == []
