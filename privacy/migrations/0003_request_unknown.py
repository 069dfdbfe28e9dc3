from django.db import migrations, models

OUTCOMES = [
    ("done", "done"),
    ("refused", "refused"),
    ("withdrawn", "taken back"),
    ("unknown", "nothing is kept about this person"),
]


class Migration(migrations.Migration):
    """A request can end because nothing is kept about the person."""

    dependencies = [("privacy", "0002_retention")]

    operations = [
        migrations.RemoveConstraint(model_name="subjectrequest", name="request_words_known"),
        migrations.AlterField(
            model_name="subjectrequest",
            name="outcome",
            field=models.CharField(
                blank=True, choices=OUTCOMES, max_length=10, verbose_name="how it ended"
            ),
        ),
        migrations.AddConstraint(
            model_name="subjectrequest",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("right__in", ["access", "correction", "restriction", "erasure"]),
                    ("outcome__in", ["", "done", "refused", "withdrawn", "unknown"]),
                ),
                name="request_words_known",
            ),
        ),
    ]
