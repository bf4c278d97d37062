"""The log of deliveries by a state that few have. On PostgreSQL the index is made beside those who send."""

from django.db import migrations, models

from config.indexes import AddIndexBesideWriters

RARE = ["waiting", "held", "sending", "failed", "unsure"]


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("routing", "0036_outages")]

    operations = [
        AddIndexBesideWriters(
            "delivery",
            models.Index(
                fields=["state", "-id"], condition=models.Q(state__in=RARE), name="routing_rare_deliveries"
            ),
        ),
    ]
