"""Finds the leads whose holders have ten minutes left for first contact (D2)."""

from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Q

from queues.decisions.minutes_left import MINUTES_LEFT, SHORTEST, is_last_call
from routing.models import Assignment, WorkStretch
from routing.queries.work_time import times_left

DAY = timedelta(days=1)
PAUSE = 7 * DAY  # the longest pause over which ten minutes of working time are followed


def last_calls(*, at: datetime) -> list[Assignment]:
    """Before the first step, and by what each clock counts: ten minutes before the end of a working day it may be the
    deadline of the next morning that is near."""
    soon = at + MINUTES_LEFT
    today = WorkStretch.objects.filter(calendar=OuterRef("clock"), starts_at__gt=at - DAY, starts_at__lte=at)
    closes_soon = Exists(today.filter(ends_at__gt=at, ends_at__lt=soon))
    near = Q(contact_due_at__lte=soon) | (Q(clock__isnull=False, contact_due_at__lte=soon + PAUSE) & closes_soon)
    rows = Assignment.objects.uncontacted().filter(near, contact_due_at__gt=at, breaches=0)
    rows = rows.filter(contact_minutes__gte=SHORTEST // timedelta(minutes=1)).select_related("lead")
    found = list(rows.order_by("contact_due_at", "pk"))
    counted = times_left([(held.clock_id, held.contact_due_at) for held in found], at=at)
    return [held for held, time in zip(found, counted, strict=True) if _is_near(held, time, at=at)]


def _is_near(held: Assignment, time, *, at: datetime) -> bool:
    if time is not None:
        return is_last_call(time.left, is_paused=time.is_paused)
    return held.contact_due_at is not None and is_last_call(held.contact_due_at - at)
