from django.db import migrations, models

from config.indexes import AddIndexBesideWriters


class Migration(migrations.Migration):
    """Assignments are a full table: the index is made beside those who write to it."""

    atomic = False

    dependencies = [
        ('routing', '0052_turn_days'),
    ]

    operations = [
        AddIndexBesideWriters(
            model_name='assignment',
            index=models.Index(condition=models.Q(('ended_at__isnull', False), ('first_contact_at__isnull', True)), fields=['holder', 'assigned_at'], name='routing_ended_silently'),
        ),
    ]
