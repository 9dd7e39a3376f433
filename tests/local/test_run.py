"""bin/run from its first line to Ctrl-C. `scripts/bare.sh` shows the same on a machine that has nothing."""

import os
import re
import socket
import subprocess
import urllib.request

import psutil
import pytest

from portal.local.servers import free_port
from tests.local.conftest import Corner

pytestmark = pytest.mark.slow


CTRL_C = b"\x03"


def start(corner: Corner, port: int, terminal: int | None = None) -> tuple[subprocess.Popen[str], str]:
    """Serving, and what it said until then."""
    portal = corner.start("bin/run", terminal=terminal, PORT=str(port), DEMO_PASSWORD="a-password-for-the-demo")
    said = ""
    assert portal.stdout is not None
    while "Ctrl-C stops everything" not in said:
        line = portal.stdout.readline()
        assert line, said
        said += line
    return portal, said


def get(port: int, path: str) -> str:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=10) as page:
        return str(page.read().decode())


def test_it_serves_says_where_and_to_whom_and_leaves_nothing_behind(lasting_corner: Corner) -> None:
    port = free_port(0)
    killed, _ = start(lasting_corner, port)
    of_the_portal = [one for one in lasting_corner.processes() if one.name() not in {"postgres", "valkey-server"}]
    killed.kill()
    assert psutil.wait_procs(of_the_portal, timeout=20)[1] == []

    keyboard, terminal = os.openpty()
    portal, said = start(lasting_corner, port, terminal)
    assert f"http://localhost:{port}/" in said
    assert "medarbetare, kollega, chef," in said
    assert "a-password-for-the-demo" in said
    for _visit in range(20):
        get(port, "/")
    visits = re.search(r'by_view_transport_method_total{.*view="pages:start"} ([\d.]+)', get(port, "/metrics"))
    assert visits
    assert float(visits[1]) == 20, "of both web processes"

    os.write(keyboard, CTRL_C)
    last, _ = portal.communicate(timeout=60)
    assert portal.returncode == 0
    assert last.split("Stopping …")[1].strip() == "", "nobody complains"
    assert lasting_corner.processes() == []
    os.close(keyboard)
    os.close(terminal)


def test_a_port_in_use_gives_a_sentence_and_stops_what_was_started(lasting_corner: Corner) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        said, _ = lasting_corner.start("bin/run", PORT=str(port)).communicate(timeout=300)
    assert f"Port {port} cannot be used (Address already in use). Choose another: PORT={port + 1} bin/run" in said
    assert lasting_corner.processes() == []


@pytest.mark.parametrize("port", ["abc", "99999", "0", ""])
def test_what_is_no_port_gives_a_sentence_and_nothing_is_set_up(lasting_corner: Corner, port: str) -> None:
    said, _ = lasting_corner.start("bin/run", PORT=port).communicate(timeout=60)
    assert said.strip() == f"PORT={port} is no port. Choose a number below 65536: PORT=8001 bin/run"
