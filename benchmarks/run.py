"""`make bench`: what the product adds on top of the tools it stands on, as ratios.

Medians of `ROUNDS` rounds, or as many as the line says; the ratio is of the medians.
"""

import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from http.client import HTTPConnection
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
os.environ.setdefault("MODE", "test")
os.environ["STATE_DIR"] = tempfile.mkdtemp(prefix="youthwork-bench-")

import django  # noqa: E402 - settings come first

django.setup()

from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection, connections, transaction  # noqa: E402
from django.test import Client  # noqa: E402

from accounts.models import User  # noqa: E402
from benchmarks.certificates import (  # noqa: E402
    bench_certificate,
    bench_evening,
    bench_memory,
    bench_repeated,
)
from benchmarks.families import MANY_ROUNDS, bench_families  # noqa: E402
from benchmarks.measure import ROUNDS, pair, timed  # noqa: E402
from benchmarks.reminders import SCAN_ROUNDS, bench_due_scan, bench_workers  # noqa: E402
from movements.models import Movement  # noqa: E402
from movements.services.imports import ImportOptions, import_movements, read_list  # noqa: E402
from tests.support.processes import database_url  # noqa: E402
from tests.support.proof import force_login  # noqa: E402 - with the second factor shown

SLOW_ROUNDS = 7
LIST = ROOT / "tests/data/scout-groups-flanders.csv"
PORT = 8719


def main() -> None:
    """Make a database, measure, and leave nothing behind."""
    connection.creation.create_test_db(verbosity=0, serialize=False)
    try:
        rounds = f"{ROUNDS} rounds (import: {SLOW_ROUNDS}; families: {MANY_ROUNDS}; "
        rounds += f"scan: {SCAN_ROUNDS})"
        print(f"medians of {rounds}; A against B")
        bench_import()
        call_command("demo", verbosity=0)
        bench_certificate()
        bench_pages()
        bench_families()
        bench_workers()
        bench_due_scan()
        bench_evening()
        bench_memory()
    finally:
        connections.close_all()
        connection.creation.destroy_test_db(settings.DATABASES["default"]["NAME"], verbosity=0)
        shutil.rmtree(os.environ["STATE_DIR"], ignore_errors=True)


# The import ------------------------------------------------------------------------------------


def bench_import() -> None:
    """The whole list of 542 rows, against inserting its new movements without any rule."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    seconds = timed(lambda: in_vain(whole_import))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    rows = read_list(LIST.read_bytes(), LIST.name, ImportOptions())
    extra = (peak - before) / 1024
    print(f"import of {len(rows)} rows: {seconds:.2f} s, {extra:.0f} MB extra at the peak")
    movements = new_movements(rows)
    pair(
        f"import of {len(rows)} rows / bare insert of {len(movements)}",
        lambda: in_vain(whole_import),
        lambda: in_vain(lambda: Movement.objects.bulk_create(fresh(movements), batch_size=500)),
        SLOW_ROUNDS,
    )


def whole_import() -> None:
    """Reading the file included."""
    import_movements(rows=read_list(LIST.read_bytes(), LIST.name, ImportOptions()), by=None)


def in_vain(action: Callable[[], object]) -> None:
    """Do it, then take it back."""
    with transaction.atomic():
        action()
        transaction.set_rollback(True)


def new_movements(rows: list) -> list[Movement]:
    with transaction.atomic():
        import_movements(rows=rows, by=None)
        made = list(Movement.objects.order_by("id"))
        transaction.set_rollback(True)
    return made


def fresh(movements: list[Movement]) -> list[Movement]:
    for movement in movements:
        movement.pk, movement._state.adding = None, True
    return movements


# Pages -----------------------------------------------------------------------------------------


def bench_pages() -> None:
    """List pages of somebody signed in, against the bare /healthz of the same server."""
    server = start_server()
    try:
        cookie = session("karin@demo.example")
        bare = request("/healthz", "")
        for path in ("/admin/movements/movement/", "/dashboard/", "/register/"):
            pair(f"{path} / bare view", request(path, cookie), bare)
        bench_repeated(request, session("karin@demo.example"))
        leader = User.objects.get(email="sami@demo.example")
        movement = leader.mandates.values_list("movement_id", flat=True)[0]
        pair(
            "/my/<movement>/ / bare view", request(f"/my/{movement}/", session(leader.email)), bare
        )
    finally:
        server.terminate()
        server.wait(10)


def start_server() -> subprocess.Popen:
    """gunicorn as in production, one worker, on this run's database."""
    environment = os.environ | {
        "DATABASE_URL": database_url(),
        "PUBLIC_URL": f"http://localhost:{PORT}",
    }
    command = [
        sys.executable,
        "-m",
        "gunicorn",
        "--config",
        "config/gunicorn.py",
        "--workers",
        "1",
        "--bind",
        f"127.0.0.1:{PORT}",
        "--log-level",
        "error",
        "config.wsgi",
    ]
    server = subprocess.Popen(command, cwd=ROOT, env=environment)
    for _try in range(100):
        try:
            request("/healthz", "")()
            return server
        except OSError:
            time.sleep(0.1)
    raise SystemExit("the server did not start")


def session(email: str) -> str:
    client = Client(headers={"host": "localhost"})
    force_login(client, User.objects.get(email=email))
    return f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"


def request(path: str, cookie: str) -> Callable[[], None]:
    """A call that fetches a path and checks that it is answered with 200."""

    def fetch() -> None:
        server = HTTPConnection("127.0.0.1", PORT, timeout=30)
        server.request("GET", path, headers={"Cookie": cookie, "Host": f"localhost:{PORT}"})
        answer = server.getresponse()
        answer.read()
        server.close()
        if answer.status != 200:
            raise SystemExit(f"{path} answers {answer.status}")

    return fetch


if __name__ == "__main__":
    main()
