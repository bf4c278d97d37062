"""Tell people that leads wait for a rotation in which nobody can have them (F6, F11c)."""

from datetime import datetime

from django.db import transaction

from queues.queries.stuck_rotations import Stuck, people_to_tell, stuck_rotations
from routing.actions.notifications import notify
from routing.models import Notification, Rotation, StuckRotation


def alert_stuck_rotations(*, at: datetime) -> int:
    """Sales ops and managers get one message, and again only after the rotation could give leads in between. Returns
    how many rotations are stuck now."""
    found = stuck_rotations(at=at)
    StuckRotation.objects.exclude(rotation__in=[each.rotation.pk for each in found]).delete()
    for stuck in found:
        _tell_once(stuck, at=at)
    return len(found)


@transaction.atomic
def _tell_once(stuck: Stuck, *, at: datetime) -> None:
    rotation = stuck.rotation
    kept, is_new = StuckRotation.objects.get_or_create(rotation=rotation, defaults={"why": stuck.why, "since": at})
    if not is_new:
        return
    holds = rotation.when_nobody == Rotation.WhenNobody.HOLD
    notify(
        people_to_tell(stuck),
        kind=Notification.Kind.STUCK,
        key=f"stuck-{rotation.pk}-{kept.pk}",
        at=at,
        details={
            "rotation": rotation.pk,
            "place": rotation.name,
            "why": stuck.why,
            "has_no_fallback": holds and rotation.fallback_id is None,
        },
    )
