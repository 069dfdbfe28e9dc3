"""`make run` serves the demonstration, ends when told to, and keeps its data."""

import contextlib
import os
import pty
import signal
import socket
import sqlite3
import subprocess
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.support.processes import running, wait_until

ROOT = Path(__file__).resolve().parents[1]
OF_THE_TEST = {
    "MODE",
    "DATABASE_URL",
    "BROKER_URL",
    "EMAIL_URL",
    "MAKEFLAGS",
    "MFLAGS",
    "MAKELEVEL",
}
PROCESSES = ("gunicorn", " worker ", " beat ")


class Site:
    """One `make run` after another on the same data."""

    def __init__(self, state: Path) -> None:
        self.state = state
        self.pid = 0
        self.output = state.with_suffix(".log")
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.address = f"http://localhost:{probe.getsockname()[1]}"

    def start(self) -> float:
        """Start on a terminal of its own, as a person does; seconds until it answers."""
        begin = time.monotonic()
        kept = {k: v for k, v in os.environ.items() if k not in OF_THE_TEST}
        port = self.address.rpartition(":")[2]
        environment = kept | {"STATE_DIR": str(self.state), "PORT": port}
        self.pid, self.terminal = pty.fork()
        if self.pid == 0:  # pragma: no cover - the child
            os.chdir(ROOT)
            os.execvpe("make", ["make", "run"], environment)
        os.set_blocking(self.terminal, False)
        wait_until(self.answers, 120)
        return time.monotonic() - begin

    def answers(self) -> bool:
        self.drain()
        assert os.waitpid(self.pid, os.WNOHANG)[0] == 0, self.output.read_text()
        try:
            return urllib.request.urlopen(f"{self.address}/healthz", timeout=2).status == 200
        except OSError:
            return False

    def drain(self) -> None:
        """Keep what was printed; a full terminal would stop the processes."""
        try:
            with self.output.open("ab") as log:
                while printed := os.read(self.terminal, 65536):
                    log.write(printed)
        except OSError:
            return

    def gone(self) -> bool:
        self.drain()
        with contextlib.suppress(ChildProcessError):
            os.waitpid(self.pid, os.WNOHANG)
        return self.processes() == []

    def processes(self) -> list[str]:
        return running(str(self.state))

    def supervisor(self) -> int:
        children = subprocess.run(
            ["pgrep", "--parent", str(self.pid)], capture_output=True, text=True, check=True
        )
        return int(children.stdout.split()[0])


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    site = Site(tmp_path_factory.mktemp("run") / "state")
    yield site
    if not site.gone():
        os.kill(site.supervisor(), signal.SIGKILL)


def people(site: Site) -> int:
    with sqlite3.connect(site.state / "youthwork.db") as database:
        return int(database.execute("SELECT COUNT(*) FROM accounts_user").fetchone()[0])


def test_it_starts_serves_stops_and_starts_again(site: Site) -> None:
    site.start()
    text = site.output.read_text()
    assert f"{site.address}/\n" in text
    assert f"{site.address}/dev/" in text
    signs = urllib.request.urlopen(f"{site.address}/dev/", timeout=10).read().decode()
    assert "@" in signs
    stop_and_start(site, ctrl_c)


@pytest.mark.proof
def test_nothing_stays_behind_however_it_ends(site: Site) -> None:
    site.start()
    stop_and_start(
        site,
        term_to_make,
        int_to_make,
        hang_up_make,
        term_to_supervisor,
        kill_make,
        kill_supervisor,
    )


def stop_and_start(site: Site, *ways: Callable[[Site], None]) -> None:
    """Stop in each of these ways, and start again on the same data."""
    started = people(site)
    assert started > 0
    for stop in ways:
        wait_until(lambda: all(any(p in line for line in site.processes()) for p in PROCESSES))
        stop(site)
        wait_until(site.gone, 20)
        seconds = site.start()
        assert seconds < 20, f"after {stop.__name__} it took {seconds:.0f} s"
        assert people(site) == started
    ctrl_c(site)
    wait_until(site.gone, 20)


def ctrl_c(site: Site) -> None:
    os.write(site.terminal, b"\x03")


def term_to_make(site: Site) -> None:
    os.kill(site.pid, signal.SIGTERM)


def int_to_make(site: Site) -> None:
    os.kill(site.pid, signal.SIGINT)


def hang_up_make(site: Site) -> None:
    os.kill(site.pid, signal.SIGHUP)


def term_to_supervisor(site: Site) -> None:
    os.kill(site.supervisor(), signal.SIGTERM)


def kill_make(site: Site) -> None:
    os.kill(site.pid, signal.SIGKILL)


def kill_supervisor(site: Site) -> None:
    os.kill(site.supervisor(), signal.SIGKILL)
