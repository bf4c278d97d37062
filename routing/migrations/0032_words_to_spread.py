"""The index of messages that are still to be spread. On PostgreSQL it is made beside those who write messages."""

from django.db import migrations, models

from config.indexes import AddIndexBesideWriters


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("routing", "0031_words")]

    operations = [
        AddIndexBesideWriters(
            "notification",
            models.Index(fields=["id"], condition=models.Q(is_spread=False), name="routing_to_spread"),
        ),
    ]
