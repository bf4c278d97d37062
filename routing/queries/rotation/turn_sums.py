"""Sums up the turns of rotations in a period: who got how much, and what the leads were worth (H1, H2).

Whole days, and today up to some minutes ago, come from what is kept by day, the rest from the turns. The same function
counts turns for a reader and for a day that is kept (docs/decisions/45-kept-counts.md).
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from fractions import Fraction
from typing import Any, NamedTuple, cast

from django.db.models import Count, F, Q, QuerySet, Sum

from config.company import company_zone
from routing.decisions.rotation.state import TURN
from routing.decisions.value_fairness import LeadSums
from routing.models import Assignment, CountedDay, RepTurnDay, RosterDay, Rotation, Turn
from routing.queries.outcomes import converted, won

OF_LEADS = ("leads", "scored", "points", "squares", "with_deal", "deals", "converted", "won")
Stretch = tuple[datetime, datetime]


class Shared(NamedTuple):
    """Whom a turn could have gone to. `barred` are members, as text, each with the reason."""

    rotation: int
    roster: int
    barred: tuple[tuple[str, str], ...]
    need: str


@dataclass(frozen=True, slots=True)
class TurnSums:
    """`turns` and `sizes` by whom they could have gone to; `given` and `leads` by rotation and rep. Sizes are in units
    of a turn."""

    turns: Counter[Shared] = field(default_factory=Counter)
    sizes: Counter[Shared] = field(default_factory=Counter)
    given: Counter[tuple[int, int]] = field(default_factory=Counter)
    leads: dict[tuple[int, int], LeadSums] = field(default_factory=lambda: defaultdict(LeadSums))


def standing_turns(rotations: Collection[int]) -> QuerySet[Turn]:
    """Turns that were not undone."""
    return (
        Turn.objects.filter(rotation__in=rotations, roster__isnull=False)
        .exclude(assignment__ended_how=Assignment.Ended.UNDONE)
        .exclude(size=0)
    )


def turns_by_roster_and_rep(rotation: int, *, start: datetime, end: datetime) -> Counter[tuple[int, int]]:
    """How many turns stand; two queries: all of them, less the undone ones, which are few, so that the assignments of
    the others are not read."""
    turns = Turn.objects.filter(rotation=rotation, roster__isnull=False, at__gte=start, at__lt=end).exclude(size=0)
    undone = turns.filter(assignment__ended_how=Assignment.Ended.UNDONE, assignment__ended_at__gte=start)
    found: Counter[tuple[int, int]] = Counter()
    for rows, sign in ((turns, 1), (undone, -1)):
        for roster, rep, n in rows.values_list("roster", "rep").annotate(n=Count("pk")).order_by("roster", "rep"):
            found[roster, rep] += sign * n
    return +found


def sum_up(rotations: Collection[int], *, start: datetime, end: datetime) -> TurnSums:
    """At most five queries, however many rotations, turns or days."""
    found = TurnSums()
    days = CountedDay.objects.filter(start_at__gte=start, end_at__lte=end, zone=company_zone().key).order_by("start_at")
    kept = list(days.values_list("day", "start_at", "end_at"))
    if kept:
        _add_kept(found, rotations, [day for day, _start, _end in kept])
    add_counted(found, rotations, _rest(start, end, [(first, last) for _day, first, last in kept]))
    return found


def add_counted(found: TurnSums, rotations: Collection[int], stretches: Sequence[Stretch]) -> None:
    """One query of the turns, which groups in the database; one more while there are turns of earlier releases, which
    did not note what their leads were worth: for those it is what the leads are worth now."""
    within = Q(pk__in=[])
    for start, end in stretches:
        within |= Q(at__gte=start, at__lt=end)
    turns = standing_turns(rotations).filter(within)
    rows = (
        turns.values("rotation", "roster", "rep", "barred", "need")
        .annotate(leads=Count("pk"), size=Sum("size"), **_worth(""), **_results())
        .order_by("rotation", "roster", "rep")
    )
    unnoted = 0
    for row in rows:
        _add_shared(found, row, row["leads"], row["size"])
        found.given[row["rotation"], row["rep"]] += row["size"]
        sums = _sums(row)
        found.leads[row["rotation"], row["rep"]] += sums
        unnoted += sums.leads - sums.scored
    if unnoted:
        worth = turns.filter(score__isnull=True).values("rotation", "rep").annotate(**_worth("lead__"))
        for of_leads in worth.order_by("rotation", "rep"):
            found.leads[of_leads["rotation"], of_leads["rep"]] += _sums(of_leads)


def _add_kept(found: TurnSums, rotations: Collection[int], days: Sequence[date]) -> None:
    of_rosters = RosterDay.objects.filter(rotation__in=rotations, day__in=days)
    shared = of_rosters.values("rotation", "roster", "barred", "need").annotate(
        n=Sum("turns"), whole=Sum("whole"), rest=Sum("rest")
    )
    for row in shared.order_by("rotation", "roster"):
        _add_shared(found, row, row["n"], row["whole"] * TURN + row["rest"])
    of_reps = RepTurnDay.objects.filter(rotation__in=rotations, day__in=days)
    sums = {name: Sum(name) for name in ("whole", "rest", *OF_LEADS)}
    for of_rep in of_reps.values("rotation", "rep").annotate(**sums).order_by("rotation", "rep"):
        key, kept = (of_rep["rotation"], of_rep["rep"]), cast(Mapping[str, Any], of_rep)
        found.given[key] += kept["whole"] * TURN + kept["rest"]
        found.leads[key] += _sums(kept)


def _add_shared(found: TurnSums, row: Mapping[str, Any], turns: int, size: int) -> None:
    barred = tuple(sorted((row["barred"] or {}).items()))
    shared = Shared(row["rotation"], row["roster"], barred, row["need"])
    found.turns[shared] += turns
    found.sizes[shared] += int(size)


def _rest(start: datetime, end: datetime, kept: Sequence[Stretch]) -> list[Stretch]:
    """What is left of a period outside of these stretches, which are in order and apart."""
    borders = [start, *(moment for stretch in kept for moment in stretch), end]
    return [(a, b) for a, b in zip(borders[::2], borders[1::2], strict=True) if a < b]


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
        "converted": Count("pk", filter=converted("assignment__")),
        "won": Count("pk", filter=won("assignment__")),
    }


def _sums(row: Mapping[str, Any]) -> LeadSums:
    numbers = {name: row.get(name) or 0 for name in OF_LEADS}
    return LeadSums(**numbers | {"deals": Fraction(numbers["deals"])})


def all_rotations() -> list[int]:
    """Also those that are switched off."""
    return list(Rotation.objects.values_list("pk", flat=True).order_by("pk"))
