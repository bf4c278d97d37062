"""Warn beforehand that everybody of a rotation will be absent (F6, F11c)."""

import logging
from datetime import datetime

from django.db import transaction

from routing.actions.notifications import notify
from routing.decisions.availability.everybody_absent import AllAbsent, is_known
from routing.models import AbsenceWarning, Notification, Rotation
from routing.queries.coming_absences import coming_absences, people_to_warn, used_rotations

log = logging.getLogger(__name__)


def warn_of_absences(*, at: datetime) -> int:
    """Sales ops and managers get one message for each span, and another when it changes by an hour or more, or in what
    happens to leads. Returns how many spans are to come."""
    rotations = list(used_rotations())
    AbsenceWarning.objects.exclude(rotation__in=rotations).delete()
    found = 0
    for rotation in rotations:
        try:
            found += _warn(rotation, at=at)
        except Exception:  # one rotation that fails must not block the warnings of the others
            log.exception("the coming absences of rotation %s could not be read", rotation.pk)
    return found


@transaction.atomic
def _warn(rotation: Rotation, *, at: datetime) -> int:
    """The lock makes two sweeps at once take turns, so that nobody is told twice."""
    Rotation.objects.select_for_update(no_key=True).only("pk").get(pk=rotation.pk)
    found = coming_absences(rotation, at=at)
    told = list(AbsenceWarning.objects.filter(rotation=rotation).order_by("pk"))
    kept = set()
    for span in found:
        same = next((row.pk for row in told if is_known(_span(row), span, at=at)), None)
        kept.add(same or _tell(rotation, span, at=at))
    AbsenceWarning.objects.filter(rotation=rotation).exclude(pk__in=kept).delete()
    return len(found)


def _tell(rotation: Rotation, span: AllAbsent, *, at: datetime) -> int:
    row = AbsenceWarning.objects.create(
        rotation=rotation,
        starts_at=span.starts_at,
        ends_at=span.ends_at,
        is_open=span.is_open,
        then=span.then,
        told_at=at,
    )
    notify(
        people_to_warn(rotation),
        kind=Notification.Kind.ALL_ABSENT,
        key=f"absent-{rotation.pk}-{row.pk}",
        at=at,
        details={
            "rotation": rotation.pk,
            "place": rotation.name,
            "starts": span.starts_at.isoformat(),
            "ends": span.ends_at.isoformat(),
            "is_open": span.is_open,
            "then": span.then,
            "fallback": str(rotation.fallback or ""),
            "zone": rotation.time_zone,
        },
    )
    return row.pk


def _span(row: AbsenceWarning) -> AllAbsent:
    return AllAbsent(row.starts_at, row.ends_at, row.is_open, row.then)
