"""Reps lent to a queue, and sources paused for it."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('leads', '0009_plain_names'),
        ('queues', '0015_stale_steps'),
        ('routing', '0030_contact_indexes'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Loan',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('until', models.DateTimeField(verbose_name='until')),
                ('at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
                ('by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('queue', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='loans', to='queues.queue', verbose_name='queue')),
                ('rep', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='loans', to='routing.rep', verbose_name='rep')),
            ],
            options={
                'verbose_name': 'loan',
                'verbose_name_plural': 'loans',
                'ordering': ['-at', '-pk'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('ended_at__isnull', True)), fields=('rep', 'queue'), name='queues_one_loan_at_a_time'), models.CheckConstraint(condition=models.Q(('until__gt', models.F('at'))), name='queues_loan_ends_after_it_begins', violation_error_message='Choose a date in the future.')],
            },
        ),
        migrations.CreateModel(
            name='SourcePause',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('since', models.DateTimeField()),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
                ('by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('queue', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='source_pauses', to='queues.queue', verbose_name='queue')),
                ('source', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='pauses', to='leads.source', verbose_name='source')),
            ],
            options={
                'verbose_name': 'pause of a source',
                'verbose_name_plural': 'pauses of sources',
                'ordering': ['-since', '-pk'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('ended_at__isnull', True)), fields=('source', 'queue'), name='queues_one_pause_of_a_source')],
            },
        ),
    ]
