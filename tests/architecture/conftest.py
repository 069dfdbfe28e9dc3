"""The world of these tests, and what to walk through it takes."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from desk import readiness
from tests.architecture.access_table import EVERYBODY
from tests.architecture.world import World
from tests.support.papers import each_paper_once


@pytest.fixture
def world(built_world: World, db: None) -> World:
    """The world; what a test does to it is undone."""
    return built_world


@pytest.fixture(scope="module")
def cookies(built_world: World, django_db_blocker: Any) -> Iterator[dict[str, str]]:
    """A session for everybody who can have one."""
    found = {}
    with django_db_blocker.unblock(), transaction.atomic():
        for who in EVERYBODY - {"anonymous"}:
            client = Client()
            client.force_login(built_world.people[who])
            found[who] = client.cookies.output(header="", sep=";")
        yield found
        transaction.set_rollback(True)


@pytest.fixture(autouse=True, scope="package")
def _ready_as_long_as_the_world_stands() -> Iterator[None]:
    """Beat and mails of the world grow old while it is walked; that is tested elsewhere."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(readiness, "SILENCE", timedelta(days=1))
        patch.setattr(readiness, "LAG", timedelta(days=1))
        yield


@pytest.fixture(autouse=True, scope="package")
def _each_paper_once() -> Iterator[None]:
    """What stands on papers is tested elsewhere; here the same text is laid out once."""
    with each_paper_once():
        yield
