"""What the review desk set aside, by index. On PostgreSQL it is made beside those who decide."""

from django.db import migrations, models

from config.indexes import AddIndexBesideWriters


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("queues", "0033_long_stays")]

    operations = [
        AddIndexBesideWriters(
            "reviewitem",
            models.Index(
                fields=["closed_how", "closed_at"],
                condition=models.Q(closed_at__isnull=False),
                name="queues_reviews_set_aside",
            ),
        ),
    ]
