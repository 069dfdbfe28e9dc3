"""A real SMTP server that keeps what it receives."""

import asyncio
import logging
import re
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

# one line per command is more than a failing test needs
logging.getLogger("mail.log").setLevel(logging.WARNING)

CODE = re.compile(r"^\s*([A-Z0-9]{3,6}-?[A-Z0-9]{3,6}|\d{6})\s*$", re.M)


@dataclass
class Sink:
    """What arrived, in order. `answer` is what the server says to a message: set it to a 4xx or
    5xx reply to refuse, the message is then not kept. It answers after `seconds`."""

    port: int = 0
    answer: str = "250 OK"
    messages: list[EmailMessage] = field(default_factory=list)
    attempts: int = 0
    seconds: float = 0

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        self.attempts += 1
        if self.answer.startswith("2"):
            message = message_from_bytes(envelope.content or b"", policy=policy.default)
            self.messages.append(message)
        if self.seconds:
            await asyncio.sleep(self.seconds)
        return self.answer

    def to(self, address: str) -> list[EmailMessage]:
        """The messages for one address."""
        return [m for m in self.messages if address in str(m["To"])]

    def wait(
        self, address: str, *, seconds: float = 20, wanted: Callable[[str], bool] = bool
    ) -> EmailMessage:
        """The newest message for an address whose text is wanted; takes it out of the list."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            for message in reversed(self.to(address)):
                if wanted(text_of(message)):
                    self.messages.remove(message)
                    return message
            time.sleep(0.1)
        subjects = [f"{m['To']}: {m['Subject']}" for m in self.messages]
        raise AssertionError(f"No mail for {address} in {seconds} s; there is: {subjects}")


def text_of(message: EmailMessage) -> str:
    """The plain text part."""
    part = message.get_body(("plain",))
    return str(part.get_content()) if part else ""


def links_in(message: EmailMessage) -> list[str]:
    """The addresses in the plain text part."""
    return re.findall(r"https?://[^\s<>\"]+", text_of(message))


def code_in(message: EmailMessage) -> str:
    """The sign-in code: the one line that is nothing but a code."""
    found = CODE.search(text_of(message))
    assert found, f"No code in: {text_of(message)}"
    return found[1]


class SinkServer:
    """The sink on a free port, in a thread of its own."""

    def __init__(self) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.sink = Sink(port=probe.getsockname()[1])

    def start(self) -> None:
        """Listen; again on the same port after a stop."""
        self.controller = Controller(self.sink, hostname="127.0.0.1", port=self.sink.port)
        self.controller.start()

    def stop(self) -> None:
        """Listen no more, in the middle of whatever is being said."""
        self.controller.stop()

    def __enter__(self) -> Sink:
        self.start()
        return self.sink

    def __exit__(self, *error: object) -> None:
        self.stop()
