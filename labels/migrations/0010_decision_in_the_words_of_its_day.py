from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("labels", "0009_labels_of_a_batch")]

    operations = [
        migrations.AddField(
            model_name="decision",
            name="frozen",
            field=models.JSONField(blank=True, null=True, verbose_name="wording at the decision"),
        ),
    ]
