"""Steps of ramps, taken when their day has come (K4). A lead that arrives first takes them as well (open_session)."""

import logging
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction

from config.live import announce
from routing.actions.rotation.credits import lock_and_open
from routing.models import Rotation, RotationMember

log = logging.getLogger(__name__)
EARLIEST_ZONE = timedelta(hours=14)  # ahead of UTC


def take_ramp_steps(*, at: datetime) -> int:
    """The steps that are due, by each rotation's own time zone, each rotation in its own transaction. Returns how many
    rotations had any."""
    waiting = RotationMember.objects.filter(ramp_next_on__lte=(at + EARLIEST_ZONE).date())
    taken = 0
    for rotation in Rotation.objects.filter(pk__in=waiting.values("rotation")).order_by("pk"):
        today = at.astimezone(ZoneInfo(rotation.time_zone)).date()
        if not waiting.filter(rotation=rotation, ramp_next_on__lte=today).exists():
            continue
        try:
            with transaction.atomic():
                lock_and_open(rotation.pk, at=at)
        except Exception:  # one rotation that fails must not block the steps of the others
            log.exception("the steps of ramps of rotation %s could not be taken", rotation.pk)
            continue
        taken += 1
    if taken:
        announce("people")
    return taken
