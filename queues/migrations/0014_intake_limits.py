"""Limits of intake with a lower mark, the state of each intake, and parked leads.

Queues of before have no limit of depth, so nothing is parked until somebody chooses one."""

import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('leads', '0009_plain_names'),
        ('queues', '0013_away_questions'),
        ('routing', '0030_contact_indexes'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='IntakeState',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('full_since', models.DateTimeField(blank=True, null=True)),
                ('aged_since', models.DateTimeField(blank=True, null=True)),
                ('slow_since', models.DateTimeField(blank=True, null=True)),
                ('level', models.CharField(choices=[('ok', 'Fine'), ('yellow', 'Yellow'), ('red', 'Red'), ('critical', 'Critical')], default='ok', max_length=8)),
                ('level_since', models.DateTimeField(blank=True, null=True)),
                ('kept_open_until', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'verbose_name': 'state of an intake',
                'verbose_name_plural': 'states of intakes',
                'ordering': ['queue', 'pk'],
            },
        ),
        migrations.AddField(
            model_name='historicalqueue',
            name='depth_lift',
            field=models.PositiveIntegerField(db_default=80, default=80, verbose_name='open again below'),
        ),
        migrations.AddField(
            model_name='historicalqueue',
            name='depth_limit',
            field=models.PositiveIntegerField(db_default=100, default=100, validators=[django.core.validators.MinValueValidator(1)], verbose_name='full above'),
        ),
        migrations.AddField(
            model_name='historicalqueue',
            name='mean_age_hours',
            field=models.PositiveSmallIntegerField(db_default=24, default=24, validators=[django.core.validators.MinValueValidator(1)], verbose_name='pause above a mean age of (hours)'),
        ),
        migrations.AddField(
            model_name='historicalqueue',
            name='mean_age_lift_hours',
            field=models.PositiveSmallIntegerField(db_default=20, default=20, verbose_name='open again below (hours)'),
        ),
        migrations.AddField(
            model_name='historicalqueue',
            name='overflow_queue',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='queues.queue', verbose_name='other queue'),
        ),
        migrations.AddField(
            model_name='historicalqueue',
            name='rate_lift',
            field=models.PositiveSmallIntegerField(db_default=85, default=85, validators=[django.core.validators.MaxValueValidator(100)], verbose_name='no bottleneck above (percent)'),
        ),
        migrations.AddField(
            model_name='historicalqueue',
            name='rate_low',
            field=models.PositiveSmallIntegerField(db_default=80, default=80, validators=[django.core.validators.MaxValueValidator(99)], verbose_name='bottleneck below (percent claimed in time)'),
        ),
        migrations.AddField(
            model_name='historicalqueue',
            name='stale_is_on',
            field=models.BooleanField(db_default=True, default=True, help_text='At night, to nurture. The list of the coming night is on the page of old leads.', verbose_name='old leads leave the queue'),
        ),
        migrations.AddField(
            model_name='historicalqueue',
            name='when_full',
            field=models.CharField(choices=[('off', 'Nothing: there is no limit'), ('park', 'Leads are parked on the review desk'), ('overflow', 'Leads go to another queue')], db_default='off', default='park', help_text='Only what entry rules would add counts; people can add leads at any time.', max_length=8, verbose_name='when the queue is full'),
        ),
        migrations.AddField(
            model_name='queue',
            name='depth_lift',
            field=models.PositiveIntegerField(db_default=80, default=80, verbose_name='open again below'),
        ),
        migrations.AddField(
            model_name='queue',
            name='depth_limit',
            field=models.PositiveIntegerField(db_default=100, default=100, validators=[django.core.validators.MinValueValidator(1)], verbose_name='full above'),
        ),
        migrations.AddField(
            model_name='queue',
            name='mean_age_hours',
            field=models.PositiveSmallIntegerField(db_default=24, default=24, validators=[django.core.validators.MinValueValidator(1)], verbose_name='pause above a mean age of (hours)'),
        ),
        migrations.AddField(
            model_name='queue',
            name='mean_age_lift_hours',
            field=models.PositiveSmallIntegerField(db_default=20, default=20, verbose_name='open again below (hours)'),
        ),
        migrations.AddField(
            model_name='queue',
            name='overflow_queue',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='fed_by', to='queues.queue', verbose_name='other queue'),
        ),
        migrations.AddField(
            model_name='queue',
            name='rate_lift',
            field=models.PositiveSmallIntegerField(db_default=85, default=85, validators=[django.core.validators.MaxValueValidator(100)], verbose_name='no bottleneck above (percent)'),
        ),
        migrations.AddField(
            model_name='queue',
            name='rate_low',
            field=models.PositiveSmallIntegerField(db_default=80, default=80, validators=[django.core.validators.MaxValueValidator(99)], verbose_name='bottleneck below (percent claimed in time)'),
        ),
        migrations.AddField(
            model_name='queue',
            name='stale_is_on',
            field=models.BooleanField(db_default=True, default=True, help_text='At night, to nurture. The list of the coming night is on the page of old leads.', verbose_name='old leads leave the queue'),
        ),
        migrations.AddField(
            model_name='queue',
            name='when_full',
            field=models.CharField(choices=[('off', 'Nothing: there is no limit'), ('park', 'Leads are parked on the review desk'), ('overflow', 'Leads go to another queue')], db_default='off', default='park', help_text='Only what entry rules would add counts; people can add leads at any time.', max_length=8, verbose_name='when the queue is full'),
        ),
        migrations.AddField(
            model_name='reviewitem',
            name='parked_for',
            field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='parked', to='queues.queue'),
        ),
        migrations.AddField(
            model_name='reviewitem',
            name='parked_why',
            field=models.CharField(blank=True, choices=[('full', 'The queue is full'), ('aged', 'Leads wait too long in the queue'), ('source', 'The source is paused')], db_default='', default='', max_length=8),
        ),
        migrations.AlterField(
            model_name='reviewitem',
            name='closed_how',
            field=models.CharField(blank=True, choices=[('approved', 'Approved into a queue'), ('nurtured', 'Nurture'), ('rejected', 'Rejected'), ('merged', 'Merged'), ('kept', 'Kept both'), ('asked', 'Rules applied again'), ('closed', 'Closed elsewhere'), ('entered', 'Entered when the queue opened')], max_length=10),
        ),
        migrations.AddIndex(
            model_name='reviewitem',
            index=models.Index(condition=models.Q(('closed_at__isnull', True), ('parked_for__isnull', False)), fields=['parked_for', 'opened_at', 'id'], name='queues_parked'),
        ),
        migrations.AddConstraint(
            model_name='queue',
            constraint=models.CheckConstraint(condition=models.Q(('depth_lift__lt', models.F('depth_limit'))), name='queues_depth_lifts_below_its_limit', violation_error_message='The queue must open again below the depth at which it is full.'),
        ),
        migrations.AddConstraint(
            model_name='queue',
            constraint=models.CheckConstraint(condition=models.Q(('mean_age_lift_hours__lt', models.F('mean_age_hours'))), name='queues_age_lifts_below_its_limit', violation_error_message='The queue must open again below the mean age at which it pauses.'),
        ),
        migrations.AddConstraint(
            model_name='queue',
            constraint=models.CheckConstraint(condition=models.Q(('rate_lift__gt', models.F('rate_low')), ('rate_lift__lte', 100)), name='queues_rate_lifts_above_its_limit', violation_error_message='A bottleneck must end above the percentage at which it begins.'),
        ),
        migrations.AddConstraint(
            model_name='queue',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('when_full', 'overflow'), _negated=True), ('overflow_queue__isnull', False), _connector='OR'), name='queues_overflow_names_a_queue', violation_error_message='Choose the queue that gets the leads when this one is full.'),
        ),
        migrations.AddConstraint(
            model_name='queue',
            constraint=models.CheckConstraint(condition=models.Q(('overflow_queue__isnull', True), models.Q(('overflow_queue', models.F('id')), _negated=True), _connector='OR'), name='queues_overflow_is_another_queue', violation_error_message='A queue cannot take its own overflow. Choose another one.'),
        ),
        migrations.AddConstraint(
            model_name='reviewitem',
            constraint=models.CheckConstraint(condition=models.Q(('parked_for__isnull', True), models.Q(('parked_why', ''), _negated=True), _connector='OR'), name='queues_parked_for_a_reason'),
        ),
        migrations.AddField(
            model_name='intakestate',
            name='kept_open_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='intakestate',
            name='queue',
            field=models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='intake', to='queues.queue'),
        ),
    ]
