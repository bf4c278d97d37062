from django.db import migrations, models

from config.indexes import AddIndexBesideWriters


class Migration(migrations.Migration):
    """The ledger is a full table: the index is made beside those who write to it."""

    atomic = False

    dependencies = [
        ('routing', '0048_letters'),
    ]

    operations = [
        AddIndexBesideWriters(
            model_name='ledgerline',
            index=models.Index(condition=models.Q(('kind__in', ('back', 'catch_up', 'counted', 'credit'))), fields=['rotation', 'at'], name='routing_ledger_of_a_week'),
        ),
    ]
