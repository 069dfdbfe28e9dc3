"""Fingerprints of names become rows with an index."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):

    dependencies = [
        ('recruitment', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='NameToken',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('token', models.CharField(max_length=32, verbose_name='token')),
                ('child', models.ForeignKey(db_index=False, null=True, on_delete=models.CASCADE, related_name='name_tokens', to='recruitment.child', verbose_name='child')),
                ('household', models.ForeignKey(on_delete=models.CASCADE, related_name='name_tokens', to='recruitment.household', verbose_name='household')),
            ],
            options={
                'verbose_name': 'fingerprint of a name',
                'verbose_name_plural': 'fingerprints of names',
                'ordering': ['id'],
                'indexes': [models.Index(fields=['token', 'household'], name='name_token_search')],
                'constraints': [models.UniqueConstraint(condition=Q(('child__isnull', True)), fields=('household', 'token'), name='name_token_of_a_family_once'), models.UniqueConstraint(fields=('child', 'token'), name='name_token_of_a_child_once')],
            },
        ),
    ]
