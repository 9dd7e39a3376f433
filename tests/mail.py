"""A mail server for tests: real SMTP on a free port, which can also be broken for a while."""

import asyncio
import contextlib
import email
import email.policy
import threading
import time
from collections.abc import Iterator
from email.message import EmailMessage

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from portal.local.servers import free_port

HOLD = 5  # seconds


class Mailbox:
    """What arrived, in order. `messages` grows from another thread: wait for it, do not sleep."""

    def __init__(self) -> None:
        self.messages: list[EmailMessage] = []
        self.port = free_port(0)
        self.refusing = False
        self.unknown: set[str] = set()
        self.delay = 0.0
        self.holding = False
        self.held = threading.Event()
        self.start()

    def start(self) -> None:
        self.controller = Controller(self, hostname="127.0.0.1", port=self.port)
        self.controller.start()

    async def handle_RCPT(  # noqa: N802  aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address in self.unknown:
            return f"550 5.1.1 There is no {address} here"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802  aiosmtpd's name
        if self.refusing:
            return "451 Try again later"
        if self.holding:
            self.held.set()
            await asyncio.sleep(HOLD)
        await asyncio.sleep(self.delay)
        content = envelope.content if isinstance(envelope.content, bytes) else b""
        self.messages.append(email.message_from_bytes(content, policy=email.policy.default))
        return "250 OK"

    def to(self, address: str) -> list[EmailMessage]:
        return [message for message in self.messages if address in str(message["To"])]

    def wait_for(self, count: int, *, seconds: float = 10) -> list[EmailMessage]:
        """As soon as so many have arrived; fails when fewer have by then."""
        deadline = time.monotonic() + seconds
        while len(self.messages) < count and time.monotonic() < deadline:
            time.sleep(0.02)
        assert len(self.messages) >= count, f"{len(self.messages)} of {count} messages arrived in {seconds} s"
        return self.messages

    @contextlib.contextmanager
    def in_the_middle(self, *, seconds: float = 20) -> Iterator[None]:
        """Begins when a message is being taken, and has it wait; those that come afterwards are taken as before."""
        self.held.clear()
        self.holding = True
        try:
            assert self.held.wait(seconds), f"no message came in {seconds} s"
            yield
        finally:
            self.holding = False

    @contextlib.contextmanager
    def broken(self) -> Iterator[None]:
        """Answers every message with a temporary error."""
        self.refusing = True
        try:
            yield
        finally:
            self.refusing = False

    @contextlib.contextmanager
    def away(self) -> Iterator[None]:
        """Refuses every connection."""
        self.stop()
        try:
            yield
        finally:
            self.start()

    def stop(self) -> None:
        self.controller.stop()
