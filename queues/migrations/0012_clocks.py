"""Which time the clocks of a queue count, limits by lead type, steps, and what moved deadlines.

All queues count wall time, as before. A longest wait of 0 was read as "by lead type", so it is empty from now on."""

import django.core.validators
import django.db.models.deletion
import simple_history.models
from django.conf import settings
from django.db import migrations, models

MOST_MINUTES = 43_200


def repair_limits(apps, schema_editor):
    queues = apps.get_model("queues", "Queue").objects
    queues.filter(wait_minutes=0).update(wait_minutes=None)
    queues.filter(wait_minutes__gt=MOST_MINUTES).update(wait_minutes=MOST_MINUTES)
    queues.filter(contact_minutes=0).update(contact_minutes=1)
    queues.filter(contact_minutes__gt=MOST_MINUTES).update(contact_minutes=MOST_MINUTES)


class Migration(migrations.Migration):

    dependencies = [
        ('queues', '0011_what_leads_need'),
        ('routing', '0030_contact_indexes'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='ContactStep',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveSmallIntegerField(default=0, verbose_name='position')),
                ('act', models.CharField(choices=[('remind', 'Remind the holder'), ('tell_manager', 'Tell the manager'), ('give_to_another', 'Give the lead to somebody else')], max_length=16, verbose_name='what happens')),
                ('after_minutes', models.PositiveIntegerField(blank=True, help_text='Empty: the contact limit.', null=True, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(43200)], verbose_name='after (minutes)')),
            ],
            options={
                'verbose_name': 'step when first contact is late',
                'verbose_name_plural': 'steps when first contact is late',
                'ordering': ['queue', 'position', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='DeadlineMove',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('why', models.CharField(choices=[('limits', 'Limits'), ('steps', 'Steps'), ('counts', 'Which time counts'), ('hours', 'Working hours'), ('holidays', 'Holidays'), ('time_off', 'Time off'), ('teams', 'Teams')], max_length=10)),
                ('name', models.CharField(blank=True, max_length=160)),
                ('moved', models.PositiveIntegerField(default=0)),
                ('kept_breaches', models.PositiveIntegerField(default=0)),
            ],
            options={
                'verbose_name': 'move of deadlines',
                'verbose_name_plural': 'moves of deadlines',
                'ordering': ['-at', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='HistoricalContactStep',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('position', models.PositiveSmallIntegerField(default=0, verbose_name='position')),
                ('act', models.CharField(choices=[('remind', 'Remind the holder'), ('tell_manager', 'Tell the manager'), ('give_to_another', 'Give the lead to somebody else')], max_length=16, verbose_name='what happens')),
                ('after_minutes', models.PositiveIntegerField(blank=True, help_text='Empty: the contact limit.', null=True, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(43200)], verbose_name='after (minutes)')),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_change_reason', models.CharField(max_length=100, null=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
            ],
            options={
                'verbose_name': 'historical step when first contact is late',
                'verbose_name_plural': 'historical steps when first contact is late',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='HistoricalTypeLimit',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('lead_type', models.CharField(choices=[('hot_inbound', 'Hot inbound'), ('mql', 'MQL'), ('warm', 'Warm'), ('cold', 'Cold')], max_length=16, verbose_name='lead type')),
                ('wait_minutes', models.PositiveIntegerField(blank=True, null=True, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(43200)], verbose_name='longest wait (minutes)')),
                ('contact_minutes', models.PositiveIntegerField(blank=True, null=True, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(43200)], verbose_name='first contact within (minutes)')),
                ('nurture_after_days', models.PositiveSmallIntegerField(blank=True, null=True, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(3650)], verbose_name='to nurture after (days of waiting)')),
                ('recycle_after_days', models.PositiveSmallIntegerField(blank=True, null=True, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(3650)], verbose_name='to the recycling pool after (days in nurture)')),
                ('archive_after_days', models.PositiveSmallIntegerField(blank=True, null=True, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(3650)], verbose_name='to the archive after (days in the pool)')),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_change_reason', models.CharField(max_length=100, null=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
            ],
            options={
                'verbose_name': 'historical limits of a lead type',
                'verbose_name_plural': 'historical limits of lead types',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='TypeLimit',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('lead_type', models.CharField(choices=[('hot_inbound', 'Hot inbound'), ('mql', 'MQL'), ('warm', 'Warm'), ('cold', 'Cold')], max_length=16, verbose_name='lead type')),
                ('wait_minutes', models.PositiveIntegerField(blank=True, null=True, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(43200)], verbose_name='longest wait (minutes)')),
                ('contact_minutes', models.PositiveIntegerField(blank=True, null=True, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(43200)], verbose_name='first contact within (minutes)')),
                ('nurture_after_days', models.PositiveSmallIntegerField(blank=True, null=True, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(3650)], verbose_name='to nurture after (days of waiting)')),
                ('recycle_after_days', models.PositiveSmallIntegerField(blank=True, null=True, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(3650)], verbose_name='to the recycling pool after (days in nurture)')),
                ('archive_after_days', models.PositiveSmallIntegerField(blank=True, null=True, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(3650)], verbose_name='to the archive after (days in the pool)')),
            ],
            options={
                'verbose_name': 'limits of a lead type',
                'verbose_name_plural': 'limits of lead types',
                'ordering': ['queue', 'lead_type', 'pk'],
            },
        ),
        migrations.AddField(
            model_name='entry',
            name='is_recycled',
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddField(
            model_name='entry',
            name='waited_seconds',
            field=models.BigIntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='historicalqueue',
            name='contact_counts',
            field=models.CharField(choices=[('wall', 'All hours'), ('team', "The team's working hours"), ('holder', "The holder's own working hours")], db_default='wall', default='wall', max_length=6, verbose_name='first contact counts'),
        ),
        migrations.AddField(
            model_name='historicalqueue',
            name='remind_percent',
            field=models.PositiveSmallIntegerField(db_default=0, default=0, help_text='Of the time until first contact is due. 0: no reminder before it is due.', validators=[django.core.validators.MaxValueValidator(99)], verbose_name='remind the holder at (percent)'),
        ),
        migrations.AddField(
            model_name='historicalqueue',
            name='wait_counts',
            field=models.CharField(choices=[('wall', 'All hours'), ('team', "The team's working hours")], db_default='wall', default='wall', max_length=6, verbose_name='longest wait counts'),
        ),
        migrations.AddField(
            model_name='queue',
            name='contact_counts',
            field=models.CharField(choices=[('wall', 'All hours'), ('team', "The team's working hours"), ('holder', "The holder's own working hours")], db_default='wall', default='wall', max_length=6, verbose_name='first contact counts'),
        ),
        migrations.AddField(
            model_name='queue',
            name='remind_percent',
            field=models.PositiveSmallIntegerField(db_default=0, default=0, help_text='Of the time until first contact is due. 0: no reminder before it is due.', validators=[django.core.validators.MaxValueValidator(99)], verbose_name='remind the holder at (percent)'),
        ),
        migrations.AddField(
            model_name='queue',
            name='wait_counts',
            field=models.CharField(choices=[('wall', 'All hours'), ('team', "The team's working hours")], db_default='wall', default='wall', max_length=6, verbose_name='longest wait counts'),
        ),
        migrations.AlterField(
            model_name='historicalqueue',
            name='contact_minutes',
            field=models.PositiveIntegerField(blank=True, default=120, help_text='Empty: by lead type.', null=True, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(43200)], verbose_name='first contact within (minutes)'),
        ),
        migrations.AlterField(
            model_name='historicalqueue',
            name='wait_minutes',
            field=models.PositiveIntegerField(blank=True, help_text='Empty: by lead type (1 h, 4 h, 24 h, 72 h).', null=True, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(43200)], verbose_name='longest wait (minutes)'),
        ),
        migrations.AlterField(
            model_name='queue',
            name='contact_minutes',
            field=models.PositiveIntegerField(blank=True, default=120, help_text='Empty: by lead type.', null=True, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(43200)], verbose_name='first contact within (minutes)'),
        ),
        migrations.AlterField(
            model_name='queue',
            name='wait_minutes',
            field=models.PositiveIntegerField(blank=True, help_text='Empty: by lead type (1 h, 4 h, 24 h, 72 h).', null=True, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(43200)], verbose_name='longest wait (minutes)'),
        ),
        migrations.RunPython(repair_limits, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name='queue',
            constraint=models.CheckConstraint(condition=models.Q(('wait_minutes__isnull', True), models.Q(('wait_minutes__gte', 1), ('wait_minutes__lte', 43200)), _connector='OR'), name='queues_wait_within_a_month', violation_error_message='The longest wait must be from 1 minute to 43,200 minutes (30 days).'),
        ),
        migrations.AddConstraint(
            model_name='queue',
            constraint=models.CheckConstraint(condition=models.Q(('contact_minutes__isnull', True), models.Q(('contact_minutes__gte', 1), ('contact_minutes__lte', 43200)), _connector='OR'), name='queues_contact_within_a_month', violation_error_message='First contact must be due within 1 minute to 43,200 minutes (30 days).'),
        ),
        migrations.AddConstraint(
            model_name='queue',
            constraint=models.CheckConstraint(condition=models.Q(('remind_percent__lt', 100)), name='queues_remind_before_it_is_due', violation_error_message='A reminder must come before first contact is due: at most 99 percent.'),
        ),
        migrations.AddField(
            model_name='contactstep',
            name='queue',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='contact_steps', to='queues.queue', verbose_name='queue'),
        ),
        migrations.AddField(
            model_name='deadlinemove',
            name='by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='deadlinemove',
            name='queue',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='deadline_moves', to='queues.queue'),
        ),
        migrations.AddField(
            model_name='deadlinemove',
            name='rep',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='routing.rep'),
        ),
        migrations.AddField(
            model_name='deadlinemove',
            name='team',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='routing.team'),
        ),
        migrations.AddField(
            model_name='historicalcontactstep',
            name='history_user',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='historicalcontactstep',
            name='queue',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='queues.queue', verbose_name='queue'),
        ),
        migrations.AddField(
            model_name='historicaltypelimit',
            name='history_user',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='historicaltypelimit',
            name='queue',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='queues.queue', verbose_name='queue'),
        ),
        migrations.AddField(
            model_name='typelimit',
            name='queue',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='type_limits', to='queues.queue', verbose_name='queue'),
        ),
        migrations.AddConstraint(
            model_name='contactstep',
            constraint=models.UniqueConstraint(fields=('queue', 'position'), name='queues_one_contact_step_per_position'),
        ),
        migrations.AddConstraint(
            model_name='contactstep',
            constraint=models.CheckConstraint(condition=models.Q(('after_minutes__isnull', True), models.Q(('after_minutes__gte', 1), ('after_minutes__lte', 43200)), _connector='OR'), name='queues_step_within_a_month'),
        ),
        migrations.AddIndex(
            model_name='deadlinemove',
            index=models.Index(fields=['-at', '-id'], name='queues_deadline_moves'),
        ),
        migrations.AddConstraint(
            model_name='typelimit',
            constraint=models.UniqueConstraint(fields=('queue', 'lead_type'), name='queues_one_limit_per_queue_and_type'),
        ),
        migrations.AddConstraint(
            model_name='typelimit',
            constraint=models.UniqueConstraint(condition=models.Q(('queue__isnull', True)), fields=('lead_type',), name='queues_one_limit_per_type'),
        ),
        migrations.AddConstraint(
            model_name='typelimit',
            constraint=models.CheckConstraint(condition=models.Q(('wait_minutes__isnull', True), models.Q(('wait_minutes__gte', 1), ('wait_minutes__lte', 43200)), _connector='OR'), name='queues_type_wait_within_a_month'),
        ),
        migrations.AddConstraint(
            model_name='typelimit',
            constraint=models.CheckConstraint(condition=models.Q(('contact_minutes__isnull', True), models.Q(('contact_minutes__gte', 1), ('contact_minutes__lte', 43200)), _connector='OR'), name='queues_type_contact_within_a_month'),
        ),
    ]
