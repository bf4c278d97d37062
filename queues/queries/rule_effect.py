"""The leads of the last 30 days as entry rules see them, read one by one, for "what would this have done?" (A7)."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet

from leads.models import Activity, Lead
from leads.queries.leads import facts_of
from queues.decisions.placement import Rule
from queues.decisions.rule_effect import Effect, compare
from queues.models import Queue

JUDGED = timedelta(days=30)
MOST = 20_000
AT_ONCE = 500
NURTURED = (Lead.Stage.NURTURE, Lead.Stage.RECYCLED)


@dataclass(frozen=True, slots=True)
class Judged:
    """An effect, and of how many leads that arrived it could have told; more than `effect.leads` when only the newest
    were judged."""

    effect: Effect
    arrived: int


def judge(before: Sequence[Rule] | None, after: Sequence[Rule] | None, *, at: datetime, most: int = MOST) -> Judged:
    """What the second list would have done with the leads of 30 days, beside the first; in memory that does not grow
    with them, and never more than `most`, the newest."""
    leads = _arrived(at=at)
    effect = compare(_facts(leads[:most]), before, after, open_queues=_open_queues())
    return Judged(effect, effect.leads if effect.leads < most else leads.count())


def leads_by_id(ids: Iterable[int]) -> dict[int, Lead]:
    return Lead.objects.in_bulk(list(ids))


def _arrived(*, at: datetime) -> QuerySet[Lead]:
    since = Lead.objects.filter(created_at__gte=at - JUDGED, created_at__lt=at)
    return since.exclude(stage=Lead.Stage.MERGED).order_by("-created_at", "-pk")


def _facts(leads: QuerySet[Lead]) -> Iterator[tuple[int, Mapping[str, object]]]:
    """As they are now; that they came back from nurture is read from what happened."""
    back = Activity.objects.filter(
        lead=OuterRef("pk"), kind=Activity.Kind.RE_ENGAGED, details__stage__in=[str(stage) for stage in NURTURED]
    )
    rows = leads.annotate(from_nurture=Q(reengaged_at__isnull=False) & Exists(back)).select_related("source", "account")
    for lead in rows.defer("message", "score_parts").iterator(chunk_size=AT_ONCE):
        yield lead.pk, facts_of(lead)


def _open_queues() -> frozenset[int]:
    return frozenset(Queue.objects.active().values_list("pk", flat=True).order_by("pk"))
