"""Shared value may have a spread limit: how many leads more than somebody else a member may get."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import migrations, models

SPREAD_LIMIT = {
    "blank": True,
    "help_text": "Where value is shared, for each unit of weight. No lead waits because of it. Empty: no limit.",
    "null": True,
    "validators": [MinValueValidator(1), MaxValueValidator(1000)],
    "verbose_name": "leads ahead at most",
}


class Migration(migrations.Migration):
    dependencies = [("routing", "0025_ways_by_room")]

    operations = [
        migrations.AddField("rotation", "spread_limit", models.PositiveIntegerField(**SPREAD_LIMIT)),
        migrations.AddField("historicalrotation", "spread_limit", models.PositiveIntegerField(**SPREAD_LIMIT)),
        migrations.AddField("rotationmember", "spread_count", models.PositiveIntegerField(default=0, editable=False)),
    ]
