"""Why the contact clock of a lead stands still, and until when (D3)."""

from dataclasses import dataclass
from datetime import datetime

from routing.decisions.availability.work_time import TimeLeft
from routing.models import Assignment, TimeOff
from routing.queries.work_time import times_left


@dataclass(frozen=True, slots=True)
class Pause:
    """`absence` is the kind of the holder's time off, where that is what stops the clock now; else empty."""

    left: TimeLeft
    absence: str = ""


def pause_of(held: Assignment, *, at: datetime) -> Pause | None:
    """None for a clock that runs on until its next step, or has none left."""
    (left,) = times_left([(held.clock_id, held.contact_due_at)], at=at)
    if left is None:
        return None
    return Pause(left, _absence(held, at=at) if left.is_paused else "")


def _absence(held: Assignment, *, at: datetime) -> str:
    """Only the holder's own clock stops for leave and sick days; the team's does not."""
    now = TimeOff.objects.filter(starts_at__lte=at, ends_at__gt=at, kind__in=(TimeOff.Kind.LEAVE, TimeOff.Kind.SICK))
    own = now.filter(rep__user=held.holder_id, rep__work_calendar=held.clock_id)
    return own.order_by("starts_at", "pk").values_list("kind", flat=True).first() or ""
