"""What the database refuses by itself, and what it never holds in plain words."""

import pytest
from django.core.exceptions import FieldError
from django.db import DatabaseError, connection, transaction
from django.db.models import ProtectedError
from django.db.utils import IntegrityError

from recruitment.models import Child, Guidance, GuidanceStep, Household
from recruitment.services import record_stage
from tests.factories.people import make_group, make_guidance, make_household

pytestmark = pytest.mark.django_db


def run(sql, *parameters):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, parameters)


def dump(*models):
    """The rows of tables as the database holds them."""
    rows = []
    with connection.cursor() as cursor:
        for model in models:
            cursor.execute(f"SELECT * FROM {model._meta.db_table}")
            rows += cursor.fetchall()
    assert rows
    return str(rows)


def test_the_tables_hold_no_name_contact_or_note(an):
    make_guidance(
        an,
        "Wolfgang",
        family_name="Amadeus",
        guardian_name="Leopold",
        phone="0470998877",
        address="Getreidegasse",
        notes="Speelt clavecimbel",
    )
    raw = dump(Household, Child, Guidance, GuidanceStep)
    words = ["Wolfgang", "Amadeus", "Leopold", "0470998877", "Getreidegasse", "clavecimbel"]
    for word in words:
        assert word.lower() not in raw.lower()
    household = Household.objects.get()
    read = (household.family_name, household.guardian_name, household.phone, household.address)
    assert read == ("Amadeus", "Leopold", "0470998877", "Getreidegasse")


@pytest.mark.parametrize("field", ["family_name", "guardian_name", "phone", "address", "notes"])
def test_an_encrypted_field_is_not_searched(field):
    with pytest.raises(FieldError):
        Household.objects.filter(**{f"{field}__contains": "a"}).exists()


@pytest.mark.parametrize(
    ("column", "value"),
    [("stage", "nonsense"), ("role", "nonsense"), ("stage", "member")],
)
def test_a_guidance_has_known_words_and_a_member_has_a_movement(an, column, value):
    guidance = make_guidance(an)
    with pytest.raises(IntegrityError):
        run(f"UPDATE recruitment_guidance SET {column} = %s WHERE id = %s", value, guidance.pk)
    guidance.refresh_from_db()
    assert (guidance.stage, guidance.role) == ("contacted", "participant")


@pytest.mark.parametrize("year", [1989, 2101])
def test_a_birth_year_is_a_year_of_somebody_young(an, year):
    child = make_guidance(an).child
    with pytest.raises(IntegrityError):
        run("UPDATE recruitment_child SET birth_year = %s WHERE id = %s", year, child.pk)
    child.refresh_from_db()
    assert child.birth_year == 2014


def test_a_backup_is_another_than_the_owner(an):
    household = make_household(an)
    with pytest.raises(IntegrityError):
        run("UPDATE recruitment_household SET backup_id = owner_id WHERE id = %s", household.pk)
    household.refresh_from_db()
    assert household.backup is None


@pytest.mark.parametrize(
    ("stage", "confirmation", "reason"),
    [
        ("nonsense", "", ""),
        ("member", "", ""),
        ("member", "hearsay", ""),
        ("member", "family", "cost"),
        ("trial", "family", ""),
        ("stopped", "", ""),
        ("stopped", "", "nonsense"),
        ("trial", "", "cost"),
    ],
)
def test_a_step_says_how_we_know_and_why_it_stopped(an, stage, confirmation, reason):
    guidance = make_guidance(an)
    with pytest.raises(IntegrityError):
        run(
            'INSERT INTO recruitment_guidancestep (guidance_id, stage, "on", confirmation, reason,'
            " by_id) VALUES (%s, %s, '2026-01-01', %s, %s, %s)",
            guidance.pk,
            stage,
            confirmation,
            reason,
            an.pk,
        )
    assert guidance.steps.count() == 1


def test_a_step_is_never_rewritten(an):
    guidance = make_guidance(an, movement=make_group())
    record_stage(guidance=guidance, stage="member", by=an, confirmation="family")
    with pytest.raises(DatabaseError, match="append-only"):
        run('UPDATE recruitment_guidancestep SET "on" = %s', "2020-01-01")
    assert not guidance.steps.filter(on="2020-01-01").exists()


def test_a_family_with_children_is_not_deleted(an):
    make_guidance(an)
    with pytest.raises(ProtectedError):
        Household.objects.all().delete()
    assert Household.objects.count() == 1


def test_a_person_is_named_by_a_number(an):
    guidance = make_guidance(an, "Wolfgang", family_name="Amadeus")
    for record in (guidance, guidance.child, guidance.child.household, guidance.steps.get()):
        assert "Wolfgang" not in str(record)
        assert "Amadeus" not in str(record)
    assert str(guidance.child.pk) in str(guidance.child)
