from typing import Any

import core.calendar
import core.translated
import django.core.validators
import django.db.models.deletion
import labels.models.labels
from django.conf import settings
from django.db import migrations, models


def as_decided(apps: Any, schema_editor: Any) -> None:
    """What a label says of its award no longer follows the edition of today."""
    Label = apps.get_model("labels", "Label")
    for label in Label.objects.select_related("decision__plan__edition").iterator():
        edition = label.decision.plan.edition
        label.decided_on = label.decision.decided_on
        label.renewal_months = edition.renewal_months
        label.grace_months = edition.grace_months
        label.save(update_fields=["decided_on", "renewal_months", "grace_months"])


def first_certificates(apps: Any, schema_editor: Any) -> None:
    """Each label has its first certificate, under the code that is printed on it."""
    Label = apps.get_model("labels", "Label")
    Certificate = apps.get_model("labels", "Certificate")
    words = ("movement", "municipality", "programme", "signatory")
    for label in Label.objects.iterator():
        Certificate.objects.create(
            label=label,
            code=label.code,
            issued_on=label.decided_on,
            frozen={word: label.frozen[word] for word in words},
        )


class Migration(migrations.Migration):

    dependencies = [
        ('labels', '0004_label_ended_by_a_merger'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Certificate',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('issue', models.PositiveSmallIntegerField(default=1, verbose_name='issue')),
                ('code', models.CharField(default=labels.models.labels.new_code, max_length=16, unique=True, verbose_name='code')),
                ('frozen', models.JSONField(verbose_name='what is printed on it')),
                ('issued_on', models.DateField(default=core.calendar.today, verbose_name='issued on')),
                ('reason', models.CharField(blank=True, max_length=200, verbose_name='why a new one')),
                ('replaced_on', models.DateField(blank=True, null=True, verbose_name='replaced on')),
            ],
            options={
                'verbose_name': 'certificate',
                'verbose_name_plural': 'certificates',
                'ordering': ['label', 'issue'],
            },
        ),
        migrations.CreateModel(
            name='CertificateBatch',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('asked_at', models.DateTimeField(default=core.calendar.now, verbose_name='asked at')),
                ('language', models.CharField(blank=True, help_text='empty: each in the language of its movement', max_length=2, verbose_name='language')),
                ('format', models.CharField(choices=[('pdf', 'one PDF'), ('zip', 'a zip with one PDF each')], max_length=3, verbose_name='as')),
                ('with_posters', models.BooleanField(default=False, verbose_name='with posters')),
                ('state', models.CharField(choices=[('waiting', 'waiting'), ('running', 'running'), ('ready', 'ready'), ('failed', 'failed')], default='waiting', max_length=10, verbose_name='state')),
                ('done', models.PositiveIntegerField(default=0, verbose_name='done')),
                ('ended_at', models.DateTimeField(blank=True, null=True, verbose_name='ended at')),
                ('file', models.FileField(blank=True, upload_to='batches', verbose_name='file')),
            ],
            options={
                'verbose_name': 'batch of certificates',
                'verbose_name_plural': 'batches of certificates',
                'ordering': ['-id'],
            },
        ),
        migrations.CreateModel(
            name='CheckedPoint',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveSmallIntegerField(verbose_name='number')),
                ('answer', models.CharField(choices=[('changed', 'changed'), ('stopped', 'stopped')], max_length=10, verbose_name='answer')),
                ('text', models.TextField(blank=True, max_length=2000, verbose_name='what changed')),
            ],
            options={
                'verbose_name': 'checked point',
                'verbose_name_plural': 'checked points',
                'ordering': ['check_made', 'number'],
            },
        ),
        migrations.CreateModel(
            name='Condition',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.TextField(max_length=2000, verbose_name='condition')),
                ('due_on', models.DateField(verbose_name='by')),
                ('settled', models.CharField(blank=True, choices=[('met', 'met'), ('dropped', 'not needed any more')], max_length=10, verbose_name='what became of it')),
                ('settled_on', models.DateField(blank=True, null=True, verbose_name='settled on')),
                ('note', models.TextField(blank=True, max_length=2000, verbose_name='note')),
            ],
            options={
                'verbose_name': 'condition',
                'verbose_name_plural': 'conditions',
                'ordering': ['due_on', 'id'],
            },
        ),
        migrations.CreateModel(
            name='LabelVisit',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('on', models.DateField(default=core.calendar.today, verbose_name='day')),
                ('note', models.TextField(max_length=2000, verbose_name='what we saw')),
            ],
            options={
                'verbose_name': 'visit to a group',
                'verbose_name_plural': 'visits to groups',
                'ordering': ['-on', '-id'],
            },
        ),
        migrations.CreateModel(
            name='LightCheck',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('due_on', models.DateField(verbose_name='due on')),
                ('reason', models.CharField(choices=[('yearly', 'a year has gone by'), ('rotation', 'there is a new team')], max_length=10, verbose_name='because of')),
                ('answered_at', models.DateTimeField(verbose_name='answered at')),
                ('note', models.TextField(blank=True, max_length=2000, verbose_name='note')),
            ],
            options={
                'verbose_name': 'light check',
                'verbose_name_plural': 'light checks',
                'ordering': ['label', 'due_on', 'id'],
            },
        ),
        migrations.CreateModel(
            name='PublishedReason',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveSmallIntegerField(verbose_name='number')),
                ('text', models.TextField(max_length=2000, verbose_name='text')),
                ('approved_at', models.DateTimeField(default=core.calendar.now, verbose_name='approved at')),
            ],
            options={
                'verbose_name': 'published reason',
                'verbose_name_plural': 'published reasons',
                'ordering': ['label', 'number'],
            },
        ),
        migrations.CreateModel(
            name='TemplateMaterial',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('title', core.translated.TranslatedField(default=core.translated.Translated, verbose_name='name')),
                ('url', models.URLField(blank=True, validators=[django.core.validators.URLValidator(schemes=['http', 'https'])], verbose_name='link')),
                ('file', models.FileField(blank=True, upload_to='materials', verbose_name='file')),
            ],
            options={
                'verbose_name': 'material',
                'verbose_name_plural': 'materials',
                'ordering': ['point', 'id'],
            },
        ),
        migrations.AddField(
            model_name='actionpoint',
            name='is_shared',
            field=models.BooleanField(default=False, verbose_name='other groups may read it'),
        ),
        migrations.AddField(
            model_name='actionpoint',
            name='kept',
            field=models.CharField(blank=True, choices=[('still', 'still true'), ('changed', 'changed'), ('dropped', 'dropped')], max_length=10, verbose_name='what became of the promise before'),
        ),
        migrations.AddField(
            model_name='actionpoint',
            name='previous',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='labels.actionpoint', verbose_name='the same point in the plan before'),
        ),
        migrations.AddField(
            model_name='example',
            name='is_shared',
            field=models.BooleanField(default=False, verbose_name='other groups may see it'),
        ),
        migrations.AddField(
            model_name='label',
            name='decided_on',
            field=models.DateField(null=True, verbose_name='decided on'),
        ),
        migrations.AddField(
            model_name='label',
            name='grace_months',
            field=models.PositiveSmallIntegerField(null=True, verbose_name='months of grace'),
        ),
        migrations.AddField(
            model_name='label',
            name='renewal_months',
            field=models.PositiveSmallIntegerField(null=True, verbose_name='months of the renewal window'),
        ),
        migrations.AddField(
            model_name='label',
            name='taken_over_by',
            field=models.ForeignKey(blank=True, help_text='who recorded a label that was decided on before this programme was here', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='taken over by'),
        ),
        migrations.AddField(
            model_name='templatepoint',
            name='examples',
            field=core.translated.TranslatedField(blank=True, default=core.translated.Translated, long=True, verbose_name='for example'),
        ),
        migrations.AlterField(
            model_name='label',
            name='decision',
            field=models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='label', to='labels.decision', verbose_name='decision'),
        ),
        migrations.AddConstraint(
            model_name='actionpoint',
            constraint=models.CheckConstraint(condition=models.Q(('kept__in', ['', 'still', 'changed', 'dropped'])), name='actionpoint_kept_known'),
        ),
        migrations.AddField(
            model_name='certificate',
            name='issued_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='issued by'),
        ),
        migrations.AddField(
            model_name='certificate',
            name='label',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='certificates', to='labels.label', verbose_name='label'),
        ),
        migrations.AddField(
            model_name='certificatebatch',
            name='asked_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='asked by'),
        ),
        migrations.AddField(
            model_name='certificatebatch',
            name='labels',
            field=models.ManyToManyField(related_name='+', to='labels.label', verbose_name='labels'),
        ),
        migrations.AddField(
            model_name='condition',
            name='decision',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='due_conditions', to='labels.decision', verbose_name='decision'),
        ),
        migrations.AddField(
            model_name='condition',
            name='settled_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='settled by'),
        ),
        migrations.AddField(
            model_name='labelvisit',
            name='by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by'),
        ),
        migrations.AddField(
            model_name='labelvisit',
            name='label',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='visits', to='labels.label', verbose_name='label'),
        ),
        migrations.AddField(
            model_name='lightcheck',
            name='answered_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='answered by'),
        ),
        migrations.AddField(
            model_name='lightcheck',
            name='label',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='checks', to='labels.label', verbose_name='label'),
        ),
        migrations.AddField(
            model_name='checkedpoint',
            name='check_made',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='points', to='labels.lightcheck', verbose_name='light check'),
        ),
        migrations.AddField(
            model_name='publishedreason',
            name='approved_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='approved by'),
        ),
        migrations.AddField(
            model_name='publishedreason',
            name='label',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='published', to='labels.label', verbose_name='label'),
        ),
        migrations.AddField(
            model_name='templatematerial',
            name='point',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='materials', to='labels.templatepoint', verbose_name='point'),
        ),
        migrations.AddConstraint(
            model_name='certificate',
            constraint=models.UniqueConstraint(fields=('label', 'issue'), name='certificate_issue_once'),
        ),
        migrations.AddConstraint(
            model_name='certificate',
            constraint=models.UniqueConstraint(condition=models.Q(('replaced_on__isnull', True)), fields=('label',), name='certificate_one_in_force'),
        ),
        migrations.AddConstraint(
            model_name='certificate',
            constraint=models.CheckConstraint(condition=models.Q(('issue', 1), models.Q(('issue__gt', 1), models.Q(('reason', ''), _negated=True)), _connector='OR'), name='certificate_new_one_has_a_reason'),
        ),
        migrations.AddConstraint(
            model_name='certificatebatch',
            constraint=models.CheckConstraint(condition=models.Q(('format__in', ['pdf', 'zip']), ('state__in', ['waiting', 'running', 'ready', 'failed'])), name='certificatebatch_known'),
        ),
        migrations.AddConstraint(
            model_name='certificatebatch',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'ready'), _negated=True), models.Q(('file', ''), _negated=True), _connector='OR'), name='certificatebatch_ready_has_a_file'),
        ),
        migrations.AddIndex(
            model_name='condition',
            index=models.Index(condition=models.Q(('settled', '')), fields=['due_on'], name='condition_due'),
        ),
        migrations.AddConstraint(
            model_name='condition',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('settled', ''), ('settled_by__isnull', True), ('settled_on__isnull', True)), models.Q(('settled__in', ['met', 'dropped']), ('settled_by__isnull', False), ('settled_on__isnull', False)), _connector='OR'), name='condition_settled_by_somebody'),
        ),
        migrations.AddConstraint(
            model_name='condition',
            constraint=models.CheckConstraint(condition=models.Q(('text', ''), _negated=True), name='condition_says_something'),
        ),
        migrations.AddConstraint(
            model_name='lightcheck',
            constraint=models.UniqueConstraint(fields=('label', 'due_on', 'reason'), name='lightcheck_once'),
        ),
        migrations.AddConstraint(
            model_name='lightcheck',
            constraint=models.CheckConstraint(condition=models.Q(('reason__in', ['yearly', 'rotation'])), name='lightcheck_reason_known'),
        ),
        migrations.AddConstraint(
            model_name='checkedpoint',
            constraint=models.UniqueConstraint(fields=('check_made', 'number'), name='checkedpoint_once'),
        ),
        migrations.AddConstraint(
            model_name='checkedpoint',
            constraint=models.CheckConstraint(condition=models.Q(('number__range', (1, 10)), ('answer__in', ['changed', 'stopped'])), name='checkedpoint_known'),
        ),
        migrations.AddConstraint(
            model_name='publishedreason',
            constraint=models.UniqueConstraint(fields=('label', 'number'), name='publishedreason_once'),
        ),
        migrations.AddConstraint(
            model_name='publishedreason',
            constraint=models.CheckConstraint(condition=models.Q(('number__range', (0, 10)), models.Q(('text', ''), _negated=True)), name='publishedreason_known'),
        ),
        migrations.AddConstraint(
            model_name='templatematerial',
            constraint=models.CheckConstraint(condition=models.Q(('title__has_key', 'nl'), ('title__nl__gt', '')), name='templatematerial_title_translated'),
        ),
        migrations.AddConstraint(
            model_name='templatematerial',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(models.Q(('url', ''), _negated=True), ('file', '')), models.Q(('url', ''), models.Q(('file', ''), _negated=True)), _connector='OR'), name='templatematerial_link_or_file', violation_error_message='Give a link or a file.'),
        ),
        migrations.RunPython(as_decided, migrations.RunPython.noop),
        migrations.RunPython(first_certificates, migrations.RunPython.noop),
    ]
