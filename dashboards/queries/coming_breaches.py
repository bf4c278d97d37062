"""Reads the clocks that run out next: longest waits, the age ladder, first contact (D1, D2, B6)."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q

from config.web.people import display_name
from dashboards.queries.time_left import waits_left
from queues.models import Entry, Queue
from queues.queries.limits import TypeLimits, steps_by_queue, type_limits
from routing.decisions.availability.work_time import TimeLeft
from routing.models import Assignment
from routing.queries.work_time import times_left


@dataclass(frozen=True, slots=True)
class UpcomingBreach:
    """A clock that runs out next. `clock` is "contact", "wait" or "age"; `act` is what happens then."""

    due_at: datetime
    limit: timedelta
    clock: str
    number: int
    act: str
    label: str
    lead_id: int
    holder: str
    queue: Queue | None
    left: TimeLeft | None = None  # what the clock still counts, if it pauses before it is due


def upcoming_breaches(
    user,
    *,
    at: datetime,
    most: int = 15,
    queues: Collection[Queue] | None = None,
    limits: TypeLimits | None = None,
) -> list[UpcomingBreach]:
    """The next clocks of this manager's queues and reps, soonest first: the only place where the next breach is found.
    The boards show the first one, or the first of a queue or a rep. `queues`: the manager's, where they are known, and
    `limits` their type_limits()."""
    mine = Queue.objects.active().managed_by(user) if queues is None else queues
    by_id = {queue.pk: queue for queue in mine}
    limits = limits or type_limits(by_id)
    found = [
        *_waits(by_id, limits, at=at, most=most),
        *_ages(by_id, at=at, most=most),
        *_contacts(user, at=at, most=most),
    ]
    soonest = sorted(found, key=lambda one: (one.due_at, one.lead_id, one.clock == "age"))
    once = {(one.lead_id, one.due_at): one for one in reversed(soonest)}  # two clocks at one moment are one breach
    return sorted(once.values(), key=lambda one: (one.due_at, one.lead_id))[:most]


def _waits(queues: dict[int, Queue], limits: TypeLimits, *, at: datetime, most: int) -> list[UpcomingBreach]:
    rows = Entry.objects.wait_running(at).filter(queue__in=queues)
    first = list(rows.select_related("lead").order_by("wait_due_at", "pk")[:most])
    lefts = waits_left([(queues[row.queue_id], row.wait_due_at) for row in first], at=at)
    found = []
    for row, left in zip(first, lefts, strict=True):
        queue = queues[row.queue_id]
        limit, label = limits.wait(queue, row.lead.lead_type).time, row.lead.label
        act = queue.on_wait_breach
        found.append(UpcomingBreach(row.wait_due_at, limit, "wait", 1, act, label, row.lead_id, "", queue, left))
    return found


def _ages(queues: dict[int, Queue], *, at: datetime, most: int) -> list[UpcomingBreach]:
    """One query for all queues with the same limit of age, which usually is all of them."""
    found = []
    for hours in sorted({queue.escalate_after_hours for queue in queues.values()}):
        limit = timedelta(hours=hours)
        alike = [queue.pk for queue in queues.values() if queue.escalate_after_hours == hours]
        line = Entry.objects.age_running(limit, at).filter(queue__in=alike)
        for row in line.select_related("lead").order_by("since_at", "pk")[:most]:
            queue = queues[row.queue_id]
            found.append(
                UpcomingBreach(
                    row.since_at + limit, limit, "age", 1, "tell_manager", row.lead.label, row.lead_id, "", queue
                )
            )
    return found


def _contacts(user, *, at: datetime, most: int) -> list[UpcomingBreach]:
    mine = Q(holder__rep__teams__managers=user) | Q(holder=user)
    if user.has_perm("queues.operate_queue"):
        mine = Q()
    rows = Assignment.objects.contact_running(at).filter(mine).select_related("lead", "holder")
    first, found = list(rows.order_by("contact_due_at", "pk").distinct()[:most]), []
    steps = steps_by_queue({row.place_id for row in first})
    lefts = times_left([(row.clock_id, row.contact_due_at) for row in first], at=at)
    for row, left in zip(first, lefts, strict=True):
        limit = timedelta(minutes=row.contact_minutes)
        rules = steps[row.place_id][row.breaches :]
        if rules:
            name = display_name(row.holder)
            found.append(
                UpcomingBreach(
                    row.contact_due_at,
                    limit,
                    "contact",
                    row.breaches + 1,
                    rules[0].act,
                    row.lead.label,
                    row.lead_id,
                    name,
                    None,
                    left,
                )
            )
    return found
