"""Indexes for Assign next and for skips. On PostgreSQL they are made beside those who take leads."""

from django.db import migrations, models

from config.indexes import AddIndexBesideWriters


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("routing", "0046_queue_losing")]

    operations = [
        AddIndexBesideWriters(
            "assignment",
            models.Index(
                fields=["assigned_by", "-id"],
                condition=models.Q(how="assign_next"),
                name="routing_given_by_a_manager",
            ),
        ),
        AddIndexBesideWriters(
            "assignment",
            models.Index(
                fields=["holder", "ended_at"],
                condition=models.Q(ended_how="returned", first_contact_at__isnull=True),
                name="routing_given_back_silently",
            ),
        ),
    ]
