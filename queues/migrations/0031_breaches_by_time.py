"""Find breaches by when their limit ran out, for what came of forecasts (K1)."""

from django.db import migrations, models

from config.indexes import AddIndexBesideWriters


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("queues", "0030_forecasts")]
    operations = [
        AddIndexBesideWriters(
            model_name="breach", index=models.Index(fields=["clock", "due_at"], name="queues_breaches_by_time")
        ),
    ]
