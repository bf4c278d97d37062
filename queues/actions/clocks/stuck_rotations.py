"""Tell people that leads wait for a rotation in which nobody can have them (F6, F11c)."""

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from queues.queries.stuck_rotations import Stuck, people_to_tell, stuck_rotations, without_fallback
from routing.actions.notifications import notify
from routing.decisions.stuck_rotation import StuckReason
from routing.models import Notification, Rotation, StuckRotation


def alert_stuck_rotations(*, at: datetime) -> int:
    """Sales ops and managers get one message, and again only after the rotation could give leads in between. Returns
    how many rotations are stuck now."""
    found = stuck_rotations(at=at)
    told = StuckRotation.objects.exclude(rotation__in=[each.rotation.pk for each in found])
    told.exclude(pk__in=_without_fallback_still(told, at=at)).delete()
    for stuck in found:
        _tell_once(stuck, at=at)
    return len(found)


def _without_fallback_still(told: QuerySet[StuckRotation], *, at: datetime) -> list[int]:
    """A cap opens and is reached many times a day; that the fallback person is away is told once."""
    rows = list(told.filter(why=StuckReason.FALLBACK).select_related("rotation__fallback__user").order_by("pk"))
    still = without_fallback([row.rotation for row in rows], at=at)
    return [row.pk for row in rows if row.rotation_id in still]


@transaction.atomic
def _tell_once(stuck: Stuck, *, at: datetime) -> None:
    rotation = stuck.rotation
    kept, is_new = StuckRotation.objects.select_for_update().get_or_create(
        rotation=rotation, defaults={"why": stuck.why, "since": at}
    )
    is_worse = kept.why == StuckReason.FALLBACK and stuck.why != StuckReason.FALLBACK
    if not is_new and not is_worse:
        return
    if is_worse:
        kept.why, kept.since = stuck.why, at
        kept.save(update_fields=["why", "since"])
    holds = rotation.when_nobody == Rotation.WhenNobody.HOLD
    notify(
        people_to_tell(stuck),
        kind=Notification.Kind.STUCK,
        key=f"stuck-{rotation.pk}-{kept.pk}" + ("-worse" if is_worse else ""),
        at=at,
        details={
            "rotation": rotation.pk,
            "place": rotation.name,
            "why": stuck.why,
            "person": str(rotation.fallback) if stuck.why == StuckReason.FALLBACK else "",
            "has_no_fallback": holds and rotation.fallback_id is None,
        },
    )
