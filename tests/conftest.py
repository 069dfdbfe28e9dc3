"""What every test stands on; strict where production is forgiving."""

import contextlib
import itertools
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from django.conf import settings as django_settings
from django.template import engines
from django.test import Client, TransactionTestCase
from django.utils import translation
from playwright.sync_api import Page

from core.closing import gate
from desk import readiness
from tests.architecture.mutants import allow_all
from tests.architecture.world import World
from tests.support import proof
from tests.support.browser import Chromium, Pages
from tests.support.database import flush_to_start, keep_start
from tests.support.processes import Process, start_beat, start_worker
from tests.support.shared_world import SharedWorld
from tests.support.smtp import Sink, SinkServer
from tests.support.templates import StrictVariable
from tests.support.writes import reading_only

# a test process that has to wait for its turn is no finding
hypothesis.settings.register_profile(
    "patient", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("patient")

CHROMIUM = Chromium()
WORLD = SharedWorld()
# of those without a browser, what starts processes that start everything
LONG = ("tests/test_run.py", "tests/architecture/test_mutants.py", "tests/config/test_checks.py")
STATE = pytest.StashKey[Path]()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--with-database",
        action="store_true",
        help="only tests that ask the database something",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Files and messages of this test process go to places of its own."""
    process = os.environ.get("PYTEST_XDIST_WORKER", "gw0")
    state = config.stash[STATE] = Path(tempfile.mkdtemp(prefix=f"youthwork-test-{process}-"))
    for name in ("broker", "media"):
        (state / name).mkdir()
    django_settings.STATE_DIR = state
    django_settings.MEDIA_ROOT = state / "media"
    # never compared anew, so that queries can be counted; tests of it say otherwise
    django_settings.TOMBSTONE_SECONDS = float("inf")
    database = django_settings.DATABASES["default"]
    if database["ENGINE"].endswith("sqlite3"):
        # a file, not memory: the settings of production (WAL, IMMEDIATE) are what is tested
        database.setdefault("TEST", {})["NAME"] = str(state / "test.db")
    separate_broker(int(process.removeprefix("gw")), state)
    if name := os.environ.get("ALLOW_ALL"):
        allow_all(name)


def separate_broker(number: int, state: Path) -> None:
    """A task must never reach the worker of another test process, nor that of a running site."""
    address = django_settings.CELERY_BROKER_URL
    if address.startswith("redis"):
        base, _, first = address.rpartition("/")
        address = f"{base}/{(int(first or 0) + number) % 16}"
    else:
        django_settings.CELERY_BROKER_TRANSPORT_OPTIONS = {
            "data_folder_in": str(state / "broker"),
            "data_folder_out": str(state / "broker"),
            "control_folder": str(state / "broker-control"),
        }
    django_settings.CELERY_BROKER_URL = address


def pytest_unconfigure(config: pytest.Config) -> None:
    CHROMIUM.stop()
    shutil.rmtree(config.stash[STATE], ignore_errors=True)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Browser tests first, then what looks at the world; within these the shuffle stands.

    So the browser is started once, and the world built once, in each process. Long tests come
    first: at the end, when one process takes over work of the other, there are small ones left.

    What an app does is measured by the app's own tests: to count lines while pages are walked
    through would take a third longer, and would call covered what nobody looked at.
    """
    for item in items:
        if item.get_closest_marker("browser") or "tests/architecture/" in item.nodeid:
            item.add_marker("no_cover")
    items.sort(key=place)
    if config.getoption("--with-database"):
        config.hook.pytest_deselected(items=[item for item in items if not asks(item)])
        items[:] = filter(asks, items)


def place(item: pytest.Item) -> int:
    if item.get_closest_marker("browser"):
        return 0
    if item.nodeid.startswith(LONG):
        return 1
    return 2 if looks_at_the_world(item) else 3


def asks(item: pytest.Item) -> bool:
    """Whether the test may ask the database anything."""
    fixtures = {"db", "transactional_db"} & set(getattr(item, "fixturenames", ()))
    return bool(fixtures) or item.get_closest_marker("django_db") is not None


def looks_at_the_world(item: pytest.Item | None) -> bool:
    return "built_world" in getattr(item, "fixturenames", ())


TESTS = itertools.count()


def pytest_runtest_setup(item: pytest.Item) -> None:
    """What a test erases is rolled back; its line in the file of tombstones is not."""
    state = item.config.stash[STATE]
    django_settings.TOMBSTONES = state / "tombstones" / f"{next(TESTS)}.log"
    gate.suppose_open()
    readiness.forget()
    if item.get_closest_marker("browser") is None:
        CHROMIUM.stop()


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_teardown(nextitem: pytest.Item | None) -> Iterator[None]:
    """The world goes before the first test that must not see it."""
    try:
        return (yield)
    finally:
        if not looks_at_the_world(nextitem):
            WORLD.close()


@pytest.fixture(scope="module")
def built_world(django_db_setup: None, django_db_blocker: Any) -> World:
    """The world of tests/architecture, for fixtures of a file; a test asks for `world`."""
    return WORLD.get(django_db_blocker)


@pytest.fixture(autouse=True, scope="session")
def _proven_sessions() -> Iterator[None]:
    """`Client.force_login` gives a session that has shown its second factor.

    Without it: `tests.support.proof.login_without_proof`.
    """
    django_login = Client.force_login
    Client.force_login = proof.force_login
    yield
    Client.force_login = django_login


# Strictness ------------------------------------------------------------------------------------


@pytest.fixture(autouse=True, scope="session")
def _strict_templates() -> None:
    """A variable that the view does not give fails, in our own templates."""
    engines["django"].engine.string_if_invalid = StrictVariable()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> None:
    """Keep the rows that migrations wrote, to put them back after a flush."""
    with django_db_blocker.unblock():
        keep_start()


@pytest.fixture(autouse=True, scope="session")
def _flush_to_start() -> Iterator[None]:
    """After a transactional test the database is as the migrations left it, triggers included."""
    teardown = TransactionTestCase._fixture_teardown
    TransactionTestCase._fixture_teardown = lambda case: flush_to_start(case, teardown)
    yield
    TransactionTestCase._fixture_teardown = teardown


@pytest.fixture(autouse=True)
def _default_language() -> Iterator[None]:
    """The test client leaves the language of its last page active; the next test starts anew."""
    translation.deactivate()
    yield
    translation.deactivate()


@pytest.fixture
def no_writes() -> Any:
    """`with no_writes(): client.get(…)` fails when the page writes more than the access log.

    Names of tables given to it may be written too.
    """
    return reading_only


# Mail ------------------------------------------------------------------------------------------


@pytest.fixture
def smtp(settings: Any) -> Iterator[Sink]:
    """A real SMTP server; every mail of the test, and of its worker, goes there."""
    with SinkServer() as sink:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", sink.port
        settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
        settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
        yield sink


# Processes -------------------------------------------------------------------------------------


@pytest.fixture
def worker(transactional_db: None, smtp: Sink, site: str, tmp_path: Path) -> Iterator[Process]:
    """A real worker and a real beat on this test's database, mailing to `smtp`."""
    with contextlib.ExitStack() as stack:
        process = start_worker(tmp_path)
        stack.callback(process.stop)
        stack.callback(start_beat(tmp_path).stop)
        yield process


# Browser ---------------------------------------------------------------------------------------


@pytest.fixture
def site(live_server: Any, settings: Any) -> str:
    """The address of the running site; mails and certificates point to it."""
    settings.PUBLIC_URL = live_server.url
    settings.CSRF_TRUSTED_ORIGINS = [live_server.url]
    return str(live_server.url)


@pytest.fixture
def new_page(site: str) -> Iterator[Pages]:
    """`new_page(width, javascript=…, locale=…)` opens a page with a profile of its own."""
    pages = Pages(CHROMIUM.start(), site)
    yield pages
    pages.close()


@pytest.fixture
def page(new_page: Pages) -> Page:
    """One page, 1280 px wide, in Dutch."""
    return new_page()
