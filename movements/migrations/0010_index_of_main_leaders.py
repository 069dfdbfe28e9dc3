"""The index that finds movements without a main leader holds all that is asked about them."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("movements", "0009_indexes_for_reminders")]

    operations = [
        migrations.RemoveIndex(model_name="mandate", name="mandate_main_of"),
        migrations.AddIndex(
            model_name="mandate",
            index=models.Index(
                condition=models.Q(("function", "main_leader"), ("merged_into__isnull", True)),
                fields=["movement", "ended_at", "ends_on", "confirmed_on", "starts_on"],
                name="mandate_main_of",
            ),
        ),
    ]
