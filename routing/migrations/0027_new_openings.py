"""Who is next among members with unequal balances, and who pays for turns that are credited while nobody is available,
is decided in another way now. So the ledger gets a new opening, from which the nightly audit begins.

An early release credited turns that nobody paid for. All members pay for them now, by weight, so that all balances
together are zero; that changes nothing about who is next."""

from decimal import ROUND_HALF_UP, Decimal

from django.db import migrations
from django.utils import timezone


def write_openings(apps, schema_editor):
    rotations = apps.get_model("routing", "Rotation")
    lines = apps.get_model("routing", "LedgerLine")
    members = apps.get_model("routing", "RotationMember")
    # All rotations are locked before any member is read, so no turn comes in between.
    for rotation in list(rotations.objects.select_for_update(no_key=True).order_by("pk")):
        if not lines.objects.filter(rotation=rotation).exists():
            continue
        everybody = list(members._base_manager.filter(rotation=rotation).order_by("position", "pk"))
        rows = [row for row in everybody if row.left_at is None]
        pay(rotation, rows, sum(row.balance for row in everybody if row.left_at is not None))
        details = {
            "pointer": rotation.pointer,
            "in_block": rotation.in_block,
            "virtual": rotation.virtual,
            "rest": rotation.rest,
            "members": {
                str(row.pk): [
                    *(row.balance, row.base, row.owed, row.takes_part, weight_of(row)),
                    *(row.comes_first, row.last_turn, row.spread_count),
                ]
                for row in rows
            },
            "paid": {str(row.pk): [row.paid_on.isoformat(), row.paid] for row in rows if row.paid_on and row.paid},
        }
        lines.objects.create(
            rotation=rotation, at=timezone.now(), kind="opening", virtual=rotation.virtual, details=details
        )


def pay(rotation, rows, of_others):
    """Take what all balances together are over zero from these members."""
    over, whole = rotation.rest + of_others, sum(weight_of(row) for row in rows)
    for row in rows:
        over += row.balance + (weight_of(row) * (rotation.virtual - row.base) if row.takes_part else 0)
    if not over or not whole:
        return
    rotation.rest -= over
    for row in rows:
        part = over * weight_of(row) // whole
        row.balance, rotation.rest = row.balance - part, rotation.rest + part
        row.save(update_fields=["balance"])
    rotation.save(update_fields=["rest"])


def weight_of(member):
    """In hundredths, as the member's ramp has it now."""
    whole = int(member.weight * 100)
    if member.ramp_percent == 100 or not whole:
        return whole
    part = (Decimal(whole * member.ramp_percent) / 100).quantize(Decimal(1), ROUND_HALF_UP)
    return max(int(part), 1)


class Migration(migrations.Migration):
    dependencies = [("routing", "0026_spread_limit")]

    operations = [migrations.RunPython(write_openings, migrations.RunPython.noop)]
