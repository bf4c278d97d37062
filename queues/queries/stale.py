"""The leads that the cleanup moves: those that waited, or stayed in a stage, for too many days (D6)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from config.company import company_zone
from config.counts import counts
from leads.decisions.looks import LOOKS_FOR
from leads.models import Lead, Look
from queues.decisions.stale import StaleDays, next_night
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
LOG_PERIOD = timedelta(days=LOG_DAYS)
MOST_COUNTED = 1000  # of each step: a cleanup that has not run for long leaves very many


@dataclass(frozen=True, slots=True)
class StaleTerms:
    """After how many days leads of each type move, in each queue whose old leads move, and outside of queues (None)."""

    queues: Sequence[Queue]
    days: Mapping[tuple[int | None, str], StaleDays]


def stale_terms(queues: Sequence[Queue] | None = None) -> StaleTerms:
    """Read it once for several questions; two queries, or one for those who know all queues."""
    if queues is None:
        queues = list(Queue.objects.active().filter(stale_is_on=True).order_by("pk"))
    queues = [queue for queue in queues if queue.is_active and queue.stale_is_on]
    return StaleTerms(queues, stale_days_by_type(queues))


def stale_entries(*, at: datetime, terms: StaleTerms | None = None) -> QuerySet[Entry]:
    """Leads that have waited in a queue for the days of the queue and their type. Not those that somebody looks at: an
    open preview or page, an escalation that somebody put off, or kept in the weekly cleanup."""
    terms = terms or stale_terms()
    is_old = Q(pk__in=[])
    for queue in terms.queues:
        own = {lead_type: each.nurture for (pk, lead_type), each in terms.days.items() if pk == queue.pk}
        for wanted in sorted(set(own.values())):
            limit = at - timedelta(days=wanted)
            types = [lead_type for lead_type, each in own.items() if each == wanted]
            of_type = Q(lead__lead_type__in=types) if len(types) < len(own) else Q()
            is_old |= Q(queue=queue, since_at__lte=limit, entered_at__lte=limit) & of_type
    put_off = Escalation.objects.filter(lead=OuterRef("lead"), closed_at__isnull=True, snoozed_until__gt=at)
    rows = Entry.objects.waiting().filter(is_old).exclude(reserved_until__gt=at)
    kept = KeptLead.objects.filter(lead=OuterRef("lead"), until__gt=at)
    return rows.filter(~Exists(put_off), ~Exists(kept), ~Exists(_looks("lead", at))).order_by("since_at", "pk")


def stale_in(step: str, *, at: datetime) -> QuerySet[Lead]:
    """Leads that have been in nurture, or in the recycling pool, for their days. The step that brought them there says
    when the next is due; for those that a person or a rule brought there, the days of their type count. For the night,
    which reads them in the order of their ids; pages read stale_parts()."""
    pending = _pending().filter(lead=OuterRef("pk"), at=OuterRef("stage_at"))  # of this stay, not of an earlier one
    is_due = Q(Exists(pending.filter(next_at__lte=at))) | (_is_old(step, stale_days_by_type([]), at) & ~Exists(pending))
    return Lead.objects.filter(is_due, ~Exists(_looks("pk", at)), stage=MOVES_FROM[step]).order_by("stage_at", "pk")


def stale_parts(step: str, *, at: datetime, terms: StaleTerms) -> tuple[QuerySet[Lead], QuerySet[Lead]]:
    """The leads of stale_in() in two questions, each with an index of its own: whose next step is due
    (queues_next_stale_step), and who came without a step and is there for the days of the type (leads_by_stage)."""
    stage = MOVES_FROM[step]
    due = _pending().filter(next_at__lte=at, lead__stage=stage, at=F("lead__stage_at"))
    pending = _pending().filter(lead=OuterRef("pk"), at=OuterRef("stage_at"))
    latest = at - timedelta(days=min(_days(step, each) for each in terms.days.values()))
    by_type = Lead.objects.filter(_is_old(step, terms.days, at), ~Exists(pending), stage=stage, stage_at__lte=latest)
    due_leads = Lead.objects.filter(pk__in=due.order_by().values("lead"))
    free = ~Exists(_looks("pk", at))
    return due_leads.filter(free).order_by("stage_at", "pk"), by_type.filter(free).order_by("stage_at", "pk")


def _pending() -> QuerySet[StaleStep]:
    return StaleStep.objects.filter(next_at__isnull=False, undone_at__isnull=True)


def _is_old(step: str, days: Mapping[tuple[int | None, str], StaleDays], at: datetime) -> Q:
    found = Q(pk__in=[])
    for (queue_id, lead_type), each in days.items():
        if queue_id is None:
            found |= Q(lead_type=lead_type, stage_at__lte=at - timedelta(days=_days(step, each)))
    return found


def _days(step: str, days: StaleDays) -> int:
    return days.recycle if step == Step.RECYCLE else days.archive


def _looks(lead: str, at: datetime) -> QuerySet[Look]:
    return Look.objects.filter(lead=OuterRef(lead), at__gt=at - LOOKS_FOR, at__lte=at)


@dataclass(frozen=True, slots=True)
class Leaving:
    """How many leads each step of a cleanup at `when` would move, each counted up to MOST_COUNTED."""

    when: datetime
    nurture: int
    recycle: int
    archive: int

    @property
    def total(self) -> int:
        return self.nurture + self.recycle + self.archive

    @property
    def is_cut(self) -> bool:
        """There are more than were counted."""
        return MOST_COUNTED in (self.nurture, self.recycle, self.archive)


def leaving(*, at: datetime) -> Leaving:
    """What a cleanup at this moment would move; three queries."""
    return leaving_at([at], stale_terms())[0]


def leaving_at(moments: Sequence[datetime], terms: StaleTerms) -> list[Leaving]:
    """What a cleanup at each of these moments would move; one query."""
    return counted_leaving(moments, counts(**leaving_rows(moments, terms)))


def leaving_rows(moments: Sequence[datetime], terms: StaleTerms) -> dict[str, QuerySet]:
    """What counted_leaving() needs, for those who count other things as well."""
    rows: dict[str, QuerySet] = {}
    for number, at in enumerate(moments):
        rows[f"nurture{number}"] = stale_entries(at=at, terms=terms).order_by()[:MOST_COUNTED]
        for step in (Step.RECYCLE, Step.ARCHIVE):
            for part, leads in enumerate(stale_parts(step, at=at, terms=terms)):
                rows[f"{step.value}{number}_{part}"] = leads.order_by()[:MOST_COUNTED]
    return rows


def counted_leaving(moments: Sequence[datetime], found: Mapping[str, int]) -> list[Leaving]:
    """`found` are the counts of leaving_rows() of these moments."""
    return [
        Leaving(
            when=at,
            nurture=found[f"nurture{number}"],
            recycle=min(found[f"recycle{number}_0"] + found[f"recycle{number}_1"], MOST_COUNTED),
            archive=min(found[f"archive{number}_0"] + found[f"archive{number}_1"], MOST_COUNTED),
        )
        for number, at in enumerate(moments)
    ]


def next_cleanup(*, at: datetime) -> datetime:
    """When the cleanup runs next: tonight, or now."""
    return next_night(at, company_zone())


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
