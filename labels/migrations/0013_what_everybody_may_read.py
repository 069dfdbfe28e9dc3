"""That a movement chose what everybody may read is a row of its own: "nothing" is a choice too."""

from typing import Any

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import core.calendar


def chosen(apps: Any, schema_editor: Any) -> None:
    """Whoever published a reason has chosen, as of the last one."""
    reasons, choices = (
        apps.get_model("labels", name) for name in ("PublishedReason", "PublicChoice")
    )
    last = {row.label_id: row for row in reasons.objects.order_by("approved_at", "pk")}
    choices.objects.bulk_create(
        choices(label_id=label, chosen_by_id=row.approved_by_id, chosen_at=row.approved_at)
        for label, row in last.items()
    )


class Migration(migrations.Migration):
    dependencies = [
        ("labels", "0012_examples_of_the_shipped_points"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="PublicChoice",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "chosen_at",
                    models.DateTimeField(default=core.calendar.now, verbose_name="chosen at"),
                ),
                (
                    "chosen_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="chosen by",
                    ),
                ),
                (
                    "label",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="public_choice",
                        to="labels.label",
                        verbose_name="label",
                    ),
                ),
            ],
            options={
                "verbose_name": "choice of what everybody may read",
                "verbose_name_plural": "choices of what everybody may read",
                "ordering": ["label"],
            },
        ),
        migrations.RunPython(chosen, migrations.RunPython.noop),
    ]
