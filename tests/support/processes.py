"""Real worker and beat processes, as they run in production, on the database of the test."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from django.db import connection

SECONDS_TO_START = 30
PR_SET_PDEATHSIG = 1
LIBC = ctypes.CDLL(None)


def database_url() -> str:
    """The address of the database that this test process works on."""
    values = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{values['NAME']}"
    login = values["USER"] + (f":{values['PASSWORD']}" if values["PASSWORD"] else "")
    return f"postgres://{login}@{values['HOST']}:{values['PORT']}/{values['NAME']}"


def celery(at: str, dies: str = "") -> list[str]:
    """The command that starts Celery, now or at another moment (ISO 8601).

    With `dies`, a point of the send path, it ends there as by a power cut (tests.support.deadly).
    """
    modules = ["tests.support.at", at] if at else []
    modules += ["tests.support.deadly", dies] if dies else []
    return [sys.executable, "-m", *modules, "celery", "--quiet", "--app", "config"]


class Process:
    """One process with its log; stopped the way an administrator stops it."""

    def __init__(self, command: list[str], environment: dict[str, str], log: Path, ready: str):
        self.log = log
        with log.open("w") as output:
            self.popen = subprocess.Popen(
                command,
                cwd=settings.BASE_DIR,
                env=os.environ | environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
                preexec_fn=lambda: LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGKILL),
            )
        self.wait_until(ready)

    def wait_until(self, text: str, seconds: float = SECONDS_TO_START) -> None:
        """Wait for a text in the log."""
        deadline = time.monotonic() + seconds
        while text not in self.log.read_text():
            if self.popen.poll() is not None or time.monotonic() > deadline:
                self.kill()
                raise AssertionError(f"no {text!r} in:\n{self.log.read_text()}")
            time.sleep(0.05)

    def stop(self, seconds: float = 15) -> None:
        """TERM, then nothing of it may be left."""
        if self.popen.poll() is None:
            self.popen.terminate()
        try:
            self.popen.wait(seconds)
        finally:
            self.kill()

    def kill(self) -> None:
        """End the process and its children on the spot, as a power cut would."""
        try:
            os.killpg(self.popen.pid, signal.SIGKILL)
        except ProcessLookupError:
            return
        self.popen.wait()


def environment_of_test(**more: str) -> dict[str, str]:
    """Environment in which a process shares database, broker, files and mail with this test."""
    shared = {
        "MODE": "test",
        "DATABASE_URL": database_url(),
        "BROKER_URL": settings.CELERY_BROKER_URL,
        "STATE_DIR": str(Path(settings.MEDIA_ROOT).parent),
        "TOMBSTONES": str(settings.TOMBSTONES),
        "PUBLIC_URL": settings.PUBLIC_URL,
        "EMAIL_URL": f"smtp://{settings.EMAIL_HOST}:{settings.EMAIL_PORT}",
        "OUTBOX_SECONDS": "1",
        "REMINDER_SECONDS": "2",
    }
    return shared | more


def start_worker(
    folder: Path, *, concurrency: int = 1, at: str = "", dies: str = "", **environment: str
) -> Process:
    """A Celery worker; waiting messages of earlier tests are thrown away first.

    `environment` overrides the test's own, for example EMAIL_URL or BROKER_URL.
    """
    values = environment_of_test(**environment)
    command = [*celery(at, dies), "worker", "--purge", "--concurrency", str(concurrency)]
    command += ["--loglevel", "info", "--without-gossip", "--without-mingle"]
    return Process(command, values, folder / f"worker-{time.monotonic_ns()}.log", "ready.")


def start_beat(folder: Path, *, at: str = "", **environment: str) -> Process:
    """Celery beat with a schedule file of its own."""
    values = environment_of_test(**environment)
    schedule = folder / f"beat-{time.monotonic_ns()}"
    command = [*celery(at), "beat", "--pidfile=", "--schedule", str(schedule), "--loglevel", "info"]
    return Process(command, values, schedule.with_suffix(".log"), "beat: Starting")


def running(text: str) -> list[str]:
    """Command lines of the processes that have a text in their command or environment."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            command = (process / "cmdline").read_bytes().replace(b"\0", b" ").decode()
            state = (process / "environ").read_bytes().decode(errors="replace")
        except OSError:
            continue
        if (text in command or text in state) and int(process.name) != os.getpid():
            found.append(command)
    return found


def wait_until(condition: Callable[[], bool], seconds: float = 30) -> None:
    """Look ten times a second; fail when it takes too long."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.1)
