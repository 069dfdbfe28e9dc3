"""The columns that the rows of fingerprints replaced."""

from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('recruitment', '0003_fill_name_tokens'),
    ]

    operations = [
        migrations.RemoveField(model_name='child', name='first_name_index'),
        migrations.RemoveField(model_name='household', name='family_name_index'),
    ]
