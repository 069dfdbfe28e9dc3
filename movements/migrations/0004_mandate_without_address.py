"""Mandates of people who were erased have no address, and may be alike in all else."""

import django.db.models.functions.text
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("movements", "0003_day_a_leader_turns_18"),
    ]

    operations = [
        migrations.RemoveConstraint(model_name="mandate", name="mandate_once"),
        migrations.AddConstraint(
            model_name="mandate",
            constraint=models.UniqueConstraint(
                models.F("movement"),
                django.db.models.functions.text.Lower("email"),
                models.F("function"),
                models.F("starts_on"),
                condition=models.Q(("email", ""), _negated=True),
                name="mandate_once",
                violation_error_code="email",
                violation_error_message="This mandate was recorded already.",
            ),
        ),
    ]
