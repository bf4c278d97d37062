"""Runs of the weekly cleanup, their steps, and leads that are kept."""

import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('leads', '0009_plain_names'),
        ('queues', '0017_aging'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='stalestep',
            name='by',
            field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AlterField(
            model_name='stalestep',
            name='step',
            field=models.CharField(choices=[('nurture', 'To nurture'), ('recycle', 'To the recycling pool'), ('archive', 'To the archive'), ('reject', 'Rejected as junk')], max_length=8),
        ),
        migrations.CreateModel(
            name='CleanupRun',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('token', models.UUIDField(default=uuid.uuid4, unique=True)),
                ('act', models.CharField(choices=[('nurture', 'To nurture'), ('recycle', 'To the recycling pool'), ('archive', 'Archive as inactive'), ('reject', 'Reject as junk'), ('move', 'Into a queue'), ('keep', 'Keep for 7 days'), ('merge', 'Merge with the lead it resembles'), ('apart', 'Keep both'), ('looked', 'Looked through')], max_length=8)),
                ('reason', models.CharField(blank=True, max_length=24)),
                ('wanted', models.JSONField(default=dict)),
                ('at', models.DateTimeField()),
                ('total', models.PositiveIntegerField(default=0)),
                ('done', models.PositiveIntegerField(default=0)),
                ('finished_at', models.DateTimeField(blank=True, null=True)),
                ('undo_at', models.DateTimeField(blank=True, null=True)),
                ('undone', models.PositiveIntegerField(default=0)),
                ('by', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('queue', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='queues.queue')),
                ('undo_by', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'cleanup',
                'verbose_name_plural': 'cleanups',
                'ordering': ['-at', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='CleanupStep',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('refused', models.CharField(blank=True, default='', max_length=12)),
                ('before', models.JSONField(default=dict)),
                ('undone_at', models.DateTimeField(blank=True, null=True)),
                ('stayed', models.BooleanField(default=False)),
                ('lead', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='cleanup_steps', to='leads.lead')),
                ('run', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='steps', to='queues.cleanuprun')),
            ],
            options={
                'verbose_name': 'step of a cleanup',
                'verbose_name_plural': 'steps of cleanups',
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='KeptLead',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('until', models.DateTimeField()),
                ('at', models.DateTimeField()),
                ('by', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('lead', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='kept', to='leads.lead')),
            ],
            options={
                'verbose_name': 'kept lead',
                'verbose_name_plural': 'kept leads',
                'ordering': ['-until', '-pk'],
            },
        ),
        migrations.AddIndex(
            model_name='cleanuprun',
            index=models.Index(fields=['-at', '-id'], name='queues_cleanup_runs'),
        ),
        migrations.AddConstraint(
            model_name='cleanupstep',
            constraint=models.UniqueConstraint(fields=('run', 'lead'), name='queues_each_cleanup_step_once'),
        ),
        migrations.AddIndex(
            model_name='keptlead',
            index=models.Index(fields=['until', 'lead'], name='queues_kept_leads'),
        ),
    ]
