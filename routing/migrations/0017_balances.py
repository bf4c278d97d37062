"""Every rotation gives the next lead to the member with the largest balance (L11).

Until now a list of equal weights, and blocks, followed the pointer alone. Their balances are set so that the same member
is next as before: everybody is level, and the pointer says who was served last. Owed turns stay owed. Turns that were
given in advance, and the turns of a block that has begun, are charged. Members who are away go on to be due a part of
every lead where skipped turns are made up. The ledger gets a new opening, from which the nightly audit begins.
"""

from math import gcd

from django.db import migrations, models
from django.utils import timezone

TURN = 10**12
COUNTS_AS_SKIPPED = {"on_leave", "public_holiday", "all_day_meeting", "outside_hours"}
MAX_OWED = {"forgone": 0, "first": 1, "daily": 1000}


def set_balances(apps, schema_editor):
    rotations = apps.get_model("routing", "Rotation")
    for rotation in rotations.objects.order_by("pk").iterator(chunk_size=200):
        members = list(rotation.members.order_by("position", "pk"))
        weights = {member.pk: int(member.weight * 100) for member in members}
        missed = {each.pk: max(weights[each.pk] * (rotation.virtual - each.base), 0) for each in members}
        if rotation.way != "value" and (rotation.way == "blocks" or len({w for w in weights.values() if w}) < 2):
            make_level(rotation, members, weights)
        for member in members:
            member.owed = max(member.owed, 0)
            go_on_while_away(rotation, member, missed[member.pk])
            member.save(update_fields=["balance", "base", "owed", "takes_part"])
        write_opening(apps, rotation, members, weights)


def make_level(rotation, members, weights):
    """Everybody level, less what was had in advance; the balances together are zero."""
    for member in members:
        member.balance, member.base = member.owed * TURN, rotation.virtual
        member.owed = max(member.owed, 0)
    positive = [weight for weight in weights.values() if weight]
    served = next((member for member in members if member.position == rotation.pointer), None)
    if rotation.in_block and served is not None and len(set(positive)) > 1:
        if rotation.in_block < weights[served.pk] // gcd(*positive):
            served.balance -= rotation.in_block * TURN
    over, whole = sum(member.balance for member in members), sum(positive)
    for member in members:
        member.balance -= over * weights[member.pk] // whole if whole else 0


def go_on_while_away(rotation, member, missed):
    """What the release before would have made owed on return is owed now, and more becomes due from now on."""
    if member.takes_part or member.away_for not in COUNTS_AS_SKIPPED or rotation.skipped_means == "forgone":
        return
    if rotation.way == "value":
        member.balance, member.base, member.takes_part = member.balance + missed, rotation.virtual, True
        return
    most = MAX_OWED.get(rotation.skipped_means, rotation.owed_limit)
    owed = min(missed // TURN, max(most - member.owed, 0))
    member.balance, member.owed, member.base = member.balance + owed * TURN, member.owed + owed, rotation.virtual
    member.takes_part = member.owed < most


def write_opening(apps, rotation, members, weights):
    lines = apps.get_model("routing", "LedgerLine")
    if not lines.objects.filter(rotation=rotation).exists():
        return
    details = {
        "pointer": rotation.pointer,
        "in_block": rotation.in_block,
        "virtual": rotation.virtual,
        "rest": rotation.rest,
        "members": {
            str(member.pk): [member.balance, member.base, member.owed, member.takes_part, weights[member.pk], False]
            for member in members
        },
    }
    lines.objects.create(
        rotation=rotation, at=timezone.now(), kind="opening", virtual=rotation.virtual, details=details
    )


class Migration(migrations.Migration):
    dependencies = [("routing", "0016_stuck_rotations")]

    operations = [
        migrations.AddField(
            model_name="rotationmember",
            name="comes_first",
            field=models.BooleanField(default=False, editable=False),
        ),
        migrations.AddField(
            model_name="rotationmember",
            name="left_at",
            field=models.DateTimeField(blank=True, editable=False, null=True, verbose_name="left at"),
        ),
        migrations.AddField(
            model_name="historicalrotationmember",
            name="left_at",
            field=models.DateTimeField(blank=True, editable=False, null=True, verbose_name="left at"),
        ),
        migrations.AlterModelOptions(
            name="rotationmember",
            options={
                "default_manager_name": "objects",
                "ordering": ["position", "pk"],
                "verbose_name": "member",
                "verbose_name_plural": "members",
            },
        ),
        migrations.RunPython(set_balances, migrations.RunPython.noop),
    ]
