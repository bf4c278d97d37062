"""Channels, choices and deliveries; and which messages are still to be spread to them.

Messages of before count as spread, so that nobody gets a year of mail; those written from now on do not."""

import datetime
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('leads', '0009_plain_names'),
        ('routing', '0030_contact_indexes'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Channel',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('mail', 'E-mail'), ('slack', 'Slack'), ('teams', 'Microsoft Teams'), ('telegram', 'Telegram'), ('whatsapp', 'WhatsApp'), ('sms', 'SMS'), ('gateway', 'Own gateway')], max_length=10, verbose_name='kind')),
                ('address', models.TextField(blank=True, verbose_name='address')),
                ('label', models.CharField(blank=True, max_length=80, verbose_name='label')),
                ('made_at', models.DateTimeField()),
                ('code_hash', models.CharField(blank=True, max_length=128)),
                ('code_sent_at', models.DateTimeField(blank=True, null=True)),
                ('code_tries', models.PositiveSmallIntegerField(default=0)),
                ('verified_at', models.DateTimeField(blank=True, null=True)),
                ('dead_since', models.DateTimeField(blank=True, null=True)),
                ('problem', models.CharField(blank=True, max_length=20)),
            ],
            options={
                'verbose_name': 'channel',
                'verbose_name_plural': 'channels',
                'ordering': ['user', 'kind', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='Delivery',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('state', models.CharField(choices=[('waiting', 'Waiting'), ('held', 'Held back'), ('sending', 'Being sent'), ('sent', 'Sent'), ('merged', 'Sent with others'), ('failed', 'Failed'), ('unsure', 'Perhaps sent')], default='waiting', max_length=8)),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('made_at', models.DateTimeField()),
                ('next_at', models.DateTimeField(blank=True, null=True)),
                ('leased_until', models.DateTimeField(blank=True, null=True)),
                ('first_try_at', models.DateTimeField(blank=True, null=True)),
                ('sent_at', models.DateTimeField(blank=True, null=True)),
                ('problem', models.CharField(blank=True, max_length=200)),
            ],
            options={
                'verbose_name': 'delivery',
                'verbose_name_plural': 'deliveries',
                'ordering': ['-pk'],
            },
        ),
        migrations.CreateModel(
            name='Preference',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('assigned', 'A lead is yours'), ('contact_soon', 'First contact is due soon'), ('contact_due', 'First contact is overdue'), ('team_contact_due', "A rep's first contact is overdue"), ('taken_away', 'A lead went to somebody else'), ('escalated', 'A lead needs your decision'), ('away_question', 'Somebody is away with leads that nobody contacts'), ('queue_yellow', 'A queue is filling up'), ('queue_red', 'A queue is too full'), ('queue_critical', 'A queue is overflowing'), ('intake_paused', 'A queue takes no new leads'), ('intake_open', 'A queue takes new leads again'), ('bottleneck', 'A queue claims too few of its leads in time'), ('re_engaged', 'Your lead came back'), ('draft_published', 'A draft is in force'), ('draft_refused', 'A draft could not be published'), ('unfair', 'A share of leads is far off'), ('audit_failed', 'A nightly audit found faults'), ('all_absent', 'Everybody of a rotation will be absent'), ('stuck', 'Leads wait, and nobody can have them'), ('too_many', 'More people fit a rotation than it takes'), ('feed_broken', 'Your calendar cannot be read'), ('import_done', 'An import has ended'), ('channel_dead', 'A channel does not work'), ('worker_silent', 'Background work stood still')], max_length=20)),
                ('when', models.CharField(choices=[('now', 'At once'), ('hourly', 'Every hour'), ('morning', 'In the morning digest'), ('off', 'Never')], max_length=8)),
            ],
            options={
                'verbose_name': 'preference',
                'verbose_name_plural': 'preferences',
                'ordering': ['channel', 'kind', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='Reach',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('time_zone', models.CharField(blank=True, max_length=48, verbose_name='time zone')),
                ('digest_at', models.TimeField(default=datetime.time(8, 0), verbose_name='digest at')),
                ('quiet_from', models.TimeField(blank=True, null=True, verbose_name='quiet from')),
                ('quiet_to', models.TimeField(blank=True, null=True, verbose_name='quiet to')),
                ('critical_passes', models.BooleanField(default=False, verbose_name='critical messages may pass')),
            ],
            options={
                'verbose_name': 'reach of a person',
                'verbose_name_plural': 'reach of people',
                'ordering': ['user', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='WordSettings',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('names_in_chat', models.BooleanField(default=False, help_text='Otherwise a message says what to do and has a link, but names no person, company or number.', verbose_name='names of leads in chat and SMS')),
            ],
            options={
                'verbose_name': 'settings of messages',
                'verbose_name_plural': 'settings of messages',
                'ordering': ['pk'],
            },
        ),
        migrations.AddField(
            model_name='notification',
            name='is_spread',
            field=models.BooleanField(db_default=True, default=False),
        ),
        migrations.AlterField(
            model_name='notification',
            name='is_spread',
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AlterField(
            model_name='notification',
            name='kind',
            field=models.CharField(choices=[('assigned', 'A lead is yours'), ('contact_soon', 'First contact is due soon'), ('contact_due', 'First contact is overdue'), ('team_contact_due', "A rep's first contact is overdue"), ('taken_away', 'A lead went to somebody else'), ('escalated', 'A lead needs your decision'), ('away_question', 'Somebody is away with leads that nobody contacts'), ('queue_yellow', 'A queue is filling up'), ('queue_red', 'A queue is too full'), ('queue_critical', 'A queue is overflowing'), ('intake_paused', 'A queue takes no new leads'), ('intake_open', 'A queue takes new leads again'), ('bottleneck', 'A queue claims too few of its leads in time'), ('re_engaged', 'Your lead came back'), ('draft_published', 'A draft is in force'), ('draft_refused', 'A draft could not be published'), ('unfair', 'A share of leads is far off'), ('audit_failed', 'A nightly audit found faults'), ('all_absent', 'Everybody of a rotation will be absent'), ('stuck', 'Leads wait, and nobody can have them'), ('too_many', 'More people fit a rotation than it takes'), ('feed_broken', 'Your calendar cannot be read'), ('import_done', 'An import has ended'), ('channel_dead', 'A channel does not work'), ('worker_silent', 'Background work stood still')], max_length=20),
        ),
        migrations.AddField(
            model_name='channel',
            name='user',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='channels', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='delivery',
            name='channel',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='deliveries', to='routing.channel'),
        ),
        migrations.AddField(
            model_name='delivery',
            name='merged_into',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='merged', to='routing.delivery'),
        ),
        migrations.AddField(
            model_name='delivery',
            name='notification',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='deliveries', to='routing.notification'),
        ),
        migrations.AddField(
            model_name='preference',
            name='channel',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='preferences', to='routing.channel'),
        ),
        migrations.AddField(
            model_name='reach',
            name='user',
            field=models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='reach', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddConstraint(
            model_name='wordsettings',
            constraint=models.CheckConstraint(condition=models.Q(('id', 1)), name='routing_one_row_of_word_settings'),
        ),
        migrations.AddConstraint(
            model_name='channel',
            constraint=models.UniqueConstraint(condition=models.Q(('address', ''), ('kind', 'mail')), fields=('user',), name='routing_one_account_mail_channel'),
        ),
        migrations.AddConstraint(
            model_name='channel',
            constraint=models.CheckConstraint(condition=models.Q(('kind', 'mail'), models.Q(('address', ''), _negated=True), _connector='OR'), name='routing_channel_has_an_address'),
        ),
        migrations.AddIndex(
            model_name='delivery',
            index=models.Index(condition=models.Q(('state__in', ['waiting', 'held'])), fields=['next_at'], name='routing_to_send'),
        ),
        migrations.AddIndex(
            model_name='delivery',
            index=models.Index(condition=models.Q(('state', 'sending')), fields=['leased_until'], name='routing_being_sent'),
        ),
        migrations.AddConstraint(
            model_name='delivery',
            constraint=models.UniqueConstraint(fields=('notification', 'channel'), name='routing_no_delivery_twice'),
        ),
        migrations.AddConstraint(
            model_name='preference',
            constraint=models.UniqueConstraint(fields=('channel', 'kind'), name='routing_one_preference_per_kind'),
        ),
        migrations.AddConstraint(
            model_name='reach',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('quiet_from__isnull', True), ('quiet_to__isnull', True)), models.Q(('quiet_from__isnull', False), ('quiet_to__isnull', False), models.Q(('quiet_from', models.F('quiet_to')), _negated=True)), _connector='OR'), name='routing_quiet_hours_begin_and_end', violation_error_message='Quiet hours need a beginning and an end that differ.'),
        ),
    ]
