from django.db import migrations, models

from config.indexes import AddIndexBesideWriters


class Migration(migrations.Migration):
    """Links may be a full table: indexes are made beside those who write to it."""

    atomic = False

    dependencies = [
        ('queues', '0050_longer_statuses_of_crms'),
    ]

    operations = [
        AddIndexBesideWriters(
            model_name='crmlink',
            index=models.Index(fields=['connection', 'made_at'], name='queues_crm_links_by_day'),
        ),
        AddIndexBesideWriters(
            model_name='crmlink',
            index=models.Index(condition=models.Q(('written_at__isnull', False)), fields=['connection', '-written_at'], name='queues_crm_writes_by_day'),
        ),
    ]
