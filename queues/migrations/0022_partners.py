"""Partner pools, what they have, downloads and deliveries; a queue can overflow into one."""

import django.db.models.deletion
import simple_history.models
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('leads', '0010_partners'),
        ('queues', '0021_unseen_intakes'),
        ('routing', '0034_channel_tests'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField(
            model_name='cleanuprun',
            name='act',
            field=models.CharField(choices=[('nurture', 'To nurture'), ('recycle', 'To the recycling pool'), ('archive', 'Archive as inactive'), ('reject', 'Reject as junk'), ('move', 'Into a queue'), ('keep', 'Keep for 7 days'), ('partner', 'Send to a partner'), ('recall', 'Call back from the partner'), ('merge', 'Merge with the lead it resembles'), ('apart', 'Keep both'), ('looked', 'Looked through')], max_length=8),
        ),
        migrations.AlterField(
            model_name='entry',
            name='left_how',
            field=models.CharField(blank=True, choices=[('claimed', 'Taken'), ('assigned', 'Assigned'), ('nurtured', 'Nurture'), ('archived', 'Archived'), ('partner', 'Sent to a partner'), ('closed', 'Closed'), ('moved', 'Other queue')], max_length=10),
        ),
        migrations.AlterField(
            model_name='historicalqueue',
            name='when_full',
            field=models.CharField(choices=[('off', 'Nothing: there is no limit'), ('park', 'Leads are parked on the review desk'), ('overflow', 'Leads go to another queue'), ('partner', 'Leads go to a partner pool')], db_default='off', default='park', help_text='Only what entry rules would add counts; people can add leads at any time.', max_length=8, verbose_name='when the queue is full'),
        ),
        migrations.AlterField(
            model_name='queue',
            name='when_full',
            field=models.CharField(choices=[('off', 'Nothing: there is no limit'), ('park', 'Leads are parked on the review desk'), ('overflow', 'Leads go to another queue'), ('partner', 'Leads go to a partner pool')], db_default='off', default='park', help_text='Only what entry rules would add counts; people can add leads at any time.', max_length=8, verbose_name='when the queue is full'),
        ),
        migrations.CreateModel(
            name='HistoricalPartnerPool',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('name', models.CharField(db_index=True, max_length=80, verbose_name='name')),
                ('is_active', models.BooleanField(default=False, help_text='While it is on, leads that are sent here leave with name, e-mail, phone and message. Switch it on only if you may give these data to the partner.', verbose_name='on')),
                ('address', models.CharField(blank=True, help_text='Optional. Each lead is also sent there as signed JSON. Make the secret on the page of the pool.', max_length=2000, verbose_name='webhook')),
                ('secret_at', models.DateTimeField(blank=True, editable=False, null=True)),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_change_reason', models.CharField(max_length=100, null=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'historical partner pool',
                'verbose_name_plural': 'historical partner pools',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='PartnerLead',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('before', models.JSONField(default=dict)),
                ('called_back_at', models.DateTimeField(blank=True, null=True)),
                ('by', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('called_back_by', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('entry', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='queues.entry')),
                ('lead', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='partner_stays', to='leads.lead')),
                ('queue', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='queues.queue')),
            ],
            options={
                'verbose_name': 'lead with a partner',
                'verbose_name_plural': 'leads with partners',
                'ordering': ['-pk'],
            },
        ),
        migrations.CreateModel(
            name='PartnerDelivery',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('event', models.CharField(choices=[('lead.sent', 'Lead sent'), ('lead.called_back', 'Lead called back')], max_length=16)),
                ('key', models.UUIDField(default=uuid.uuid4, unique=True)),
                ('state', models.CharField(choices=[('waiting', 'Waiting'), ('sending', 'Being sent'), ('sent', 'Sent'), ('failed', 'Failed'), ('unsure', 'No answer: perhaps it arrived')], default='waiting', max_length=8)),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('next_at', models.DateTimeField(blank=True, null=True)),
                ('leased_until', models.DateTimeField(blank=True, null=True)),
                ('sent_at', models.DateTimeField(blank=True, null=True)),
                ('problem', models.CharField(blank=True, max_length=40)),
                ('stay', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='deliveries', to='queues.partnerlead')),
            ],
            options={
                'verbose_name': 'delivery to a partner',
                'verbose_name_plural': 'deliveries to partners',
                'ordering': ['-pk'],
            },
        ),
        migrations.CreateModel(
            name='PartnerPool',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=80, unique=True, verbose_name='name')),
                ('is_active', models.BooleanField(default=False, help_text='While it is on, leads that are sent here leave with name, e-mail, phone and message. Switch it on only if you may give these data to the partner.', verbose_name='on')),
                ('address', models.CharField(blank=True, help_text='Optional. Each lead is also sent there as signed JSON. Make the secret on the page of the pool.', max_length=2000, verbose_name='webhook')),
                ('secret', models.TextField(blank=True, default='', editable=False)),
                ('secret_at', models.DateTimeField(blank=True, editable=False, null=True)),
                ('downloaders', models.ManyToManyField(blank=True, help_text='They see this pool only. Sales ops may always download.', related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='who may download')),
            ],
            options={
                'verbose_name': 'partner pool',
                'verbose_name_plural': 'partner pools',
                'ordering': ['name', 'pk'],
            },
        ),
        migrations.AddField(
            model_name='partnerlead',
            name='pool',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='sent', to='queues.partnerpool'),
        ),
        migrations.CreateModel(
            name='PartnerExport',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('rows', models.PositiveIntegerField()),
                ('up_to', models.BigIntegerField(default=0)),
                ('by', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('pool', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='exports', to='queues.partnerpool')),
            ],
            options={
                'verbose_name': 'download of a partner pool',
                'verbose_name_plural': 'downloads of partner pools',
                'ordering': ['-pk'],
            },
        ),
        migrations.AddField(
            model_name='cleanuprun',
            name='pool',
            field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='queues.partnerpool'),
        ),
        migrations.AddField(
            model_name='historicalqueue',
            name='overflow_pool',
            field=models.ForeignKey(blank=True, db_constraint=False, help_text='The overflow leaves to this partner, with names and contact data, while the pool is on.', null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='queues.partnerpool', verbose_name='partner pool'),
        ),
        migrations.AddField(
            model_name='queue',
            name='overflow_pool',
            field=models.ForeignKey(blank=True, db_index=False, help_text='The overflow leaves to this partner, with names and contact data, while the pool is on.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='queues', to='queues.partnerpool', verbose_name='partner pool'),
        ),
        migrations.AddConstraint(
            model_name='queue',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('when_full', 'partner'), _negated=True), ('overflow_pool__isnull', False), _connector='OR'), name='queues_overflow_names_a_pool', violation_error_message='Choose the partner pool that gets the leads when the queue is full.'),
        ),
        migrations.AddIndex(
            model_name='partnerdelivery',
            index=models.Index(condition=models.Q(('state', 'waiting')), fields=['next_at', 'id'], name='queues_partner_due'),
        ),
        migrations.AddIndex(
            model_name='partnerdelivery',
            index=models.Index(condition=models.Q(('state__in', ['sending', 'failed', 'unsure'])), fields=['state', 'id'], name='queues_partner_stopped'),
        ),
        migrations.AddConstraint(
            model_name='partnerdelivery',
            constraint=models.UniqueConstraint(fields=('stay', 'event'), name='queues_each_partner_event_once'),
        ),
        migrations.AddIndex(
            model_name='partnerlead',
            index=models.Index(fields=['pool', '-id'], name='queues_sent_to_partner'),
        ),
        migrations.AddConstraint(
            model_name='partnerlead',
            constraint=models.UniqueConstraint(fields=('lead', 'at'), name='queues_one_partner_at_a_time'),
        ),
        migrations.AddIndex(
            model_name='partnerexport',
            index=models.Index(fields=['pool', '-id'], name='queues_partner_exports'),
        ),
    ]
