"""In blocks, a plain turn from before weights became different begins no block any more. So the ledger of rotations that
gave turns in blocks gets a new opening, from which the nightly audit begins."""

from decimal import ROUND_HALF_UP, Decimal
from json import dumps

from django.db import migrations
from django.utils import timezone

from routing.decisions.rotation.needs import clocks_behind


def write_openings(apps, schema_editor):
    rotations = apps.get_model("routing", "Rotation")
    in_blocks = apps.get_model("routing", "Roster").objects.filter(rules__way="blocks").values("rotation")
    # All of them are locked before any member is read, so no turn comes in between.
    for rotation in list(rotations.objects.select_for_update(no_key=True).filter(pk__in=in_blocks).order_by("pk")):
        members = apps.get_model("routing", "RotationMember")._base_manager
        rows = list(members.filter(rotation=rotation, left_at__isnull=True).order_by("position", "pk"))
        groups = {row.pk: dumps(row.skills_counted) for row in rows}
        behind = clocks_behind(groups.values(), rotation.needs)
        details = {
            "pointer": rotation.pointer,
            "in_block": rotation.in_block,
            "virtual": rotation.virtual,
            "rest": rotation.rest,
            "members": {
                str(row.pk): [
                    row.balance,
                    row.base + behind.get(groups[row.pk], 0),  # one clock for all
                    row.owed,
                    row.takes_part,
                    weight_of(row),
                    row.comes_first,
                    row.last_turn,
                    row.spread_count,
                ]
                for row in rows
            },
            "paid": {str(row.pk): [row.paid_on.isoformat(), row.paid] for row in rows if row.paid_on and row.paid},
        }
        apps.get_model("routing", "LedgerLine").objects.create(
            rotation=rotation, at=timezone.now(), kind="opening", virtual=rotation.virtual, details=details
        )


def weight_of(member):
    """In hundredths, as the member's ramp has it now."""
    whole = int(member.weight * 100)
    if member.ramp_percent == 100 or not whole:
        return whole
    part = (Decimal(whole * member.ramp_percent) / 100).quantize(Decimal(1), ROUND_HALF_UP)
    return max(int(part), 1)


class Migration(migrations.Migration):
    dependencies = [("routing", "0057_minutes_left")]

    operations = [migrations.RunPython(write_openings, migrations.RunPython.noop)]
