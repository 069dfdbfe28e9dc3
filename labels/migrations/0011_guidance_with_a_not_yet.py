from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("labels", "0010_decision_in_the_words_of_its_day")]

    operations = [
        migrations.AddField(
            model_name="decision",
            name="guidance",
            field=models.TextField(
                blank=True,
                default="",
                help_text="with a “not yet”: how the label comes nearer",
                max_length=2000,
                verbose_name="what the movement can do now",
            ),
        ),
    ]
