from django.db import migrations, models

from config.indexes import AddIndexBesideWriters


class Migration(migrations.Migration):
    """Stays are a full table: the index is made beside those who write to it."""

    atomic = False

    dependencies = [
        ('queues', '0035_own_waits'),
    ]

    operations = [
        AddIndexBesideWriters(
            model_name='entry',
            index=models.Index(condition=models.Q(('left_how', 'assigned'), ('rule__isnull', False)), fields=['left_at'], name='queues_given_by_rule'),
        ),
    ]
