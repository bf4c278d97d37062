"""Measure what changed entry rules would have done with the leads of the last 30 days (A7)."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet

from leads.models import Activity, Lead
from leads.queries.leads import facts_of
from queues.decisions.placement import Rule
from queues.decisions.rule_effect import Effect, compare
from queues.models import Queue

PERIOD = timedelta(days=30)
MAX_LEADS = 20_000
CHUNK_SIZE = 500
NURTURED = (Lead.Stage.NURTURE, Lead.Stage.RECYCLED)


@dataclass(frozen=True, slots=True)
class MeasuredEffect:
    """The effect, and how many leads arrived in the period; more than `effect.leads` when only the newest were
    compared."""

    effect: Effect
    arrived: int


def measure_effect(
    before: Sequence[Rule] | None,
    after: Sequence[Rule] | None,
    *,
    at: datetime,
    limit: int = MAX_LEADS,
    watched: Rule | None = None,
) -> MeasuredEffect:
    """Compare two lists of rules on the leads of 30 days, at most the newest `limit`; memory does not grow with
    them."""
    leads = _arrived(at=at)
    effect = compare(facts_by_lead(leads[:limit]), before, after, open_queues=_open_queues(), watched=watched)
    return MeasuredEffect(effect, effect.leads if effect.leads < limit else leads.count())


def leads_by_id(ids: Iterable[int]) -> dict[int, Lead]:
    return Lead.objects.in_bulk(list(ids))


def _arrived(*, at: datetime) -> QuerySet[Lead]:
    since = Lead.objects.filter(created_at__gte=at - PERIOD, created_at__lt=at)
    return since.exclude(stage=Lead.Stage.MERGED).order_by("-created_at", "-pk")


def facts_by_lead(leads: QuerySet[Lead]) -> Iterator[tuple[int, Mapping[str, object]]]:
    """The facts of each lead as they are now; whether it came back from nurture is read from its activities."""
    back = Activity.objects.filter(
        lead=OuterRef("pk"), kind=Activity.Kind.RE_ENGAGED, details__stage__in=[str(stage) for stage in NURTURED]
    )
    rows = leads.annotate(from_nurture=Q(reengaged_at__isnull=False) & Exists(back)).select_related("source", "account")
    for lead in rows.defer("message", "score_parts").iterator(chunk_size=CHUNK_SIZE):
        yield lead.pk, facts_of(lead)


def _open_queues() -> frozenset[int]:
    return frozenset(Queue.objects.active().values_list("pk", flat=True).order_by("pk"))
