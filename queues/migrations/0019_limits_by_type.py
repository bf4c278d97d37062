"""New queues leave first contact to the lead type, and say when their clocks were changed."""

import django.core.validators
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('queues', '0018_weekly_cleanup'),
    ]

    operations = [
        migrations.AddField(
            model_name='queue',
            name='clocks_changed_at',
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
        migrations.AlterField(
            model_name='historicalqueue',
            name='contact_minutes',
            field=models.PositiveIntegerField(blank=True, help_text='Empty: by lead type.', null=True, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(43200)], verbose_name='first contact within (minutes)'),
        ),
        migrations.AlterField(
            model_name='historicalqueue',
            name='wait_minutes',
            field=models.PositiveIntegerField(blank=True, help_text='Empty: by lead type.', null=True, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(43200)], verbose_name='longest wait (minutes)'),
        ),
        migrations.AlterField(
            model_name='queue',
            name='contact_minutes',
            field=models.PositiveIntegerField(blank=True, help_text='Empty: by lead type.', null=True, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(43200)], verbose_name='first contact within (minutes)'),
        ),
        migrations.AlterField(
            model_name='queue',
            name='wait_minutes',
            field=models.PositiveIntegerField(blank=True, help_text='Empty: by lead type.', null=True, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(43200)], verbose_name='longest wait (minutes)'),
        ),
    ]
