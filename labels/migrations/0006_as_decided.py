from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('labels', '0005_the_whole_life'),
        ('movements', '0009_indexes_for_reminders'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField(
            model_name='label',
            name='decided_on',
            field=models.DateField(verbose_name='decided on'),
        ),
        migrations.AlterField(
            model_name='label',
            name='grace_months',
            field=models.PositiveSmallIntegerField(verbose_name='months of grace'),
        ),
        migrations.AlterField(
            model_name='label',
            name='renewal_months',
            field=models.PositiveSmallIntegerField(verbose_name='months of the renewal window'),
        ),
        migrations.AddConstraint(
            model_name='label',
            constraint=models.CheckConstraint(condition=models.Q(('decision__isnull', False), ('taken_over_by__isnull', False), _connector='XOR'), name='label_decided_or_taken_over'),
        ),
        migrations.AddConstraint(
            model_name='label',
            constraint=models.CheckConstraint(condition=models.Q(('starts_on__gte', models.F('decided_on'))), name='label_never_before_its_decision', violation_error_message='A label cannot start before the decision.'),
        ),
    ]
