from django.db import migrations, models

from config.indexes import AddIndexBesideWriters


class Migration(migrations.Migration):
    """Assignments are a full table: the index is made beside those who write to it."""

    atomic = False

    dependencies = [
        ('routing', '0054_invitations'),
    ]

    operations = [
        migrations.AddField(
            model_name='countedday',
            name='is_whole',
            field=models.BooleanField(db_default=True, default=True),
        ),
        AddIndexBesideWriters(
            model_name='assignment',
            index=models.Index(condition=models.Q(('ended_how', 'undone')), fields=['ended_at'], name='routing_undone'),
        ),
    ]
