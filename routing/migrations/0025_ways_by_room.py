"""Rotations share leads by free capacity or by open leads. Who had a turn last is read from the turns so far."""

from django.db import migrations, models
from django.db.models import Max

WAY = {
    "choices": [
        ("smooth", "In turn, weights spread evenly"),
        ("blocks", "In turn, weights in blocks"),
        ("value", "To the member furthest below the share of value"),
        ("most_free", "To the member with the most free capacity"),
        ("fewest_open", "To the member with the fewest open leads"),
    ],
    "default": "smooth",
    "help_text": (
        "By free capacity or open leads, of weights only 0 counts, and among equals who waited longest is next. "
        "Free is the capacity less all open leads; above it, people are passed over, but not exactly at it."
    ),
    "max_length": 12,
    "verbose_name": "how it shares",
}


def read_last_turns(apps, schema_editor):
    members, turns = apps.get_model("routing", "RotationMember"), apps.get_model("routing", "Turn")
    for rotation in apps.get_model("routing", "Rotation").objects.order_by("pk"):
        newest = turns.objects.filter(rotation=rotation).order_by().values("rep").annotate(n=Max("number"))
        last = dict(newest.values_list("rep", "n"))
        rows = [row for row in members.objects.filter(rotation=rotation).order_by("pk") if row.rep_id in last]
        for row in rows:
            row.last_turn = last[row.rep_id]
        members.objects.bulk_update(rows, ["last_turn"], batch_size=500)


class Migration(migrations.Migration):
    dependencies = [("routing", "0024_membership_rules")]

    operations = [
        migrations.AlterField("rotation", "way", models.CharField(**WAY)),
        migrations.AlterField("historicalrotation", "way", models.CharField(**WAY)),
        migrations.AddField("rotationmember", "last_turn", models.PositiveIntegerField(default=0, editable=False)),
        migrations.RunPython(read_last_turns, migrations.RunPython.noop),
    ]
