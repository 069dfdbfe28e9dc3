"""A backup from before an erasure is restored: nobody sees a page until it was erased again."""

import contextlib
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client

from core import outbox, subjects
from core.closing import gate
from core.tombstones import Tombstone
from privacy.services.erasure import erase
from recruitment.models import Child, Guidance
from tests.factories.people import make_consultant, make_guidance
from tests.services import find_program, free_port
from tests.support.processes import Process, environment_of_test, wait_until
from tests.support.scratch import scratch_database, server

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]

MARKER = "Zarqasha"


def run(*command: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command,
        cwd=settings.BASE_DIR,
        env={**environment_of_test(), **environment},
        capture_output=True,
        text=True,
    )


def manage(*arguments: str) -> subprocess.CompletedProcess[str]:
    return run(sys.executable, "manage.py", *arguments)


class Site:
    """A web process of its own on the database of the moment, and somebody signed in to it."""

    def __init__(self, port: int, cookie: str) -> None:
        self.address, self.cookie = f"http://127.0.0.1:{port}", cookie

    def get(self, path: str) -> tuple[int, str]:
        request = urllib.request.Request(self.address + path, headers={"Cookie": self.cookie})
        try:
            with urllib.request.urlopen(request, timeout=10) as response:
                return response.status, response.read().decode()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read().decode()


@contextlib.contextmanager
def serving(folder: Path, cookie: str) -> Iterator[Site]:
    port = free_port()
    command = [sys.executable, "manage.py", "runserver", "--noreload", f"127.0.0.1:{port}"]
    environment = environment_of_test(TOMBSTONE_SECONDS="0.1")
    process = Process(command, environment, folder / "web.log", "Starting development server")
    site = Site(port, cookie)

    def answers() -> bool:
        try:
            return site.get("/healthz")[0] == 200
        except OSError:
            return False

    try:
        wait_until(answers)
        yield site
    finally:
        process.stop()


def dumped(folder: Path) -> Path:
    """A backup, made the way the documentation says."""
    target = folder / "backup"
    place = f"{server()} dbname={connection.settings_dict['NAME']}"
    done = run(find_program("pg_dump"), "--format=custom", f"--file={target}", place)
    assert done.returncode == 0, done.stderr
    return target


def restored(backup: Path, name: str) -> None:
    place = f"{server()} dbname={name}"
    done = run(find_program("pg_restore"), "--no-owner", f"--dbname={place}", str(backup))
    assert done.returncode == 0, done.stderr
    connection.close()


@pytest.fixture
def guidance() -> Guidance:
    return make_guidance(make_consultant(), MARKER, family_name="Zarq")


@pytest.fixture
def cookie(guidance: Guidance) -> str:
    """A session of the family's owner, from before the backup."""
    client = Client()
    client.force_login(guidance.child.household.owner)
    return f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"


def assert_closed(site: Site, page: str) -> None:
    for path in ("/", page, "/stories/", "/sign-in/", "/admin/"):
        status, text = site.get(path)
        assert (status, MARKER in text) == (503, False), path
    assert site.get("/static/css/app.css")[0] == 200
    status, text = site.get("/readyz")
    assert (status, "erasures" in text) == (503, True)


def mails_sent() -> int:
    gate.forget()
    return outbox.deliver_due()


def test_no_page_before_the_erasures_are_done_again(
    tmp_path: Path, guidance: Guidance, cookie: str
) -> None:
    child = guidance.child
    page = f"/admin/recruitment/household/{child.household_id}/change/"
    outbox.enqueue(kind="sign_in_code", object_id=0, recipient="user:0", language="nl")
    backup = dumped(tmp_path)
    erase(kind=subjects.kind_of("recruitment.child"), person=child, by=None)
    assert Child.objects.get(pk=child.pk).first_name != MARKER

    with scratch_database(tmp_path) as name:
        restored(backup, name)
        assert Child.objects.get(pk=child.pk).first_name == MARKER
        assert not Tombstone.objects.exists()
        with serving(tmp_path, cookie) as site:
            assert_closed(site, page)
            assert mails_sent() == 0
            assert manage("replay_erasures", "--check").returncode == 1
            replayed = manage("replay_erasures")
            assert replayed.stdout == "1 erased again\n", replayed.stderr
            wait_until(lambda: site.get("/")[0] == 200)
            status, text = site.get(page)
            assert (status, MARKER in text) == (200, False)
            wait_until(lambda: "erasures" not in site.get("/readyz")[1])
        assert mails_sent() == 1
        assert Child.objects.get(pk=child.pk).first_name != MARKER
        assert Tombstone.objects.get().object_id == child.pk
        checked = manage("check", "--database", "default", "--fail-level", "WARNING")
        assert checked.returncode == 0, checked.stderr
    gate.suppose_open()
