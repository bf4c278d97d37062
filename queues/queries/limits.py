"""What a queue's clocks and limits are for a lead of one type (D1, D2, D6).

For each limit the first that is set counts: queue and type, then the queue, then the type, then the constant. Rows of
limits by type count for old leads only.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db.models import Q

from leads.models import Lead, LeadType
from queues.decisions.deadlines import contact_limit, wait_limit
from queues.decisions.escalation import DEFAULT_RULES, BreachAct, StepRule
from queues.decisions.stale import ARCHIVE_DAYS, NURTURE_DAYS, RECYCLE_DAYS, StaleDays
from queues.models import ContactStep, Queue, TypeLimit
from routing.decisions.availability.work_time import WALL, Clock
from routing.decisions.contact_terms import ContactTerms, Counts
from routing.queries.work_time import calendar_of_team, clock_of


def contact_terms(queue: Queue, lead_type: str) -> ContactTerms:
    """What first contact of a lead is measured by when somebody gets it from this queue (D2)."""
    limit = contact_limit(lead_type, queue.contact_minutes, {})
    return ContactTerms(
        minutes=int(limit / timedelta(minutes=1)),
        counts=Counts(queue.contact_counts),
        team_id=queue.team_id,
        remind_percent=queue.remind_percent,
        place_id=queue.pk,
    )


def wait_limit_of(queue: Queue, lead_type: str) -> timedelta:
    """How long a lead may wait in this queue (D1)."""
    return wait_limit(lead_type, {lead_type: queue.wait_minutes})


def wait_clock(queue: Queue) -> Clock:
    """What the longest wait of this queue counts (D3). No query for one that counts all hours."""
    if queue.wait_counts != Queue.WaitCounts.TEAM:
        return WALL
    return clock_of(calendar_of_team(queue.team_id))


def wait_due(queue: Queue, lead: Lead, clock: Clock, *, since_at: datetime, entered_at: datetime) -> datetime:
    """When the longest wait is over (D1), by the queue's clock; not before the lead entered, even if it returns
    late."""
    return max(clock.add(since_at, wait_limit_of(queue, lead.lead_type)), entered_at)


def steps_of(queue_id: int | None) -> tuple[StepRule, ...]:
    """What happens, in order, when first contact of a lead of this queue is late (D2); without a queue the usual
    steps, as for a queue that sets none."""
    if queue_id is None:
        return DEFAULT_RULES
    rows = ContactStep.objects.filter(queue=queue_id).order_by("position", "pk").values_list("act", "after_minutes")
    own = tuple(StepRule(BreachAct(act), None if n is None else timedelta(minutes=n)) for act, n in rows)
    return own or DEFAULT_RULES


def stale_days(queue: Queue | None, lead_type: str) -> StaleDays:
    """After how many days in each place an old lead moves on (D6); `queue` is where it waits, or waited last."""
    return stale_days_by_type([queue] if queue else [])[queue.pk if queue else None, lead_type]


def stale_days_by_type(queues: Sequence[Queue]) -> dict[tuple[int | None, str], StaleDays]:
    """stale_days() of all types in each of these queues, and without a queue (None); one query."""
    rows = TypeLimit.objects.filter(Q(queue__isnull=True) | Q(queue__in=[queue.pk for queue in queues]))
    own = {(row.queue_id, row.lead_type): row for row in rows.order_by("pk")}
    found = {}
    for queue in (*queues, None):
        for lead_type in LeadType.values:
            pk = queue.pk if queue else None
            both = [row for key in (pk, None) if (row := own.get((key, lead_type))) is not None]
            of_type = own.get((None, lead_type)) if queue is None else own.get((pk, lead_type))
            nurture = of_type.nurture_after_days if of_type is not None else None
            found[pk, lead_type] = StaleDays(
                nurture or (queue.nurture_after_days if queue else NURTURE_DAYS),
                next((row.recycle_after_days for row in both if row.recycle_after_days), RECYCLE_DAYS),
                next((row.archive_after_days for row in both if row.archive_after_days), ARCHIVE_DAYS),
            )
    return found
