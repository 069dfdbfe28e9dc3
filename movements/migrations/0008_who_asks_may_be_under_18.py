"""Somebody who asks to join a team may be under 18; the mandate is to know it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("movements", "0007_two_persons_who_look_alike")]

    operations = [
        migrations.AddField(
            model_name="joinrequest",
            name="turns_18_on",
            field=models.DateField(
                blank=True,
                help_text="only of somebody who is not 18 yet",
                null=True,
                verbose_name="turns 18 on",
            ),
        )
    ]
