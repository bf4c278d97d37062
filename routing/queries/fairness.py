"""Reads what the members of a rotation were due and were given in a period (H1, F12)."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from fractions import Fraction

from django.db.models import QuerySet
from django.utils.timezone import get_current_timezone

from routing.decisions.fairness import Share, Verdict, due_of, verdict
from routing.decisions.rotation.state import TURN
from routing.models import Assignment, LedgerLine, Rep, Roster, Rotation, Turn

QUARTER = timedelta(days=90)
ONE_DAY = timedelta(days=1)


class Period(StrEnum):
    """This week from Monday, this month from its first day, or 90 days; each up to now (H1)."""

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
    """`turns` counts those that were not undone."""

    span: Span
    verdict: Verdict
    reps: dict[int, Rep]
    turns: int


def period_span(key: str, *, at: datetime) -> Span:
    """An unknown key gives the month."""
    midnight = at.astimezone(get_current_timezone()).replace(hour=0, minute=0, second=0, microsecond=0)
    if key == Period.WEEK:
        return Span(Period.WEEK, midnight - timedelta(days=midnight.weekday()), at)
    if key == Period.QUARTER:
        return Span(Period.QUARTER, at - QUARTER, at)
    return Span(Period.MONTH, midnight.replace(day=1), at)


def rotation_fairness(rotation: Rotation, span: Span) -> FairnessReport:
    """What was due follows from the roster of each turn: its size, shared by weight among those who could have had it.

    Undone turns do not count. The number of queries does not depend on the members: turns, rosters, leads that counted
    as turns (F6c), reps.
    """
    given, sizes, shared = Counter(), Counter(), Counter()
    turns = list(
        _standing_turns(rotation, start=span.start, end=span.end)
        .values_list("roster", "rep", "size", "barred", "need")
        .order_by("pk")
        .iterator(chunk_size=2000)
    )
    for roster, rep, size, barred, need in turns:
        sizes[roster, tuple(sorted(barred)), need] += size  # the same people by the same weights
        given[rep] += size
    given = Counter({rep: Fraction(size, TURN) for rep, size in given.items()})
    rosters = Roster.objects.in_bulk({roster for roster, _barred, _need in sizes})
    for (roster, barred, need), size in sizes.items():
        shared[rosters[roster].shared_by(barred, need)] += size
    due = due_of(shared, unit=TURN)
    for rep, size in LedgerLine.objects.filter(
        rotation=rotation, kind=LedgerLine.Kind.COUNTED, at__gte=span.start, at__lt=span.end
    ).values_list("rep", "given"):
        given[rep] += Fraction(size, TURN)
    members = set(rotation.members.order_by("pk").values_list("rep", flat=True))
    waited = _waited(rotation, at=span.end)
    shares = [
        Share(rep, given[rep], due.get(rep, Fraction(0)), waited=rep in waited)
        for rep in sorted(members | due.keys() | given.keys())
    ]
    reps = Rep.objects.select_related("user").in_bulk([share.rep_id for share in shares])
    return FairnessReport(span, verdict(shares), reps, len(turns))


def _standing_turns(rotation: Rotation, *, start: datetime, end: datetime) -> QuerySet[Turn]:
    return (
        Turn.objects.filter(rotation=rotation, at__gte=start, at__lt=end, roster__isnull=False)
        .exclude(assignment__ended_how=Assignment.Ended.UNDONE)
        .exclude(size=0)
    )


def _waited(rotation: Rotation, *, at: datetime) -> set[int]:
    """Reps who could have had every turn of the last 24 hours and got none (H1)."""
    day = _standing_turns(rotation, start=at - ONE_DAY, end=at)
    rows = list(day.values_list("roster", "rep").order_by("pk"))
    if len(rows) < 2:
        return set()
    rosters = Roster.objects.in_bulk({roster for roster, _rep in rows})
    able = [
        {who for _pk, who, _place, _weight, reason in rosters[roster].members if not reason} for roster, _rep in rows
    ]
    always = set.intersection(*able)
    enough = len(rows) >= max(len(who) for who in able)  # with fewer turns it may not have been their turn yet
    return always - {rep for _roster, rep in rows} if enough else set()
