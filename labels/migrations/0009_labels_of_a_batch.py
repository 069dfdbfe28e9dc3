"""Each label of a batch has its own row, so that a job can be taken up where it stopped."""

import django.db.models.deletion
from django.db import migrations, models

STATES = [
    ("waiting", "waiting"),
    ("claimed", "being made"),
    ("done", "made"),
    ("failed", "failed"),
]


class Migration(migrations.Migration):
    dependencies = [("labels", "0008_read_by_the_youth_service")]

    operations = [
        migrations.RemoveField(model_name="certificatebatch", name="done"),
        # no batch was made yet, and a plain many-to-many field cannot become one with its own rows
        migrations.RemoveField(model_name="certificatebatch", name="labels"),
        migrations.AddField(
            model_name="certificatebatch",
            name="attempts",
            field=models.PositiveSmallIntegerField(default=0, verbose_name="attempts"),
        ),
        migrations.AddField(
            model_name="certificatebatch",
            name="claimed_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="claimed"),
        ),
        migrations.CreateModel(
            name="BatchItem",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=STATES, default="waiting", max_length=10, verbose_name="state"
                    ),
                ),
                (
                    "claimed_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="claimed"),
                ),
                ("attempts", models.PositiveSmallIntegerField(default=0, verbose_name="attempts")),
                (
                    "batch",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="items",
                        to="labels.certificatebatch",
                        verbose_name="batch",
                    ),
                ),
                (
                    "label",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="labels.label",
                        verbose_name="label",
                    ),
                ),
            ],
            options={
                "verbose_name": "label in a batch",
                "verbose_name_plural": "labels in a batch",
                "ordering": ["batch", "id"],
                "constraints": [
                    models.UniqueConstraint(fields=("batch", "label"), name="batchitem_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ["waiting", "claimed", "done", "failed"]),
                            models.Q(
                                models.Q(("state", "claimed"), _negated=True),
                                ("claimed_at__isnull", False),
                                _connector="OR",
                            ),
                        ),
                        name="batchitem_known",
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="certificatebatch",
            name="labels",
            field=models.ManyToManyField(
                related_name="+",
                through="labels.BatchItem",
                to="labels.label",
                verbose_name="labels",
            ),
        ),
    ]
