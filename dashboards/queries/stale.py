"""Which leads the next cleanup will move (D6)."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import OuterRef, QuerySet, Subquery

from leads.models import Lead
from queues.models import Entry
from queues.queries.stale import MOVES_FROM, Leaving, StaleTerms, stale_entries, stale_parts, stale_terms

NURTURE, RECYCLE, ARCHIVE = "nurture", "recycle", "archive"
STEPS = (NURTURE, RECYCLE, ARCHIVE)


@dataclass(frozen=True, slots=True)
class Row:
    """One lead that will move; `where` is its queue, or ""."""

    lead: Lead
    step: str
    where: str
    since_at: datetime


def leads_leaving(*, at: datetime, most: int | None = None) -> list[Row]:
    """The leads that a cleanup at this moment would move, longest waiting first; at most `most` for each step."""
    terms = stale_terms()
    return [row for step in STEPS for row in _of_step(step, at=at, most=most, terms=terms)]


def first_leaving(day: Leaving, most: int, *, terms: StaleTerms) -> list[Row]:
    """The first few of the list, in one query. Steps that are known to move none are not asked for."""
    counted = {NURTURE: day.nurture, RECYCLE: day.recycle, ARCHIVE: day.archive}
    steps = [step for step in STEPS if counted[step]]
    parts = [part[:most] for step in steps for part in _lead_ids(step, at=day.when, terms=terms)]
    if not parts:
        return []
    first, *others = (Lead.objects.filter(pk__in=part).order_by().values("pk") for part in parts)
    waits = Entry.objects.waiting().filter(lead=OuterRef("pk")).order_by("pk")
    names = {"entry": "pk", "entry_since": "since_at", "where": "queue__name"}
    leads = Lead.objects.filter(pk__in=first.union(*others, all=True)).select_related("source").order_by("pk")
    rows = list(leads.annotate(**{name: Subquery(waits.values(field)[:1]) for name, field in names.items()}))
    waiting = sorted(
        ((vars(lead)["entry_since"], vars(lead)["entry"], lead) for lead in rows if vars(lead)["entry"]),
        key=lambda found: found[:2],
    )
    found = [Row(lead, NURTURE, vars(lead)["where"], since_at) for since_at, _entry, lead in waiting]
    for step in steps[1:] if day.nurture else steps:
        found += _rows(step, [lead for lead in rows if lead.stage == MOVES_FROM[step]], most)
    return found[:most]


def _lead_ids(step: str, *, at: datetime, terms: StaleTerms) -> list[QuerySet]:
    if step == NURTURE:
        return [stale_entries(at=at, terms=terms).values("lead")]
    return [part.values("pk") for part in stale_parts(step, at=at, terms=terms)]


def _of_step(step: str, *, at: datetime, most: int | None, terms: StaleTerms) -> list[Row]:
    if step == NURTURE:
        return _of_queues(at=at, most=most, terms=terms)
    parts = stale_parts(step, at=at, terms=terms)
    return _rows(step, [lead for part in parts for lead in part.select_related("source")[:most]], most)


def _of_queues(*, at: datetime, most: int | None, terms: StaleTerms) -> list[Row]:
    waiting = stale_entries(at=at, terms=terms).select_related("queue", "lead__source")
    return [Row(entry.lead, NURTURE, entry.queue.name, entry.since_at) for entry in waiting[:most]]


def _rows(step: str, leads: list[Lead], most: int | None) -> list[Row]:
    found = sorted(leads, key=lambda lead: (lead.stage_at, lead.pk))
    return [Row(lead, step, "", lead.stage_at) for lead in found[:most]]
