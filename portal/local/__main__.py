"""`python -m portal.local run -- COMMAND`: the command with the servers up."""

import argparse
import ctypes
import errno
import os
import signal
import subprocess
import sys
from collections.abc import Sequence

from portal.local import LocalError, services
from portal.local.kept import var

FORWARDED = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
HEARD = {*FORWARDED, signal.SIGCHLD}
SENT_BY_TERMINAL = 0x80  # SI_KERNEL: Ctrl-C has then reached the command as well
PR_SET_PDEATHSIG = 1


def as_child() -> None:
    """In the command's process: hear signals again, and end when this parent is killed."""
    signal.pthread_sigmask(signal.SIG_UNBLOCK, HEARD)
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def run(command: Sequence[str]) -> int:
    """Run a command with the servers up. Returns its status; 128 + the number of the signal that ended it."""
    with services() as found:
        signal.pthread_sigmask(signal.SIG_BLOCK, HEARD)  # from here on a signal is the command's to answer
        child = subprocess.Popen(command, env=os.environ | found, preexec_fn=as_child)
        while child.poll() is None:
            news = signal.sigwaitinfo(HEARD)
            if news.si_signo != signal.SIGCHLD and news.si_code != SENT_BY_TERMINAL:
                child.send_signal(news.si_signo)
    return child.returncode if child.returncode >= 0 else 128 - child.returncode


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m portal.local", description="A command with PostgreSQL and Valkey up."
    )
    parser.add_argument("verb", choices=["run"])
    parser.add_argument("command", nargs=argparse.REMAINDER, help="-- and the command")
    command = parser.parse_args().command
    try:
        return run(command[1:] if command[:1] == ["--"] else command)
    except LocalError as problem:
        print(problem, file=sys.stderr)
    except KeyboardInterrupt:
        return 130
    except OSError as problem:
        if problem.errno != errno.ENOSPC:
            raise
        print(f"The disk that holds {var()} is full. Free some space and run this again.", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
