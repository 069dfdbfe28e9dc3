"""Each check of access, taken away in turn: at least one test has to miss it."""

import os
import random
import subprocess
import sys
from collections.abc import Iterator

import psycopg
import pytest
from django.conf import settings
from django.db import connection

from tests.architecture.mutants import mutants

pytestmark = pytest.mark.postgres

NAMES = sorted(mutants())
# of a permission the table knows at once that it is missing
SAMPLE = random.Random(2).sample([name for name in NAMES if name.startswith("permission")], 1)
# the table of who may open what, and the walks through all pages
TESTS = ["tests/architecture/test_urls.py", "tests/architecture/test_pages.py"]
PASSED, FAILED = 0, 1  # how pytest ends when tests ran
NOTHING = ""


@pytest.fixture(scope="module")
def environment(django_db_setup: None) -> Iterator[dict[str, str]]:
    """A database of its own for the processes in which a check is missing: a copy of ours."""
    address, _slash, name = os.environ["DATABASE_URL"].rpartition("/")
    name = f"{name}_{os.environ.get('PYTEST_XDIST_WORKER', 'alone')}_mutants"
    connection.close()  # nobody may look at what is copied
    with psycopg.connect(f"{address}/postgres", autocommit=True) as server:
        server.execute(f'DROP DATABASE IF EXISTS "test_{name}" WITH (FORCE)')
        server.execute(
            f'CREATE DATABASE "test_{name}" TEMPLATE "{connection.settings_dict["NAME"]}"'
        )
    yield {**os.environ, "DATABASE_URL": f"{address}/{name}", "COVERAGE_PROCESS_START": ""}
    with psycopg.connect(f"{address}/postgres", autocommit=True) as server:
        server.execute(f'DROP DATABASE IF EXISTS "test_{name}" WITH (FORCE)')


def where_missed(name: str) -> list[str]:
    """Where it should be missed: of a permission in the table, of the rest first in its own app."""
    kind, what = name.split()[0], name.rpartition(" ")[2]
    app, _dot, rest = what.partition(".")
    if kind == "permission":
        return [TESTS[0], "-k", f"{app}_{rest.partition('_')[2]}"]
    folder = f"tests/{app}"
    return [folder, *TESTS] if (settings.BASE_DIR / folder).is_dir() else TESTS


def run(name: str, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    plain = ["-p", "no:randomly", "-p", "no:cacheprovider", "-m", "not proof and not browser"]
    command = [sys.executable, "-m", "pytest", "-x", "-q", "--tb=line", "--reuse-db", *plain]
    return subprocess.run(
        [*command, *(where_missed(name) if name else TESTS)],
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
