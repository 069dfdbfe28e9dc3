"""Run a command with a real PostgreSQL and a real Redis: `python tests/services.py -- pytest`.

Each service is found in this order: an environment variable (TEST_DATABASE_URL, TEST_REDIS_URL),
a service that listens here and gives us the right we need, a private server started from the
installed binaries. A private server lives in a temporary folder, never as root, and ends with
this program, whatever ends this program. The command gets MODE, DATABASE_URL, BROKER_URL and
STATE_DIR in its environment.
"""

import contextlib
import ctypes
import getpass
import glob
import os
import pwd
import re
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
import redis

SECONDS_TO_START = 30
PR_SET_PDEATHSIG = 1
LIBC = ctypes.CDLL(None)


class Interrupted(Exception):
    """INT or TERM arrived while the services were being prepared."""


def main(arguments: list[str]) -> int:
    """Prepare the services, run the command, clean up; the command's exit status."""
    command = arguments[1:] if arguments[:1] == ["--"] else arguments
    if not command:
        sys.exit("usage: python tests/services.py -- COMMAND [ARGUMENT …]")
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, interrupt)
    try:
        with (
            scratch_folder() as folder,
            database(folder) as database_url,
            broker(folder) as broker_url,
        ):
            environment = {
                "MODE": "test",
                "DATABASE_URL": database_url,
                "BROKER_URL": broker_url,
                "STATE_DIR": str(folder / "state"),
            }
            return run(command, environment)
    except Interrupted:
        return 130


def interrupt(number: int, frame: object) -> None:
    raise Interrupted


def run(command: list[str], environment: dict[str, str]) -> int:
    """Run the command in a session of its own; pass INT and TERM on; leave nothing of it."""
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGTERM})
    child = subprocess.Popen(
        command,
        env=os.environ | environment,
        start_new_session=True,
        preexec_fn=unblock_signals,
    )
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda number, frame: child.send_signal(number))
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT, signal.SIGTERM})
    try:
        return child.wait()
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGKILL)


def unblock_signals() -> None:
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT, signal.SIGTERM})
    LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


# PostgreSQL ------------------------------------------------------------------------------------


@contextlib.contextmanager
def database(folder: Path) -> Iterator[str]:
    """The address of a database server on which we may create databases."""
    given = os.environ.get("TEST_DATABASE_URL")
    if given:
        yield given
    elif found := listening_database():
        yield found
    else:
        with private_database(folder) as address:
            yield address


def listening_database() -> str | None:
    """A PostgreSQL that answers on this machine and lets us create databases.

    The name is our own, so that two runs at once do not meet; the test runner creates it.
    """
    host = os.environ.get("PGHOST", "localhost")
    port = os.environ.get("PGPORT", "5432")
    user = os.environ.get("PGUSER", getpass.getuser())
    # a socket's folder has no place in an address of the form the settings read
    if host.startswith("/"):
        return None
    try:
        with psycopg.connect(
            host=host, port=port, user=user, dbname="postgres", connect_timeout=2
        ) as connection:
            row = connection.execute(
                "SELECT rolcreatedb OR rolsuper FROM pg_roles WHERE rolname = current_user"
            ).fetchone()
    except psycopg.Error:
        return None
    password = os.environ.get("PGPASSWORD", "")
    login = f"{user}:{password}" if password else user
    return f"postgres://{login}@{host}:{port}/youthwork_{os.getpid()}" if row and row[0] else None


@dataclass
class Cluster:
    """A PostgreSQL of our own in a folder, that can be started again and again."""

    server: list[str]
    place: Path
    account: pwd.struct_passwd | None
    address: str

    def serving(self) -> contextlib.AbstractContextManager[None]:
        """Run it until the block ends. INT is PostgreSQL's "fast": it waits for no client."""
        return serving(self.server, self.place, self.account, signal.SIGINT, self.answers)

    def answers(self) -> None:
        psycopg.connect(f"{self.address}/postgres", connect_timeout=2).close()


@contextlib.contextmanager
def private_database(folder: Path) -> Iterator[str]:
    """The address of our own server, as long as it runs."""
    cluster = prepare_cluster(folder)
    with cluster.serving():
        yield f"{cluster.address}/youthwork"


def prepare_cluster(folder: Path) -> Cluster:
    """Our own server: nothing is worth a sync to disk, and nobody else gets in."""
    programs = Path(find_program("initdb", "/usr/lib/postgresql/*/bin/initdb")).parent
    account, place, port = unprivileged("postgres"), folder / "postgresql", free_port()
    password = secrets.token_hex(16)
    place.mkdir()
    (place / "password").write_text(password)
    give(place, account)
    initdb = [programs / "initdb", "--pgdata", place / "data", "--username", "youthwork"]
    initdb += ["--auth", "scram-sha-256", "--pwfile", place / "password", "--no-sync"]
    initdb += ["--encoding", "UTF8", "--locale", "C.UTF-8"]
    with (place / "initdb.log").open("w") as log:
        subprocess.run(
            initdb, check=True, stdout=log, stderr=log, cwd=place, **switch_user(account)
        )
    options = {
        "port": port,
        "listen_addresses": "127.0.0.1",
        "unix_socket_directories": "",
        "fsync": "off",
        "synchronous_commit": "off",
        "full_page_writes": "off",
        "max_connections": 200,
        # tables counted while empty would get plans for one row; tests in bulk count for themselves
        "autovacuum": "off",
    }
    server = [str(programs / "postgres"), "-D", str(place / "data")]
    server += [word for name, value in options.items() for word in ("-c", f"{name}={value}")]
    return Cluster(server, place, account, f"postgres://youthwork:{password}@127.0.0.1:{port}")


