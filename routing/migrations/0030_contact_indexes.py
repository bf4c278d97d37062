"""Indexes of open contact clocks. On PostgreSQL they are made beside those who take leads."""

from django.db import migrations, models

from config.indexes import AddIndexBesideWriters

UNCONTACTED = models.Q(ended_at__isnull=True, first_contact_at__isnull=True)


def add(name, *fields, **only):
    condition = UNCONTACTED & models.Q(**only) if only else UNCONTACTED
    return AddIndexBesideWriters("assignment", models.Index(fields=fields, condition=condition, name=name))


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("routing", "0029_work_time")]

    operations = [
        add("routing_contact_by_place", "place_id", "id"),
        add("routing_contact_by_clock", "clock", "id", clock__isnull=False),
        add("routing_remind_due", "remind_at", remind_at__isnull=False),
        add("routing_stuck_contact", "assigned_at", contact_due_at__isnull=True, breaches__gt=0),
    ]
