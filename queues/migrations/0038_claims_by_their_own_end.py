from django.db import migrations
from django.utils import timezone

KEPT = (("queues", "StayDay"), ("queues", "RepDay"), ("routing", "RepTurnDay"))


def mark_kept_days(apps, _schema_editor):
    """A claim counts as converted by how it ended itself: kept days are counted again, and pages say so. Days whose
    leads were erased cannot be."""
    state = apps.get_model("queues", "FigureState").objects.filter(pk=1).first()
    stale = apps.get_model("queues", "StaleDay")
    days = set()
    for label in KEPT:
        days.update(apps.get_model(*label).objects.order_by("day").values_list("day", flat=True).distinct())
    wanted = [day for day in sorted(days) if state is None or state.kept_from is None or day >= state.kept_from]
    stale.objects.bulk_create([stale(day=day, marked_at=timezone.now()) for day in wanted], ignore_conflicts=True)


class Migration(migrations.Migration):

    dependencies = [
        ('queues', '0037_no_guide_where_queues_are'),
        ('routing', '0053_ended_silently'),
    ]

    operations = [migrations.RunPython(mark_kept_days, migrations.RunPython.noop)]
