"""Whom the radar shows to whom, in teams, and what may explain a difference (K2, C9)."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from typing import Any

from django.contrib.auth.models import User
from django.db.models import Count

from dashboards.decisions.reports.filters import Filters, Option, Reach
from queues.decisions.radar import Period, Sign
from queues.models import Queue
from queues.queries import radar_filters
from queues.queries.figures.habits import zones_by_user
from queues.queries.radar import people_of
from routing.models import Rep, RotationMember, TimeOff

MOST_PEOPLE = 60  # on one page; more teams than that are chosen one by one
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Mates:
    """The people of one team, who are compared with each other; `team` is None for those without one."""

    team: Option | None
    reps: Sequence[Rep]


@dataclass(frozen=True, slots=True)
class Watched:
    """`only` is the one rep that is asked for; `left_out` counts teams beyond what one page shows."""

    mates: Sequence[Mates]
    only: Rep | None = None
    left_out: int = 0

    @property
    def reps(self) -> list[Rep]:
        """Everybody once."""
        return list({rep.pk: rep for each in self.mates for rep in each.reps}.values())

    def zones(self) -> dict[int, tzinfo]:
        """Of those who are shown, by user."""
        shown = [self.only] if self.only else self.reps
        return zones_by_user(shown)


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What may explain a difference: days away in the period, since when the rep is here, ramps that run."""

    days_away: int = 0
    joined_on: date | None = None
    ramps: Sequence[tuple[str, int]] = ()


def watched(user: User, reach: Reach, filters: Filters) -> Watched:
    """The teams in reach with their people; the one that is chosen; or the first team of the rep that is. Two
    queries."""
    is_ops = user.has_perm("queues.operate_queue")
    teams = [option for option in reach.options["team"] if filters.team in (None, int(option.value))]
    people = people_of([int(option.value) for option in teams], or_none=is_ops and filters.team is None)
    of_team: dict[int | None, list[Rep]] = defaultdict(list)
    for rep in people:
        mine: list[int | None] = [team.pk for team in rep.teams.all()]
        for pk in mine or [None]:
            of_team[pk].append(rep)
    found = [*(Mates(team, of_team[int(team.value)]) for team in teams), Mates(None, of_team[None])]
    found = [each for each in found if each.reps]
    if filters.rep is None:
        shown = _first(found)
        return Watched(shown, left_out=len(found) - len(shown))
    for each in found:
        for rep in each.reps:
            if rep.user_id == filters.rep:
                return Watched([each], only=rep)
    return Watched([])


def _first(found: Sequence[Mates]) -> Sequence[Mates]:
    """As many teams as fit on a page, at least one."""
    shown, people = 0, 0
    for each in found:
        people += len(each.reps)
        if shown and people > MOST_PEOPLE:
            break
        shown += 1
    return found[:shown]


def circumstances(reps: Sequence[Rep], period: Period) -> dict[int, Circumstances]:
    """By rep; two queries. Holidays are everybody's, so they are left out."""
    ids = [rep.pk for rep in reps]
    away: dict[int, set[int]] = defaultdict(set)
    rows = TimeOff.objects.filter(rep__in=ids, ends_at__gt=period.starts_at, starts_at__lt=period.ends_at)
    rows = rows.exclude(kind=TimeOff.Kind.HOLIDAY).order_by("pk")
    for rep_id, starts_at, ends_at in rows.values_list("rep", "starts_at", "ends_at"):
        away[rep_id] |= _days(max(starts_at, period.starts_at), min(ends_at, period.ends_at), period.starts_at)
    ramps: dict[int, list[tuple[str, int]]] = defaultdict(list)
    members = RotationMember.objects.filter(rep__in=ids, left_at__isnull=True, ramp_percent__lt=100)
    for rep_id, name, percent in members.order_by("pk").values_list("rep", "rotation__name", "ramp_percent"):
        ramps[rep_id].append((name, percent))
    return {rep.pk: Circumstances(len(away[rep.pk]), _joined_lately(rep, period), tuple(ramps[rep.pk])) for rep in reps}


def _days(starts_at: datetime, ends_at: datetime, origin: datetime) -> set[int]:
    """The days that the time touches for more than half, counted from the origin; overlapping absences count once."""
    days = range((starts_at - origin) // ONE_DAY, (ends_at - origin) // ONE_DAY + 1)
    half = ONE_DAY / 2
    return {
        day
        for day in days
        if min(ends_at, origin + (day + 1) * ONE_DAY) - max(starts_at, origin + day * ONE_DAY) >= half
    }


def _joined_lately(rep: Rep, period: Period) -> date | None:
    """Not when the rep is here for longer than the period and the one before."""
    joined = rep.joined_on
    return joined if joined is not None and joined >= period.before_at.date() else None


def queues_of_signs(by_sign: dict[Sign, Collection[int]], period: Period) -> dict[tuple[Sign, int], Queue]:
    """By sign and user, the queue of most of the cases; at most three queries."""
    counted: dict[tuple[Sign, int], int] = {}
    for sign, ids in by_sign.items():
        if not ids:
            continue
        if sign == Sign.LOOKED:
            looks: Any = radar_filters.previewed(ids, period.starts_at, period.ends_at)
            rows = looks.values_list("viewer", "entry__queue").annotate(n=Count("pk"))
            rows = rows.order_by("viewer", "n", "-entry__queue")
        else:
            picks: Any = radar_filters.received(ids, period.starts_at, period.ends_at)
            picks = picks.annotate(place=radar_filters.PICKED_PLACE).filter(radar_filters.jumped())
            rows = picks.values_list("holder", "place_id").annotate(n=Count("pk")).order_by("holder", "n", "-place_id")
        counted |= {(sign, user_id): queue_id for user_id, queue_id, _n in rows}
    queues = Queue.objects.in_bulk(set(filter(None, counted.values()))) if counted else {}
    return {key: queues[pk] for key, pk in counted.items() if pk in queues}