# Redis -----------------------------------------------------------------------------------------


@contextlib.contextmanager
def broker(folder: Path) -> Iterator[str]:
    """The address of a Redis database that is ours to empty."""
    given = os.environ.get("TEST_REDIS_URL")
    if given:
        yield given
    elif found := listening_redis():
        yield found
    else:
        with private_redis(folder) as address:
            yield address


def listening_redis() -> str | None:
    """An empty database of the Redis on this machine; one with keys belongs to somebody."""
    for number in range(15, 0, -1):
        address = f"redis://localhost:6379/{number}"
        try:
            with redis.Redis.from_url(address, socket_connect_timeout=1) as client:
                if client.dbsize() == 0:
                    return address
        except redis.RedisError:
            return None
    return None


@contextlib.contextmanager
def private_redis(folder: Path) -> Iterator[str]:
    """Our own server, in memory only."""
    program, account = find_program("redis-server"), unprivileged("redis")
    place, port, password = folder / "redis", free_port(), secrets.token_hex(16)
    place.mkdir()
    configuration = place / "redis.conf"
    configuration.write_text(
        f'bind 127.0.0.1\nport {port}\nrequirepass {password}\nsave ""\nappendonly no\n'
        f"dir {place}\n"
    )
    give(place, account)
    address = f"redis://:{password}@127.0.0.1:{port}/0"

    def answers() -> None:
        with redis.Redis.from_url(address, socket_connect_timeout=1) as client:
            client.ping()

    with serving([program, str(configuration)], place, account, signal.SIGTERM, answers):
        yield address


# What both need --------------------------------------------------------------------------------


@contextlib.contextmanager
def serving(
    command: list[str],
    place: Path,
    account: pwd.struct_passwd | None,
    ending: signal.Signals,
    answers: Callable[[], None],
) -> Iterator[None]:
    """Run a server in `place` until the block ends; wait until `answers()` stops raising."""

    def prepare() -> None:
        # QUIT and KILL aside, nothing reaches the server but through us; if we are killed it ends
        LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGTERM if ending == signal.SIGTERM else signal.SIGQUIT)

    log = (place / "log").open("w")
    server = subprocess.Popen(
        command,
        cwd=place,
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=log,
        start_new_session=True,
        preexec_fn=prepare,
        **switch_user(account),
    )
    try:
        wait_for(server, answers, place / "log")
        yield
    finally:
        log.close()
        server.send_signal(ending)
        try:
            server.wait(10)
        except subprocess.TimeoutExpired:
            os.killpg(server.pid, signal.SIGKILL)
            server.wait()


def wait_for(server: subprocess.Popen, answers: Callable[[], None], log: Path) -> None:
    deadline = time.monotonic() + SECONDS_TO_START
    while True:
        try:
            return answers()
        except (psycopg.Error, redis.RedisError):
            if server.poll() is not None or time.monotonic() > deadline:
                sys.exit(f"{server.args[0]} does not start:\n{log.read_text()}")
            time.sleep(0.1)


@contextlib.contextmanager
def scratch_folder() -> Iterator[Path]:
    """A temporary folder that an unprivileged server can reach: no closed folder above it."""
    for base in (tempfile.gettempdir(), "/tmp", "/var/tmp", "/dev/shm"):
        path = Path(base)
        if path.is_dir() and all(p.stat().st_mode & 0o001 for p in (path, *path.parents)):
            folder = Path(tempfile.mkdtemp(prefix="youthwork-", dir=base))
            break
    else:
        sys.exit("No temporary folder that everybody may enter.")
    folder.chmod(0o711)
    (folder / "state").mkdir(mode=0o700)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def find_program(name: str, pattern: str = "") -> str:
    """The path of a program, on the PATH or, highest version first, where Debian keeps it."""
    versions = sorted(
        glob.glob(pattern), key=lambda path: [int(n) for n in re.findall(r"\d+", path)]
    )
    found = shutil.which(name) or (versions[-1] if versions else None)
    return found or sys.exit(f"{name} is not installed; see scripts/system-packages test")


def unprivileged(name: str) -> pwd.struct_passwd | None:
    """The account a server runs under when we are root (PostgreSQL refuses root)."""
    if os.geteuid() != 0:
        return None
    try:
        return pwd.getpwnam(name)
    except KeyError:
        return pwd.getpwnam("nobody")


def give(place: Path, account: pwd.struct_passwd | None) -> None:
    place.chmod(0o700)
    if account:
        for path in (place, *place.iterdir()):
            os.chown(path, account.pw_uid, account.pw_gid)


def switch_user(account: pwd.struct_passwd | None) -> dict:
    if account is None:
        return {}
    return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
