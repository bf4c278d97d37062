"""An installation that has queues needs no guide in its menu; an empty one gets it (M1)."""

from django.db import migrations
from django.utils import timezone


def close_guide(apps, schema_editor):
    if apps.get_model("queues", "Queue").objects.exists():
        apps.get_model("config", "Company").objects.create(pk=1, guide_closed_at=timezone.now())


class Migration(migrations.Migration):
    dependencies = [("queues", "0036_given_by_rule"), ("config", "0007_company")]

    operations = [migrations.RunPython(close_guide, migrations.RunPython.noop)]
