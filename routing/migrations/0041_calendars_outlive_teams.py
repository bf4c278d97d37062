"""A work calendar stays when its team or rep is deleted, for the clocks that it measures."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('routing', '0040_words_for_late_contact'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='workcalendar',
            name='routing_calendar_of_a_team_or_a_rep',
        ),
        migrations.AlterField(
            model_name='workcalendar',
            name='rep',
            field=models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='work_calendar', to='routing.rep', verbose_name='rep'),
        ),
        migrations.AlterField(
            model_name='workcalendar',
            name='team',
            field=models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='work_calendar', to='routing.team', verbose_name='team'),
        ),
        migrations.AddConstraint(
            model_name='workcalendar',
            constraint=models.CheckConstraint(condition=models.Q(('team__isnull', True), ('rep__isnull', True), _connector='OR'), name='routing_calendar_of_a_team_or_a_rep'),
        ),
    ]
