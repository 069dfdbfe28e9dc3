"""The rows of fingerprints are filled from the columns that they replace.

The columns had no words of the parent's name, so those are made from the name itself. The name of a
parent that no key can read gets none; `rotate_keys --check` counts such a record.
"""

from cryptography.fernet import InvalidToken
from django.db import migrations, models
from django.db.models.functions import Cast

from core.encryption import decrypt
from recruitment.names import tokens

BATCH = 1000


def fill(apps, schema_editor):
    fill_households(apps)
    fill_children(apps)


def fill_households(apps):
    token = apps.get_model("recruitment", "NameToken")
    households = apps.get_model("recruitment", "Household").objects.annotate(
        guardian=Cast("guardian_name", models.TextField())
    )
    stored = households.values_list("pk", "family_name_index", "guardian")
    write(
        token,
        (
            token(household_id=pk, token=word)
            for pk, index, guardian in stored.order_by("pk").iterator(BATCH)
            for word in sorted({*index.split(), *tokens_of(guardian)})
        ),
    )


def tokens_of(guardian):
    try:
        return tokens(decrypt(guardian.encode()).decode()) if guardian else set()
    except InvalidToken:
        return set()


def fill_children(apps):
    token = apps.get_model("recruitment", "NameToken")
    stored = apps.get_model("recruitment", "Child").objects.values_list(
        "pk", "household_id", "first_name_index"
    )
    write(
        token,
        (
            token(household_id=household, child_id=pk, token=word)
            for pk, household, index in stored.order_by("pk").iterator(BATCH)
            for word in sorted(set(index.split()))
        ),
    )


def write(token, rows):
    """A thousand at a time, however many there are."""
    batch = []
    for row in rows:
        batch.append(row)
        if len(batch) >= BATCH:
            token.objects.bulk_create(batch)
            batch = []
    token.objects.bulk_create(batch)


class Migration(migrations.Migration):

    dependencies = [
        ('recruitment', '0002_name_tokens'),
    ]

    operations = [
        migrations.RunPython(fill, migrations.RunPython.noop, elidable=True),
    ]
