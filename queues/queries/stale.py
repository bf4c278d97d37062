"""The leads that the cleanup moves: those that waited, or stayed in a stage, for too many days (D6)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from leads.decisions.looks import LOOKS_FOR
from leads.models import Lead, Look
from queues.decisions.stale import next_night
from queues.models import Entry, Escalation, KeptLead, Queue, StaleStep
from queues.queries.limits import stale_days_by_type

Step = StaleStep.Step
# step -> the stage from which it moves leads
MOVES_FROM: Mapping[str, Lead.Stage] = {
    Step.NURTURE: Lead.Stage.WAITING,
    Step.RECYCLE: Lead.Stage.NURTURE,
    Step.ARCHIVE: Lead.Stage.RECYCLED,
}
OPEN_STAGES = frozenset({Lead.Stage.WAITING, Lead.Stage.HELD, Lead.Stage.REVIEW})  # what people can set aside
LOG_DAYS = 30  # so long a step can be undone


def stale_entries(*, at: datetime) -> QuerySet[Entry]:
    """Leads that have waited in a queue for the days of the queue and their type. Not those that somebody looks at: an
    open preview or page, an escalation that somebody put off, or kept in the weekly cleanup."""
    queues = list(Queue.objects.active().filter(stale_is_on=True).order_by("pk"))
    days = stale_days_by_type(queues)
    is_old = Q(pk__in=[])
    for queue in queues:
        own = {lead_type: each.nurture for (pk, lead_type), each in days.items() if pk == queue.pk}
        for wanted in sorted(set(own.values())):
            limit = at - timedelta(days=wanted)
            types = [lead_type for lead_type, each in own.items() if each == wanted]
            of_type = Q(lead__lead_type__in=types) if len(types) < len(own) else Q()
            is_old |= Q(queue=queue, since_at__lte=limit, entered_at__lte=limit) & of_type
    put_off = Escalation.objects.filter(lead=OuterRef("lead"), closed_at__isnull=True, snoozed_until__gt=at)
    rows = Entry.objects.waiting().filter(is_old).exclude(reserved_until__gt=at)
    kept = KeptLead.objects.filter(lead=OuterRef("lead"), until__gt=at)
    return rows.filter(~Exists(put_off), ~Exists(kept), ~Exists(_looks("lead", at))).order_by("since_at", "pk")


def stale_in_queues(*, at: datetime) -> QuerySet[Lead]:
    return Lead.objects.filter(pk__in=stale_entries(at=at).order_by().values("lead")).order_by("pk")


def stale_in(step: str, *, at: datetime) -> QuerySet[Lead]:
    """Leads that have been in nurture, or in the recycling pool, for their days. The step that brought them there says
    when the next is due; for those that a person or a rule brought there, the days of their type count."""
    pending = StaleStep.objects.filter(  # of this stay in the stage, not of one before the lead came back
        lead=OuterRef("pk"), at=OuterRef("stage_at"), next_at__isnull=False, undone_at__isnull=True
    )
    by_type = Q(pk__in=[])
    for (_queue, lead_type), each in stale_days_by_type([]).items():
        days = each.recycle if step == Step.RECYCLE else each.archive
        by_type |= Q(lead_type=lead_type, stage_at__lte=at - timedelta(days=days))
    is_due = Q(Exists(pending.filter(next_at__lte=at))) | (by_type & ~Q(Exists(pending)))
    return Lead.objects.filter(is_due, ~Exists(_looks("pk", at)), stage=MOVES_FROM[step]).order_by("stage_at", "pk")


def _looks(lead: str, at: datetime) -> QuerySet[Look]:
    return Look.objects.filter(lead=OuterRef(lead), at__gt=at - LOOKS_FOR, at__lte=at)


@dataclass(frozen=True, slots=True)
class Leaving:
    """How many leads each step of a cleanup at `when` would move."""

    when: datetime
    nurture: int
    recycle: int
    archive: int

    @property
    def total(self) -> int:
        return self.nurture + self.recycle + self.archive


def leaving(*, at: datetime) -> Leaving:
    """What a cleanup at this moment would move."""
    return Leaving(
        when=at,
        nurture=stale_entries(at=at).count(),
        recycle=stale_in(Step.RECYCLE, at=at).count(),
        archive=stale_in(Step.ARCHIVE, at=at).count(),
    )


def next_cleanup(*, at: datetime) -> datetime:
    """When the cleanup runs next: tonight, or now."""
    return next_night(at, timezone.get_default_timezone())


def recent_steps(*, at: datetime, most: int) -> list[StaleStep]:
    """The log, newest first, as far back as a step can be undone."""
    rows = StaleStep.objects.filter(at__gt=at - timedelta(days=LOG_DAYS), at__lte=at)
    return list(rows.select_related("lead__source", "queue", "by", "undone_by").order_by("-at", "-pk")[:most])


def can_be_undone(step: StaleStep, *, at: datetime) -> bool:
    """Nothing happened to the lead since; `step.lead` is as it is now."""
    is_last = step.lead.stage == STAGES[step.step] and step.lead.stage_at == step.at
    return step.undone_at is None and is_last and at - step.at <= timedelta(days=LOG_DAYS)


STAGES: Mapping[str, Lead.Stage] = {
    Step.NURTURE: Lead.Stage.NURTURE,
    Step.RECYCLE: Lead.Stage.RECYCLED,
    Step.ARCHIVE: Lead.Stage.ARCHIVED,
    Step.REJECT: Lead.Stage.REJECTED,
}
