"""Families from before their names had rows of fingerprints are found as before."""

from typing import Any

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from core.encryption import blind_index
from recruitment.models import Household, NameToken
from tests.factories.people import make_consultant

BEFORE = [("recruitment", "0001_initial")]


def migrate(targets: Any) -> Any:
    executor = MigrationExecutor(connection)
    executor.migrate(targets)
    return executor.loader.project_state(targets).apps


def index(*words: str) -> str:
    return " ".join(sorted(blind_index(word) for word in words))


@pytest.mark.django_db(transaction=True)
def test_the_rows_are_filled_from_the_columns() -> None:
    by = make_consultant()
    newest = MigrationExecutor(connection).loader.graph.leaf_nodes()
    try:
        earlier = migrate(BEFORE)
        household = earlier.get_model("recruitment", "Household").objects
        known = household.create(
            family_name="El Idrissi",
            family_name_index=index("el", "idrissi"),
            guardian_name="Samira El Amrani",
            owner_id=by.pk,
        )
        lost = household.create(
            family_name="Peeters", family_name_index=index("peeters"), owner_id=by.pk
        )
        earlier.get_model("recruitment", "Child").objects.create(
            household=known,
            first_name="Amina",
            first_name_index=index("amina"),
            birth_year=2014,
        )
        with connection.cursor() as cursor:
            unreadable = "UPDATE recruitment_household SET guardian_name = 'x' WHERE id = %s"
            cursor.execute(unreadable, [lost.pk])
    finally:
        migrate(newest)
    numbers = Household.objects.values_list("pk", flat=True)
    assert list(numbers.named("amina samira idrissi")) == [known.pk]
    assert list(numbers.named("peeters")) == [lost.pk]
    assert NameToken.objects.count() == 6
