"""Sums up the turns of a rotation in a period: who got how much, and what the leads were worth (H1, H2)."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from fractions import Fraction
from typing import Any

from django.db.models import Count, F, Q, QuerySet, Sum

from routing.decisions.value_fairness import LeadSums
from routing.models import Assignment, Rotation, Turn

CONVERTED = (Assignment.Ended.CONVERTED, Assignment.Ended.WON)


@dataclass(frozen=True, slots=True)
class TurnSums:
    """`sizes` by roster, barred members, need and rep, in units of a turn; `leads` by rep; `turns` in all."""

    sizes: Counter[tuple[int, tuple[str, ...], str, int]] = field(default_factory=Counter)
    leads: dict[int, LeadSums] = field(default_factory=dict)
    turns: int = 0


def standing_turns(rotation: Rotation, *, start: datetime, end: datetime) -> QuerySet[Turn]:
    """Turns that were not undone."""
    return (
        Turn.objects.filter(rotation=rotation, at__gte=start, at__lt=end, roster__isnull=False)
        .exclude(assignment__ended_how=Assignment.Ended.UNDONE)
        .exclude(size=0)
    )


def sum_up(rotation: Rotation, *, start: datetime, end: datetime) -> TurnSums:
    """One query, which groups in the database; one more while there are turns of earlier releases, which did not note
    what their leads were worth: for those it is what the leads are worth now."""
    turns = standing_turns(rotation, start=start, end=end)
    rows = (
        turns.values("roster", "rep", "barred", "need")
        .annotate(n=Count("pk"), total=Sum("size"), **_worth(""), **_results())
        .order_by("roster", "rep")
    )
    sizes: Counter[tuple[int, tuple[str, ...], str, int]] = Counter()
    leads: dict[int, LeadSums] = defaultdict(LeadSums)
    for row in rows:
        barred = tuple(sorted(row["barred"] or ()))  # whatever the reasons
        sizes[row["roster"], barred, row["need"], row["rep"]] += row["total"]
        leads[row["rep"]] += _sums(row)
    count = sum(each.leads for each in leads.values())
    if sum(each.scored for each in leads.values()) < count:
        unnoted = turns.filter(score__isnull=True).values("rep").annotate(**_worth("lead__")).order_by("rep")
        for worth in unnoted:
            leads[worth["rep"]] += _sums(worth)
    return TurnSums(sizes, dict(leads), count)


def _worth(of: str) -> dict[str, Count | Sum]:
    return {
        "scored": Count(f"{of}score"),
        "points": Sum(f"{of}score"),
        "squares": Sum(F(f"{of}score") * F(f"{of}score")),
        "with_deal": Count(f"{of}deal_size"),
        "deals": Sum(f"{of}deal_size"),
    }


def _results() -> dict[str, Count]:
    return {
        "converted": Count("pk", filter=Q(assignment__ended_how__in=CONVERTED)),
        "won": Count("pk", filter=Q(assignment__ended_how=Assignment.Ended.WON)),
    }


def _sums(row: Mapping[str, Any]) -> LeadSums:
    return LeadSums(
        leads=row.get("n", 0),
        scored=row["scored"],
        points=row["points"] or 0,
        squares=row["squares"] or 0,
        with_deal=row["with_deal"],
        deals=Fraction(row["deals"] or 0),
        converted=row.get("converted", 0),
        won=row.get("won", 0),
    )
