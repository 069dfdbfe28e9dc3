"""A new installation knows the Flemish federations; an existing row is left as it is."""

from django.db import migrations

from movements.federations import FEDERATIONS


def add_federations(apps, schema_editor):
    Federation = apps.get_model("movements", "Federation")
    for values in FEDERATIONS:
        Federation.objects.get_or_create(name=values["name"], defaults=values)


class Migration(migrations.Migration):
    dependencies = [("movements", "0001_initial")]
    operations = [migrations.RunPython(add_federations, migrations.RunPython.noop)]
