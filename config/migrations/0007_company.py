import django.db.models.deletion
import simple_history.models
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('config', '0006_no_compiled_statements'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Company',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(blank=True, max_length=80, verbose_name='company name')),
                ('time_zone', models.CharField(blank=True, help_text='Days begin by it, where a person or team has no other.', max_length=48, verbose_name='time zone')),
                ('working_hours', models.JSONField(blank=True, default=dict, verbose_name='working hours')),
                ('holidays_of', models.CharField(blank=True, max_length=15, verbose_name='public holidays of')),
                ('language', models.CharField(blank=True, max_length=10, verbose_name='language')),
                ('guide_closed_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'verbose_name': 'company',
                'verbose_name_plural': 'company',
                'constraints': [models.CheckConstraint(condition=models.Q(('id', 1)), name='config_one_company')],
            },
        ),
        migrations.CreateModel(
            name='HistoricalCompany',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('name', models.CharField(blank=True, max_length=80, verbose_name='company name')),
                ('time_zone', models.CharField(blank=True, help_text='Days begin by it, where a person or team has no other.', max_length=48, verbose_name='time zone')),
                ('working_hours', models.JSONField(blank=True, default=dict, verbose_name='working hours')),
                ('holidays_of', models.CharField(blank=True, max_length=15, verbose_name='public holidays of')),
                ('language', models.CharField(blank=True, max_length=10, verbose_name='language')),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_change_reason', models.CharField(max_length=100, null=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'historical company',
                'verbose_name_plural': 'historical company',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
    ]
