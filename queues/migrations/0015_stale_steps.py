"""The steps of leads that nobody took for too long, with what an undo needs."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('leads', '0009_plain_names'),
        ('queues', '0014_intake_limits'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='StaleStep',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('step', models.CharField(choices=[('nurture', 'To nurture'), ('recycle', 'To the recycling pool'), ('archive', 'To the archive')], max_length=8)),
                ('due_at', models.DateTimeField()),
                ('at', models.DateTimeField()),
                ('next_at', models.DateTimeField(blank=True, null=True)),
                ('before', models.JSONField(default=dict)),
                ('undone_at', models.DateTimeField(blank=True, null=True)),
                ('entry', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='stale_steps', to='queues.entry')),
                ('lead', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='stale_steps', to='leads.lead')),
                ('queue', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='stale_steps', to='queues.queue')),
                ('undone_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'step of an old lead',
                'verbose_name_plural': 'steps of old leads',
                'ordering': ['-at', '-pk'],
                'indexes': [models.Index(condition=models.Q(('next_at__isnull', False), ('undone_at__isnull', True)), fields=['next_at'], name='queues_next_stale_step'), models.Index(fields=['-at', '-id'], name='queues_stale_steps')],
                'constraints': [models.UniqueConstraint(fields=('lead', 'step', 'due_at'), name='queues_each_stale_step_once')],
            },
        ),
    ]
