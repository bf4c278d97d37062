"""Reads what the members of a rotation were due and were given in a period, and what it was worth (H1, H2)."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from fractions import Fraction

from django.db.models import Sum
from django.utils.timezone import get_current_timezone

from routing.decisions.fairness import Share, Verdict, due_of, verdict
from routing.decisions.rotation.state import TURN
from routing.decisions.value_fairness import LeadSums, RateSpread, RepValue, ValueVerdict, rate_spread, value_verdict
from routing.models import LedgerLine, Rep, Roster, Rotation
from routing.queries.rotation.turn_sums import sum_up, turns_by_roster_and_rep

QUARTER = timedelta(days=89)  # and today
ONE_DAY = timedelta(days=1)


class Period(StrEnum):
    """This week from Monday, this month from its first day, or today and the 89 days before; each up to now (H1)."""

    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"


@dataclass(frozen=True, slots=True)
class Span:
    key: Period
    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class FairnessReport:
    """`turns` counts those that were not undone; `value` and `rates` judge the leads of these."""

    span: Span
    verdict: Verdict
    reps: dict[int, Rep]
    turns: int
    value: ValueVerdict
    rates: RateSpread | None


def period_span(key: str, *, at: datetime) -> Span:
    """An unknown key gives the month."""
    midnight = at.astimezone(get_current_timezone()).replace(hour=0, minute=0, second=0, microsecond=0)
    if key == Period.WEEK:
        return Span(Period.WEEK, midnight - timedelta(days=midnight.weekday()), at)
    if key == Period.QUARTER:
        return Span(Period.QUARTER, midnight - QUARTER, at)
    return Span(Period.MONTH, midnight.replace(day=1), at)


def rotation_fairness(rotation: Rotation, span: Span) -> FairnessReport:
    """What was due follows from the roster of each turn: its size, shared by weight among those who could have had it.

    Undone turns do not count. The number of queries does not depend on the members: turns, rosters, leads that counted
    as turns (F6c), reps. Turns of past days come as sums (turn_sums.py).
    """
    found = sum_up([rotation.pk], start=span.start, end=span.end)
    rosters = Roster.objects.only("members", "skills").in_bulk({key.roster for key in found.sizes})
    given: dict[int, Fraction] = defaultdict(Fraction)
    of_turns: Counter[tuple[int, tuple[str, ...], str]] = Counter()
    shared: Counter[tuple[tuple[int, int], ...]] = Counter()
    for key, size in found.sizes.items():  # the same people by the same weights, whatever the reasons
        of_turns[key.roster, tuple(member for member, _why in key.barred), key.need] += size
    for (roster, barred, need), size in of_turns.items():
        shared[rosters[roster].shared_by(barred, need)] += size
    for (_rotation, rep), size in found.given.items():
        given[rep] += Fraction(size, TURN)
    due = due_of(shared, unit=TURN)
    counted = LedgerLine.objects.filter(
        rotation=rotation, kind=LedgerLine.Kind.COUNTED, at__gte=span.start, at__lt=span.end, rep__isnull=False
    )
    for row in counted.values("rep").annotate(size=Sum("given")).order_by("rep"):
        given[row["rep"] or 0] += Fraction(row["size"], TURN)
    members = set(rotation.members.order_by("pk").values_list("rep", flat=True))
    waited = _waited(rotation, at=span.end)
    shares = [
        Share(rep, given[rep], due.get(rep, Fraction(0)), waited=rep in waited)
        for rep in sorted(members | due.keys() | given.keys())
    ]
    reps = Rep.objects.select_related("user").in_bulk([share.rep_id for share in shares])
    total = sum((share.due for share in shares), start=Fraction(0))
    sums = {share.rep_id: found.leads.get((rotation.pk, share.rep_id), LeadSums()) for share in shares}
    values = [RepValue(each.rep_id, sums[each.rep_id], each.due / total if total else Fraction(0)) for each in shares]
    rates = rate_spread(list(sums.items()))
    return FairnessReport(span, verdict(shares), reps, found.turns.total(), value_verdict(values), rates)


def _waited(rotation: Rotation, *, at: datetime) -> set[int]:
    """Reps who could have had every turn of the last 24 hours and got none (H1)."""
    standing = turns_by_roster_and_rep(rotation.pk, start=at - ONE_DAY, end=at)
    turns = standing.total()
    if turns < 2:
        return set()
    rosters = Roster.objects.only("members").in_bulk({roster for roster, _rep in standing})
    able = [{who for _pk, who, _place, _weight, reason in each.members if not reason} for each in rosters.values()]
    always = set.intersection(*able)
    enough = turns >= max(len(who) for who in able)  # with fewer turns it may not have been their turn yet
    return always - {rep for _roster, rep in standing} if enough else set()
