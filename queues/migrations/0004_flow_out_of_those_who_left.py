"""Leaves those who wait to the indexes of their order: by this one SQLite read a whole line to find its head."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("queues", "0003_vacuum_the_lines")]

    operations = [
        migrations.RemoveIndex(model_name="entry", name="queues_flow_out"),
        migrations.AddIndex(
            model_name="entry",
            index=models.Index(
                fields=["queue", "left_at"], condition=models.Q(left_at__isnull=False), name="queues_flow_out"
            ),
        ),
    ]
