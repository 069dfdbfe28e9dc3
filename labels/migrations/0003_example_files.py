"""An example may be a document too: one column for whatever file, and a name that says so."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("labels", "0002_default_template")]

    operations = [
        migrations.RemoveConstraint(model_name="example", name="example_is_link_or_picture"),
        migrations.RenameField(model_name="example", old_name="picture", new_name="file"),
        migrations.AlterField(
            model_name="example",
            name="file",
            field=models.FileField(blank=True, upload_to="examples", verbose_name="file"),
        ),
        migrations.AlterField(
            model_name="example",
            name="kind",
            field=models.CharField(
                choices=[("picture", "picture"), ("document", "document"), ("link", "link")],
                max_length=10,
                verbose_name="kind",
            ),
        ),
        migrations.AddConstraint(
            model_name="example",
            constraint=models.CheckConstraint(
                condition=(Q(kind="link") & ~Q(url="") & Q(file=""))
                | (Q(kind__in=("picture", "document")) & Q(url="") & ~Q(file="")),
                name="example_is_link_or_file",
            ),
        ),
    ]
