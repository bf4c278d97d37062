"""Leads that ask for a skill are counted once for each skill (docs/decisions/07). The skills that members were counted
with are read at their next turn."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('routing', '0027_new_openings'),
    ]

    operations = [
        migrations.AddField(
            model_name='roster',
            name='skills',
            field=models.JSONField(null=True),
        ),
        migrations.AddField(
            model_name='rotation',
            name='needs',
            field=models.JSONField(default=dict, editable=False),
        ),
        migrations.AddField(
            model_name='rotationmember',
            name='skills_counted',
            field=models.JSONField(default=list, editable=False),
        ),
        migrations.AddField(
            model_name='turn',
            name='need',
            field=models.TextField(blank=True),
        ),
    ]
