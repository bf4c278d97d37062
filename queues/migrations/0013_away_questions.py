"""Questions to managers about people who go away and leave leads without first contact."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('queues', '0012_clocks'),
        ('routing', '0030_contact_indexes'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='AwayQuestion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('why', models.CharField(choices=[('leave', 'On leave'), ('sick', 'Sick'), ('switched_off', 'Takes no leads'), ('deactivated', 'No longer active')], max_length=12)),
                ('since_at', models.DateTimeField()),
                ('until_at', models.DateTimeField(blank=True, null=True)),
                ('leads', models.PositiveIntegerField(default=0)),
                ('asked_at', models.DateTimeField()),
                ('answered_at', models.DateTimeField(blank=True, null=True)),
                ('answer', models.CharField(blank=True, choices=[('hand_on', 'Handed on'), ('keep', 'Kept'), ('over', 'Nothing left to decide')], max_length=8)),
                ('answered_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('rep', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='away_questions', to='routing.rep')),
            ],
            options={
                'verbose_name': 'question about an absence',
                'verbose_name_plural': 'questions about absences',
                'ordering': ['asked_at', 'pk'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('answered_at__isnull', True)), fields=('rep',), name='queues_one_open_question_per_rep'), models.UniqueConstraint(fields=('rep', 'why', 'since_at'), name='queues_each_absence_is_asked_once'), models.CheckConstraint(condition=models.Q(models.Q(('answer', ''), ('answered_at__isnull', True)), models.Q(('answered_at__isnull', False), models.Q(('answer', ''), _negated=True)), _connector='OR'), name='queues_answer_has_time_and_manner')],
            },
        ),
    ]
