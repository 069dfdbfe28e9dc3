"""Run a module that dies at a point of the send path: `python -m tests.support.deadly POINT …`.

Its whole group of processes gets SIGKILL, as by a power cut. The points stand in the order in
which one mail passes them.
"""

import os
import runpy
import signal
import smtplib
import sys
from collections.abc import Callable
from typing import Any

BEFORE, AFTER = "before", "after"
# a function of core.outbox, or a command of the dialogue with the mail server
PATH: dict[str, tuple[str, str]] = {
    "not claimed yet": (BEFORE, "claim"),
    "claimed": (AFTER, "claim"),
    "composed": (BEFORE, "_send"),
    "greets": ("command", "ehlo"),
    "names the sender": ("command", "mail"),
    "names the recipient": ("command", "rcpt"),
    "announces the mail": ("command", "data"),
    "handed the mail over": ("content", ""),
    "takes its leave": ("command", "quit"),
    "not settled yet": (BEFORE, "_settle"),
    "settled": (AFTER, "_settle"),
}
POINTS = list(PATH)
# the server has the mail and the row does not say so: here, and nowhere else, it is sent again
WINDOW = {"handed the mail over", "takes its leave", "not settled yet"}


def die() -> None:
    """End this process and those beside it on the spot."""
    os.killpg(0, signal.SIGKILL)


def dying(original: Callable[..., Any], when: str) -> Callable[..., Any]:
    """A function that dies before it begins, or after it did something."""

    def deadly(*args: Any, **kwargs: Any) -> Any:
        if when == BEFORE:
            die()
        result = original(*args, **kwargs)
        if result:
            die()
        return result

    return deadly


def prepare(point: str) -> None:
    """Put the mine where it belongs."""
    when, name = PATH[point]
    if when == "command":
        send = smtplib.SMTP.putcmd
        smtplib.SMTP.putcmd = lambda self, command, *args: (  # type: ignore[method-assign]
            send(self, command, *args),
            die() if command.lower().startswith(name) else None,
        )
    elif when == "content":
        smtplib.SMTP.data = dying_data  # type: ignore[method-assign]
    else:
        import django  # noqa: PLC0415 - the settings are read from the environment of this process

        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
        django.setup()
        from core import outbox  # noqa: PLC0415 - after setup

        setattr(outbox, name, dying(getattr(outbox, name), when))


def dying_data(server: smtplib.SMTP, message: str | bytes) -> None:
    """Hand the mail over to its last dot, and do not wait for the answer."""
    server.putcmd("data")
    server.getreply()
    text = message if isinstance(message, bytes) else message.encode()
    server.send(text.rstrip(b"\r\n") + b"\r\n.\r\n")
    die()


if __name__ == "__main__":
    prepare(sys.argv[1])
    sys.argv = sys.argv[2:]
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
