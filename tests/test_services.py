"""The launcher of private services: it gives what it promises and leaves nothing behind."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.processes import running, wait_until

LAUNCHER = [sys.executable, str(Path(__file__).parent / "services.py"), "--"]
REPORT = """
import os, psycopg, redis
from collections.abc import Callable
from pathlib import Path
server = os.environ["DATABASE_URL"].rsplit("/", 1)[0]
with psycopg.connect(server + "/postgres", autocommit=True) as connection:
    connection.execute("CREATE DATABASE test_launcher")
    owner = Path(connection.execute("SHOW data_directory").fetchone()[0]).owner()
with redis.Redis.from_url(os.environ["BROKER_URL"]) as client:
    assert client.dbsize() == 0
print(os.environ["MODE"], owner, os.environ["STATE_DIR"])
"""


def environment(tmp_path: Path) -> dict[str, str]:
    """No service given and none listening where we look, so that private ones are started."""
    base = {k: v for k, v in os.environ.items() if not k.startswith(("TEST_", "PG"))}
    return base | {"PGHOST": "localhost", "PGPORT": "1", "TMPDIR": "/tmp"}


def test_private_services_serve_and_end(tmp_path: Path) -> None:
    result = subprocess.run(
        [*LAUNCHER, sys.executable, "-c", REPORT],
        env=environment(tmp_path),
        capture_output=True,
        text=True,
    )
    assert result.returncode == 0, result.stderr
    mode, owner, state = result.stdout.split()
    assert mode == "test"
    assert owner != "root"
    assert not Path(state).parent.exists()
    assert running(Path(state).parent.name) == []


def test_status_of_the_command_is_passed_on(tmp_path: Path) -> None:
    command = [*LAUNCHER, sys.executable, "-c", "raise SystemExit(7)"]
    assert subprocess.run(command, env=environment(tmp_path)).returncode == 7


def test_a_closed_temporary_folder_is_avoided(tmp_path: Path) -> None:
    """PostgreSQL runs under another account and could not enter it."""
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    result = subprocess.run(
        [*LAUNCHER, sys.executable, "-c", REPORT],
        env=environment(tmp_path) | {"TMPDIR": str(closed)},
        capture_output=True,
        text=True,
    )
    assert result.returncode == 0, result.stderr
    assert not result.stdout.split()[2].startswith(str(closed))


@pytest.mark.parametrize("how", ["INT", "TERM", "KILL"])
def test_nothing_stays_behind(tmp_path: Path, how: str) -> None:
    started = tmp_path / "started"
    script = f"import os, time; open({str(started)!r}, 'w').write(os.environ['STATE_DIR'])\n"
    launcher = subprocess.Popen(
        [*LAUNCHER, sys.executable, "-c", script + "time.sleep(60)"],
        env=environment(tmp_path),
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    wait_until(lambda: started.exists() and started.read_text() != "")
    folder = Path(started.read_text()).parent
    assert running(folder.name) != []
    launcher.send_signal(getattr(signal, f"SIG{how}"))
    assert launcher.wait(20) != 0
    wait_until(lambda: running(folder.name) == [])
    # after a KILL nobody is left to remove the folder; the system's cleaning of /tmp does
    assert folder.exists() == (how == "KILL")
    if how == "KILL":
        subprocess.run(["rm", "-rf", str(folder)], check=True)
