from django.db import migrations


class Migration(migrations.Migration):
    """The words for two people who look alike; nothing in the database."""

    dependencies = [("movements", "0010_index_of_main_leaders")]
    operations = [
        migrations.AlterModelOptions(
            name="notthesame",
            options={
                "ordering": ["-id"],
                "verbose_name": "pair of different people",
                "verbose_name_plural": "pairs of different people",
            },
        )
    ]
