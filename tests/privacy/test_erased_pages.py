"""No page shows an erased person any more: everything is walked before and after."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.test import Client

from accounts.models import User
from core import subjects, tombstones
from core.calendar import now
from core.tombstones import Tombstone
from movements.models import Mandate
from privacy.services.erasure import replay
from tests.architecture.access_table import TABLE
from tests.architecture.markers import MARK, Mark, Walk, mark_everything
from tests.architecture.test_urls import address
from tests.architecture.world import World, build
from tests.factories import people
from tests.privacy import people as some
from tests.privacy.dump import dump

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(db: None) -> Iterator[World]:
    with transaction.atomic():
        yield build()
        transaction.set_rollback(True)


def erased_in(world: World) -> list[tuple[str, int]]:
    """One of each kind, whatever they would have to hand over first."""
    ended = Mandate.objects.get(user=world.people["ended_leader"])
    return [
        ("recruitment.household", world.household.pk),
        ("testimonies.storyteller", world.story.storyteller_id),
        ("movements.mandate", ended.pk),
        ("accounts.user", world.people["ended_leader"].pk),
        ("accounts.user", world.people["consultant"].pk),
    ]


def marks_in(table: Any) -> set[str]:
    return set(MARK.findall(str(table)))


def walk(world: World, who: str) -> set[str]:
    client = Client()
    client.force_login(world.user(who))
    addresses = [address(world, row) for row in TABLE]
    return set(Walk(client).from_pages(addresses).marks())


@pytest.mark.proof
@pytest.mark.postgres
def test_no_page_shows_an_erased_person(world: World) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("the marks are written past triggers, in one transaction")
    marks: dict[str, Mark] = mark_everything()
    shown = walk(world, "coordinator") | walk(world, "privacy_officer")
    before = marks_in(dump())
    for model, number in erased_in(world):
        replay(model, number)
    gone = before - marks_in(dump())
    assert {marks[mark].model for mark in gone} >= {kind.model for kind in subjects.kinds()}
    assert gone & shown
    after = walk(world, "coordinator") | walk(world, "privacy_officer")
    assert sorted(marks[mark].name for mark in gone & after) == []


# A restored backup -----------------------------------------------------------------------------


@pytest.fixture
def officer() -> User:
    return some.officer()


def test_a_restored_backup_is_erased_again(officer: User) -> None:
    staff = people.make_consultant()
    everybody = some.everybody(staff)
    with transaction.atomic():
        for person in everybody:
            # the file knows of erasures that this database was never part of
            tombstones.store().append((person.model, person.row.pk), now())
    call_command("replay_erasures", verbosity=0)
    for person in everybody:
        person.row.refresh_from_db()
        assert person.row.is_erased
        assert Tombstone.objects.filter(model=person.model, object_id=person.row.pk).exists()
    assert some.MARK.casefold() not in str(dump()["recruitment.child"]).casefold()
    assert not tombstones.missing_rows()
