"""Caps for 60 minutes slide, and the days of caps can be counted in each member's own time zone (F5).

Until now the leads of an hour of the calendar were counted, without their times. The times of the last 60 minutes come
from the ledger, so that right after the update nobody gets more than the cap, and nobody waits longer than for the own
leads of those 60 minutes.
"""

from collections import Counter, defaultdict
from datetime import timedelta
from math import ceil

from django.db import migrations, models
from django.utils import timezone

SLIDING = timedelta(minutes=60)
CAP_ZONES = [("rotation", "The rotation's time zone"), ("member", "Each member's own time zone")]
CAP_ZONE_HELP = (
    "Days, weeks and months end at midnight there. A member without a time zone has that of the team. Who changes time "
    "zone in the middle of a day gets no second day's leads."
)
CAP_HOUR = {"blank": True, "help_text": "Empty: no cap.", "null": True, "verbose_name": "at most in 60 minutes"}
ZONE_HELP = "Days, weeks and months are counted in this time zone; those of caps where you choose below."


def fill_times(apps, schema_editor):
    fill_times_of(apps, at=timezone.now())


def fill_times_of(apps, *, at):
    times = times_by_member(apps.get_model("routing", "LedgerLine"), since=at - SLIDING)
    members = apps.get_model("routing", "RotationMember")._base_manager
    for member in members.filter(counts__has_key="hour").order_by("pk").iterator(chunk_size=1000):
        given = sorted(times.get(member.pk, {}).items())
        member.counts = member.counts | {"times": [[second, leads] for second, leads in given if leads > 0]}
        member.save(update_fields=["counts"])


def times_by_member(ledger_lines, *, since):
    """How many leads each member was given in which second; leads that were undone do not count."""
    found, second_of = defaultdict(Counter), {}
    for line in ledger_lines.objects.filter(at__gt=since, member__isnull=False).select_related("turn").order_by("pk"):
        second, assignment = ceil(line.at.timestamp()), line.details.get("assignment")
        if line.kind == "given":
            found[line.member][second] += 1
        elif line.kind == "undone" and line.details.get("way") != "none" and line.turn.at > since:
            found[line.member][ceil(line.turn.at.timestamp())] -= 1
        elif line.kind == "counted" and line.given > 0 and line.details.get("why") != "undone":
            found[line.member][second] += 1
            second_of[assignment] = second
        elif line.kind == "counted" and line.given < 0 and assignment in second_of:
            found[line.member][second_of[assignment]] -= 1
    return found


class Migration(migrations.Migration):
    dependencies = [("routing", "0019_ramps")]

    operations = [
        *(
            migrations.AddField(
                model_name=name,
                name="cap_zone",
                field=models.CharField(
                    choices=CAP_ZONES,
                    default="rotation",
                    help_text=CAP_ZONE_HELP,
                    max_length=8,
                    verbose_name="days of caps are counted in",
                ),
            )
            for name in ("historicalrotation", "rotation")
        ),
        *(
            migrations.AlterField(model_name=name, name="cap_hour", field=models.PositiveIntegerField(**CAP_HOUR))
            for name in ("historicalrotation", "historicalrotationmember", "rotation", "rotationmember")
        ),
        *(
            migrations.AlterField(
                model_name=name,
                name="time_zone",
                field=models.CharField(
                    default="Asia/Jakarta", help_text=ZONE_HELP, max_length=48, verbose_name="time zone"
                ),
            )
            for name in ("historicalrotation", "rotation")
        ),
        migrations.RunPython(fill_times, migrations.RunPython.noop),
    ]
