"""Reads a rotation as a snapshot, and its latest version (F11b)."""

from datetime import datetime
from decimal import Decimal

from routing.decisions.rotation.editable_fields import EDITABLE, MEMBER_FIELDS
from routing.decisions.rotation.versions import Snapshot
from routing.models import MembershipRule, Rotation, RotationMember, RotationVersion


def snapshot_of(rotation: Rotation) -> Snapshot:
    """Settings and members as plain values (decisions/rotation/versions.py)."""
    rows = RotationMember.objects.filter(rotation=rotation).order_by("position", "pk")
    members = [
        {name: _plain(value) for name, value in row.items()} | ({"by_rule": True} if rule is not None else {})
        for row in rows.values("rep", "rule", *MEMBER_FIELDS)
        for rule in [row.pop("rule")]
    ]
    rules = MembershipRule.objects.filter(rotation=rotation).order_by("pk").values("team", "skill", "weight")
    return {
        "fields": fields_of(rotation),
        "members": members,
        "rules": [{name: _plain(value) for name, value in row.items()} for row in rules],
    }


def fields_of(rotation: Rotation) -> dict[str, object]:
    """The settings alone; the rotation need not be saved."""
    return {name: _plain(getattr(rotation, Rotation._meta.get_field(name).attname)) for name in sorted(EDITABLE)}


def latest_version(rotation: Rotation, *, at: datetime) -> RotationVersion:
    """The version in force. It is written now for a rotation whose last change is older than versions are."""
    kept = RotationVersion.objects.filter(rotation=rotation, number=rotation.version).first()
    if kept is not None:
        return kept
    last = rotation.history.order_by("-history_date", "-history_id").first()
    values = {"at": min(last.history_date, at) if last else at, "by_id": last.history_user_id if last else None}
    made, _is_new = RotationVersion.objects.get_or_create(
        rotation=rotation, number=rotation.version, defaults={**values, "snapshot": snapshot_of(rotation)}
    )
    return made


def _plain(value: object) -> object:
    """Decimals as text with two digits, so that 1 and 1.00 are equal."""
    return f"{value:.2f}" if isinstance(value, Decimal) else value
