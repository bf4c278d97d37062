"""What a queue's clocks and limits are for a lead of one type (D1, D2, D6).

For each limit the first that is set counts: queue and type, then the queue, then the type, then the constant
(`queues.decisions.deadlines`).
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet

from leads.models import Lead, LeadType
from queues.decisions.deadlines import Limit, OwnMinutes, contact_limit, wait_limit
from queues.decisions.escalation import DEFAULT_RULES, BreachAct, StepRule
from queues.decisions.stale import ARCHIVE_DAYS, NURTURE_DAYS, RECYCLE_DAYS, StaleDays
from queues.models import ContactStep, Entry, Queue, TypeLimit
from routing.decisions.availability.work_time import WALL, Clock
from routing.decisions.contact_terms import ContactTerms, Counts
from routing.queries.work_time import calendar_of_team, calendars_of_teams, clock_of, worked_since


@dataclass(frozen=True, slots=True)
class TypeLimits:
    """What is set by lead type in some queues and for all. Read it once for many leads."""

    rows: Mapping[tuple[int | None, str], TypeLimit] = field(default_factory=dict)

    def wait(self, queue: Queue, lead_type: str) -> Limit:
        return wait_limit(lead_type, self._own(queue, lead_type, "wait_minutes"))

    def contact(self, queue: Queue, lead_type: str) -> Limit:
        return contact_limit(self._own(queue, lead_type, "contact_minutes"))

    def _own(self, queue: Queue, lead_type: str, name: str) -> OwnMinutes:
        both, of_type = self.rows.get((queue.pk, lead_type)), self.rows.get((None, lead_type))
        return OwnMinutes(
            queue_and_type=getattr(both, name, None), queue=getattr(queue, name), type=getattr(of_type, name, None)
        )


def type_limits(queue_ids: Collection[int]) -> TypeLimits:
    """Those of these queues and of all; one query."""
    rows = TypeLimit.objects.filter(Q(queue__isnull=True) | Q(queue__in=queue_ids)).order_by("pk")
    return TypeLimits({(row.queue_id, row.lead_type): row for row in rows})


def queues_without_own(names: Collection[str]) -> QuerySet[Queue]:
    """Queues in which one of these limits may be that of the type, because they set none themselves."""
    unset = Q()
    for name in names:
        unset |= Q(**{f"{name}__isnull": True})
    return Queue.objects.filter(unset).order_by("position", "pk")


def queues_with_own(name: str) -> QuerySet[Queue]:
    return Queue.objects.active().filter(**{f"{name}__isnull": False}).order_by("position", "pk")


def contact_terms(queue: Queue, lead_type: str, limits: TypeLimits) -> ContactTerms:
    """What first contact of a lead is measured by when somebody gets it from this queue (D2)."""
    return ContactTerms(
        minutes=limits.contact(queue, lead_type).minutes,
        counts=Counts(queue.contact_counts),
        team_id=queue.team_id,
        remind_percent=queue.remind_percent,
        place_id=queue.pk,
    )


def terms_of(queue: Queue | None, lead_type: str) -> ContactTerms:
    """contact_terms() for one lead; the usual ones without a queue. One query."""
    return contact_terms(queue, lead_type, type_limits([queue.pk])) if queue else ContactTerms()


def wait_clock(queue: Queue) -> Clock:
    """What the longest wait of this queue counts (D3). No query for one that counts all hours."""
    if queue.wait_counts != Queue.WaitCounts.TEAM:
        return WALL
    return clock_of(calendar_of_team(queue.team_id))


def wait_due(
    queue: Queue, lead: Lead, clock: Clock, limits: TypeLimits, *, since_at: datetime, entered_at: datetime
) -> datetime:
    """When the longest wait is over (D1), by the queue's clock; not before the lead entered, even if it returns
    late."""
    return max(clock.add(since_at, limits.wait(queue, lead.lead_type).time), entered_at)


def waited_by_clock(entries: Sequence[Entry], *, at: datetime) -> list[timedelta | None]:
    """How long each has waited by what its queue's clock counts; None where all hours count (D3). Their queues must be
    read; at most two queries."""
    by_hours = {each.queue.team_id for each in entries if each.queue.wait_counts == Queue.WaitCounts.TEAM}
    calendars = calendars_of_teams({pk for pk in by_hours if pk is not None})
    wanted = [
        (calendars.get(each.queue.team_id or 0) if each.queue.wait_counts == Queue.WaitCounts.TEAM else None,
         each.since_at)
        for each in entries
    ]  # fmt: skip
    return worked_since(wanted, at=at)


def steps_of(queue_id: int | None) -> tuple[StepRule, ...]:
    """What happens, in order, when first contact of a lead of this queue is late (D2); without a queue the usual
    steps, as for a queue that sets none."""
    return steps_by_queue([queue_id])[queue_id]


def steps_by_queue(queue_ids: Collection[int | None]) -> dict[int | None, tuple[StepRule, ...]]:
    """steps_of() for several queues; at most one query."""
    wanted = {pk for pk in queue_ids if pk is not None}
    rows = ContactStep.objects.filter(queue__in=wanted).order_by("queue", "position", "pk") if wanted else ()
    own: dict[int | None, list[StepRule]] = {}
    for row in rows:
        after = None if row.after_minutes is None else timedelta(minutes=row.after_minutes)
        own.setdefault(row.queue_id, []).append(StepRule(BreachAct(row.act), after))
    return {pk: tuple(own.get(pk, ())) or DEFAULT_RULES for pk in queue_ids}


def stale_days(queue: Queue | None, lead_type: str) -> StaleDays:
    """After how many days in each place an old lead moves on (D6); `queue` is where it waits, or waited last."""
    return stale_days_by_type([queue] if queue else [])[queue.pk if queue else None, lead_type]


def stale_days_by_type(queues: Sequence[Queue]) -> dict[tuple[int | None, str], StaleDays]:
    """stale_days() of all types in each of these queues, and without a queue (None); one query."""
    own = type_limits([queue.pk for queue in queues]).rows
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
