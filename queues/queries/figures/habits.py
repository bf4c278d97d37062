"""How reps worked on a day, counted from the assignments, and read from the kept days (K2)."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import BooleanField, Case, CharField, Count, F, Q, Sum, Value, When
from django.db.models.functions import Coalesce

from config.company import company_zone
from queues.decisions.figures.calendar import Split
from queues.models import HabitDay
from queues.queries import radar_filters as count
from queues.queries.figures.asked import Asked
from routing.models import Rep
from routing.queries.people import zone_with_teams

KEYS = ("holder", "lead__source", "reason")
SUMS = ("received", "claimed", "returned", "skipped", "jumped", "places", "contacted", "quick", "fridays", "late")


def counted_habits(start: datetime, end: datetime, zones: Mapping[int, tzinfo], *, at: datetime) -> list[HabitDay]:
    """HabitDay rows of these people, not saved and without a day. A late Friday counts once its weekend is over."""
    rows: Any = count.received(list(zones), start, end)
    reason = Case(When(count.returned(), then=F("end_reason")), default=Value(""), output_field=CharField())
    fridays = count.late_fridays(zones, start, end, at=at)
    counted = (
        rows.annotate(reason=reason, place=count.PICKED_PLACE)
        .values(*KEYS)
        .annotate(
            received=Count("pk"),
            claimed=Count("pk", filter=Q(how__in=count.CLAIMED)),
            returned=Count("pk", filter=count.returned()),
            skipped=Count("pk", filter=count.skipped()),
            jumped=Count("pk", filter=count.jumped()),
            places=Coalesce(Sum(F("place") - 1, filter=count.jumped()), 0),
            contacted=Count("pk", filter=count.contacted()),
            quick=Count("pk", filter=count.quick()),
            fridays=Count("pk", filter=fridays.taken),
            late=Count("pk", filter=fridays.late),
        )
        .order_by(*KEYS)
    )
    return [
        HabitDay(
            rep_id=row["holder"],
            source_id=row["lead__source"],
            reason=row["reason"],
            **{name: row[name] for name in SUMS},
        )
        for row in counted.iterator()
    ]


@dataclass(frozen=True, slots=True)
class Part:
    """Sums of one person in this period or the one before: all counts of one source, or returns for one reason."""

    rep_id: int
    is_now: bool
    counts: Mapping[str, int]
    source_id: int | None = None
    reason: str | None = None


def habits(now: Asked, before: Asked, zones: Mapping[int, tzinfo]) -> Iterator[Part]:
    """Of these people; the same part can come several times. Two queries where days are kept."""
    for is_now, asked in ((True, now), (False, before)):
        for start, end in asked.split.edges:
            for row in counted_habits(start, end, zones, at=asked.at):
                yield Part(row.rep_id, is_now, {name: getattr(row, name) for name in SUMS}, source_id=row.source_id)
                yield Part(row.rep_id, is_now, {"returned": row.returned}, reason=row.reason)
    spans = [asked.split for asked in (now, before) if asked.split.has_days]
    if spans:
        yield from _kept(spans, now.split.first, list(zones))


def _kept(spans: Sequence[Split], now_from: date, ids: list[int]) -> Iterator[Part]:
    days = reduce(or_, (Q(day__gte=span.first, day__lt=span.last) for span in spans))
    is_now = Case(When(day__lt=now_from, then=False), default=True, output_field=BooleanField())
    kept: Any = HabitDay.objects.filter(days, rep__in=ids).annotate(is_now=is_now)
    keys = ("rep", "is_now", "source")
    for rep, when, source, *sums in (
        kept.values_list(*keys).annotate(**{f"sum_{name}": Sum(name) for name in SUMS}).order_by(*keys)
    ):
        yield Part(rep, when, dict(zip(SUMS, sums, strict=True)), source_id=source)
    keys = ("rep", "is_now", "reason")
    given_back = kept.filter(returned__gt=0).values_list(*keys).annotate(n=Sum("returned")).order_by(*keys)
    for rep, when, reason, n in given_back:
        yield Part(rep, when, {"returned": n}, reason=reason)


def zones_of(holder_ids: Collection[int]) -> dict[int, tzinfo]:
    """Whose Friday is when, also of holders who are no reps; two queries."""
    reps = Rep.objects.filter(user__in=holder_ids).prefetch_related("teams").order_by("pk")
    return dict.fromkeys(holder_ids, company_zone()) | zones_by_user(reps)


def zones_by_user(reps: Iterable[Rep]) -> dict[int, tzinfo]:
    """Of reps whose teams are read already."""
    return {rep.user_id: zone_with_teams(rep, company_zone()) for rep in reps}
