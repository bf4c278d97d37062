"""Give each queue the goal that fits its longest wait: up to 1 h high priority, from 24 h low, else standard (E1)."""

from django.db import migrations

HIGH, LOW = 2, 24


def set_goals(apps, schema_editor):
    Queue = apps.get_model("queues", "Queue")
    Queue.objects.filter(wait_minutes__lte=60).update(wait_goal_hours=HIGH)
    Queue.objects.filter(wait_minutes__gte=24 * 60).update(wait_goal_hours=LOW)


class Migration(migrations.Migration):
    dependencies = [("queues", "0024_figures")]
    operations = [migrations.RunPython(set_goals, migrations.RunPython.noop)]
