"""The servers under var/: shared, stopped by the last one out, and whole again after any kill."""

import contextlib
import json
import os
import signal
import socket
import subprocess
from pathlib import Path

import psutil
import pytest

from portal.local import LocalError, require_disk
from tests.local.conftest import Corner

HOLD = "import sys; print('up'); sys.stdin.readline()"
AS_OWNER = (
    "import os, psycopg2; c = psycopg2.connect(os.environ['DATABASE_OWNER_URL']); c.autocommit = True; c = c.cursor()\n"
)
WRITE = AS_OWNER + "c.execute('CREATE TABLE kept (n int); INSERT INTO kept VALUES (7)')"
READ = AS_OWNER + "c.execute('SELECT n FROM kept'); print(c.fetchone()[0])"


def hold(corner: Corner) -> subprocess.Popen[str]:
    """A command that has the services up until its input ends."""
    command = corner.run_with_services(HOLD)
    assert command.stdout is not None
    assert command.stdout.readline() == "up\n"
    return command


def output_of(command: subprocess.Popen[str]) -> str:
    said, _ = command.communicate(timeout=60)
    assert command.returncode == 0, said
    return said


def servers(corner: Corner) -> dict[str, int]:
    return {
        process.name(): process.pid for process in corner.processes() if process.name() in {"postgres", "valkey-server"}
    }


def test_two_commands_share_the_servers_and_the_last_one_out_stops_them(corner: Corner) -> None:
    first = hold(corner)
    before = servers(corner)
    second = hold(corner)
    assert servers(corner) == before
    first.communicate("\n")
    assert servers(corner) == before
    second.communicate("\n")
    assert corner.processes() == []


def test_servers_left_by_a_killed_command_are_used_again_and_then_stopped(corner: Corner) -> None:
    killed = hold(corner)
    before = servers(corner)
    killed.kill()
    killed.wait()
    second = hold(corner)
    assert servers(corner) == before
    second.communicate("\n")
    assert corner.processes() == []


def test_killed_servers_start_again_with_what_was_committed(corner: Corner) -> None:
    output_of(corner.run_with_services(WRITE))
    killed = hold(corner)
    for process in corner.processes():
        with contextlib.suppress(psutil.NoSuchProcess):  # it ended with the one before
            process.kill()
    killed.wait()
    assert output_of(corner.run_with_services(READ)) == "7\n"


def test_a_command_ends_when_what_started_it_is_killed(corner: Corner) -> None:
    command = hold(corner)
    (child,) = (one for one in psutil.Process(command.pid).children() if one.name().startswith("python"))
    command.kill()
    child.wait(10)


def test_a_half_made_cluster_is_made_again(empty_corner: Corner) -> None:
    half = empty_corner.var / "postgres.new"
    half.mkdir(parents=True)
    (half / "PG_VERSION").write_text("18\n")
    assert output_of(empty_corner.run_with_services("print('up')")) == "up\n"
    assert not half.exists()


def test_lost_passwords_are_set_anew_and_no_row_is_lost(corner: Corner) -> None:
    output_of(corner.run_with_services(WRITE))
    (corner.var / "services.json").unlink()
    assert output_of(corner.run_with_services(READ)) == "7\n"


@pytest.mark.parametrize("left", ["", "{", '{"postgres": '])
def test_a_note_of_ports_cut_off_by_a_full_disk_is_made_again(corner: Corner, left: str) -> None:
    (corner.var / "ports.json").write_text(left)
    assert output_of(corner.run_with_services("print('up')")) == "up\n"


def test_a_number_that_now_belongs_to_another_process_is_not_taken_for_the_server(corner: Corner) -> None:
    output_of(corner.run_with_services(WRITE))
    stale = corner.var / "postgres" / "postmaster.pid"
    stale.write_text(f"{os.getpid()}\n{corner.var / 'postgres'}\n0\n1\n\n127.0.0.1\n\nready   \n")
    assert output_of(corner.run_with_services(READ)) == "7\n"


def test_a_port_that_somebody_took_is_left_to_them(corner: Corner) -> None:
    output_of(corner.run_with_services(WRITE))
    port = json.loads((corner.var / "ports.json").read_text())["postgres"]
    with socket.create_server(("127.0.0.1", port)):
        assert output_of(corner.run_with_services(READ)) == "7\n"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_reaches_the_command_and_its_status_comes_back(corner: Corner, number: signal.Signals) -> None:
    command = corner.run_with_services(
        f"import signal, sys, time; signal.signal({number.value}, lambda *_: sys.exit(7)); print('up', flush=True); time.sleep(60)"
    )
    assert command.stdout is not None
    assert command.stdout.readline() == "up\n"
    command.send_signal(number)
    command.wait(60)
    assert (command.returncode, corner.processes()) == (7, [])


def test_nothing_starts_when_both_addresses_are_given(empty_corner: Corner) -> None:
    given = {"DATABASE_URL": "postgres://db.example/portal", "REDIS_URL": "redis://queue.example"}
    said = output_of(
        empty_corner.run_with_services("import os; print(os.environ['DATABASE_URL'], os.environ['REDIS_URL'])", **given)
    )
    assert said == "postgres://db.example/portal redis://queue.example\n"
    assert not (empty_corner.var / "postgres").exists()


def test_passwords_are_for_their_owner_only(corner: Corner) -> None:
    output_of(corner.run_with_services("pass"))
    private = ("secret_key", "services.json", "ports.json", "valkey/valkey.conf", "postgres/pg_hba.conf")
    assert {name: oct((corner.var / name).stat().st_mode & 0o777) for name in private} == dict.fromkeys(
        private, "0o600"
    )


def test_the_superuser_cannot_sign_in_and_the_application_owns_nothing(corner: Corner) -> None:
    output_of(corner.run_with_services(WRITE))
    tried = """
import os, psycopg2
url = os.environ["DATABASE_URL"]
owner = os.environ["DATABASE_OWNER_URL"]
for who, address, statement in (
    ("superuser", "postgres://postgres@" + url.split("@")[1], "SELECT 1"),
    ("application", url, "INSERT INTO kept VALUES (8)"),
    ("application", url, "DROP TABLE kept"),
    ("application", url, "TRUNCATE kept"),
    ("application", url, "CREATE TABLE mine (n int)"),
    ("owner", owner, "CREATE DATABASE other"),
):
    try:
        link = psycopg2.connect(address)
        link.autocommit = True
        link.cursor().execute(statement)
        print(who, statement, "yes")
    except psycopg2.Error:
        print(who, statement, "no")
"""
    assert output_of(corner.run_with_services(tried)).splitlines() == [
        "superuser SELECT 1 no",
        "application INSERT INTO kept VALUES (8) yes",
        "application DROP TABLE kept no",
        "application TRUNCATE kept no",
        "application CREATE TABLE mine (n int) no",
        "owner CREATE DATABASE other yes",
    ]


def test_queued_work_survives_a_restart(corner: Corner) -> None:
    link = "import os, redis; r = redis.Redis.from_url(os.environ['REDIS_URL'])\n"
    output_of(corner.run_with_services(link + "r.rpush('default', 'work')"))
    assert output_of(corner.run_with_services(link + "print(r.lrange('default', 0, -1))")) == "[b'work']\n"


def test_a_disk_with_too_little_room_gives_a_sentence(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PORTAL_VAR", str(tmp_path))
    monkeypatch.setattr("portal.local.FREE_BYTES", 2**62)
    with pytest.raises(LocalError, match=r"has \d+ MB free"):
        require_disk()
