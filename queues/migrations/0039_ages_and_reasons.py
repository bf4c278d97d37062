from django.db import migrations, models

from config.indexes import AddIndexBesideWriters


class Migration(migrations.Migration):
    """Stays are a full table: indexes are made beside those who write."""

    atomic = False

    dependencies = [
        ('queues', '0038_claims_by_their_own_end'),
    ]

    operations = [
        AddIndexBesideWriters(
            model_name='entry',
            index=models.Index(condition=models.Q(('since_at', models.F('entered_at')), _negated=True), fields=['queue', 'since_at'], name='queues_came_with_an_age'),
        ),
        AddIndexBesideWriters(
            model_name='habitday',
            index=models.Index(condition=models.Q(('returned__gt', 0)), fields=['rep', 'day', 'reason', 'returned'], name='queues_reasons_of_a_rep'),
        ),
    ]
