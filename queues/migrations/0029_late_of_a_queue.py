"""The late leads of a queue by index. On PostgreSQL it is made beside those who claim."""

from django.db import migrations, models

from config.indexes import AddIndexBesideWriters


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("queues", "0028_coarser_reasons")]

    operations = [
        AddIndexBesideWriters(
            "entry",
            models.Index(
                fields=["queue", "wait_due_at"],
                condition=models.Q(left_at__isnull=True),
                name="queues_late_of_a_queue",
            ),
        ),
    ]
