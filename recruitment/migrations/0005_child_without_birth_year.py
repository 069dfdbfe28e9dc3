"""A child that was erased has no birth year; a trigger keeps it for everybody else."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("recruitment", "0004_drop_name_indexes"),
    ]

    operations = [
        migrations.AlterField(
            model_name="child",
            name="birth_year",
            field=models.PositiveSmallIntegerField(null=True, verbose_name="birth year"),
        ),
    ]
