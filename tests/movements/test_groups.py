"""Federations and movements: writes, and what the database itself refuses."""

from datetime import date
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction

from core.errors import Refused
from core.logs import ActivityLog
from core.translated import Translated
from movements.federations import FEDERATIONS
from movements.models import Federation, Movement, matches
from movements.services import (
    change_federation,
    change_movement,
    create_federation,
    create_movement,
)
from tests.factories import movements as make

pytestmark = pytest.mark.django_db
WORDS = {"group_word": Translated(nl="groep"), "main_leader_word": Translated(nl="leiding")}


def test_a_new_installation_knows_the_federations_with_their_words() -> None:
    make.flemish_federations()
    fos = Federation.objects.get(name="FOS Open Scouting")
    assert fos.main_leader_word["nl"] == "eenheidsleiding"
    assert Federation.objects.get(name="KLJ").group_word["nl"] == "afdeling"
    for values in FEDERATIONS:
        for field in ("group_word", "main_leader_word"):
            assert all(values[field][code] for code in ("nl", "fr", "en"))
    scouts = Federation.objects.get(name=make.SCOUTS)
    assert matches(scouts.code_pattern, "A4209G")
    assert not matches(scouts.code_pattern, "A4209G ")
    assert matches(scouts.district_pattern, "A3400D")
    assert matches(scouts.region_pattern, "O1000P")
    assert not matches("", "")


def test_federation_is_made_and_changed_and_logged() -> None:
    federation = create_federation(by=None, name="Rode Valken", **WORDS)
    change_federation(federation=federation, by=None, name="De Rode Valken", **WORDS)
    federation.refresh_from_db()
    assert federation.name == "De Rode Valken"
    logged = list(ActivityLog.objects.order_by("id").values_list("verb", "fields"))
    assert logged == [("added", []), ("changed", ["name"])]
    change_federation(federation=federation, by=None, name="De Rode Valken")
    assert ActivityLog.objects.count() == 2


def test_federation_refuses_a_taken_name_and_a_pattern_that_is_none() -> None:
    make.federation("KSA")
    with pytest.raises(Refused):
        create_federation(by=None, name="KSA", **WORDS)
    with pytest.raises(Refused):
        create_federation(by=None, name="X", code_pattern="[", **WORDS)
    with pytest.raises(ValidationError) as wrong:
        Federation(name="X", region_pattern="(", **WORDS).full_clean()
    assert set(wrong.value.error_dict) == {"region_pattern"}


def test_movement_is_tidied_checked_and_logged() -> None:
    scouts = make.federation(make.SCOUTS)
    movement = create_movement(
        federation=scouts,
        name="  De   Ekster ",
        code="a0001g",
        by=None,
        started_on=date(2020, 9, 1),
    )
    assert (movement.name, movement.code) == ("De Ekster", "A0001G")
    assert movement.started_on == date(2020, 9, 1)
    movement = change_movement(movement=movement, by=None, code="a0002g", mailbox="a@b.be")
    movement.refresh_from_db()
    assert (movement.code, movement.mailbox) == ("A0002G", "a@b.be")
    log = ActivityLog.objects.filter(object_type="movements.movement").order_by("id")
    assert list(log.values_list("verb", "fields")) == [
        ("added", []),
        ("changed", ["code", "mailbox"]),
    ]
    change_movement(movement=movement, by=None, mailbox="a@b.be")
    assert log.count() == 2


def test_movement_may_change_federation() -> None:
    movement = make.movement()
    change_movement(movement=movement, by=None, federation=make.federation("KSA"))
    movement.refresh_from_db()
    assert movement.federation.name == "KSA"


@pytest.mark.parametrize(
    "fields",
    [
        {"name": " "},
        {"name": "x", "code": "12"},
        {"name": "x", "code": "A0001G"},
        {"name": "x", "mailbox": "no address"},
        {"name": "x", "language": "de"},
        {"name": "x", "started_on": date(2024, 2, 1), "stopped_on": date(2024, 1, 1)},
    ],
)
def test_movement_refuses(fields: dict[str, Any]) -> None:
    scouts = make.federation(make.SCOUTS)
    create_movement(federation=scouts, name="De Ekster", code="A0001G", by=None)
    with pytest.raises(Refused):
        create_movement(federation=scouts, by=None, **fields)
    assert Movement.objects.count() == 1


def test_unknown_field_is_a_mistake_of_the_programmer() -> None:
    with pytest.raises(TypeError, match="coach"):
        change_movement(movement=make.movement(), by=None, coach=1)


def test_movements_exist_between_their_first_and_last_day() -> None:
    make.movement("Always")
    make.movement("Later", started_on=date(2025, 1, 2))
    make.movement("Past", stopped_on=date(2025, 1, 1))

    def names(day: date) -> set[str]:
        return set(Movement.objects.existing(day).values_list("name", flat=True))

    assert names(date(2025, 1, 1)) == {"Always", "Past"}
    assert names(date(2025, 1, 2)) == {"Always", "Later"}


@pytest.mark.parametrize(
    "change",
    [
        "name = ''",
        "code = 'A0001G'",
        "started_on = '2024-02-01', stopped_on = '2024-01-01'",
        "federation_id = NULL",
    ],
)
def test_database_refuses_what_goes_past_the_services(change: str) -> None:
    scouts = make.federation(make.SCOUTS)
    create_movement(federation=scouts, name="De Ekster", code="A0001G", by=None)
    other = create_movement(federation=scouts, name="De Specht", by=None)
    write = f"UPDATE movements_movement SET {change} WHERE id = %s"
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(write, [other.pk])


def test_database_refuses_a_federation_without_words() -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Federation.objects.create(name="X", group_word={"nl": ""})
