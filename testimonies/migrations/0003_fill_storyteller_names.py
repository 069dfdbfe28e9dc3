"""Storytellers who are there become findable by name.

A name that no key can read gets no fingerprints; `rotate_keys --check` counts such a record.
"""

from cryptography.fernet import InvalidToken
from django.db import migrations, models
from django.db.models.functions import Cast

from core.encryption import decrypt
from recruitment.names import tokens

BATCH = 1000


def fill(apps, schema_editor):
    token = apps.get_model("testimonies", "StorytellerToken")
    storytellers = apps.get_model("testimonies", "Storyteller").objects.annotate(
        stored=Cast("name", models.TextField())
    )
    batch = []
    for pk, stored in storytellers.order_by("pk").values_list("pk", "stored").iterator(BATCH):
        batch += [token(storyteller_id=pk, token=word) for word in sorted(tokens_of(stored))]
        if len(batch) >= BATCH:
            token.objects.bulk_create(batch)
            batch = []
    token.objects.bulk_create(batch)


def tokens_of(stored):
    try:
        return tokens(decrypt(stored.encode()).decode()) if stored else set()
    except InvalidToken:
        return set()


class Migration(migrations.Migration):
    dependencies = [
        ("testimonies", "0002_storyteller_names"),
    ]

    operations = [
        migrations.RunPython(fill, migrations.RunPython.noop, elidable=True),
    ]
