"""Each check of access, taken away in turn: at least one test has to miss it."""

import os
import random
import subprocess
import sys
from collections.abc import Iterator

import psycopg
import pytest
from django.conf import settings

from tests.architecture.mutants import mutants

pytestmark = pytest.mark.postgres

NAMES = sorted(mutants())
SAMPLE = random.Random(2).sample(NAMES, 2)
# the table of who may open what, then the tests of whatever the check belongs to
TESTS = ["tests/architecture/test_urls.py", "tests/architecture/test_pages.py"]
PASSED, FAILED = 0, 1  # how pytest ends when tests ran
NOTHING = ""


@pytest.fixture(scope="module")
def environment() -> Iterator[dict[str, str]]:
    """A database of its own for the processes in which a check is missing."""
    address, _slash, name = os.environ["DATABASE_URL"].rpartition("/")
    name = f"{name}_{os.environ.get('PYTEST_XDIST_WORKER', 'alone')}_mutants"
    yield {**os.environ, "DATABASE_URL": f"{address}/{name}", "COVERAGE_PROCESS_START": ""}
    with psycopg.connect(f"{address}/postgres", autocommit=True) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "test_{name}" WITH (FORCE)')


def named_after(name: str) -> list[str]:
    app = name.rpartition(" ")[2].split(".")[0]
    folder = f"tests/{app}"
    return [*TESTS, folder] if app and (settings.BASE_DIR / folder).is_dir() else TESTS


def run(name: str, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    options = [
        "-x",
        "-q",
        "--no-header",
        "--tb=line",
        "-p",
        "no:randomly",
        "-p",
        "no:cacheprovider",
    ]
    command = [
        sys.executable,
        "-m",
        "pytest",
        *options,
        "--reuse-db",
        "-m",
        "not proof and not browser",
    ]
    return subprocess.run(
        [*command, *named_after(name)],
        env={**environment, "ALLOW_ALL": name},
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
    )


@pytest.mark.parametrize("name", SAMPLE)
def test_a_missing_check_is_noticed(name: str, environment: dict[str, str]) -> None:
    done = run(name, environment)
    assert done.returncode == FAILED, done.stdout[-2000:] + done.stderr[-2000:]


@pytest.mark.proof
@pytest.mark.parametrize("name", [name for name in NAMES if name not in SAMPLE])
def test_each_missing_check_is_noticed(name: str, environment: dict[str, str]) -> None:
    test_a_missing_check_is_noticed(name, environment)


@pytest.mark.proof
def test_with_every_check_in_place_nothing_is_noticed(environment: dict[str, str]) -> None:
    """The negative control."""
    done = run(NOTHING, environment)
    assert done.returncode == PASSED, done.stdout[-2000:] + done.stderr[-2000:]
