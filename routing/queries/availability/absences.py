"""Reads what makes members of a rotation unavailable: current absences, open leads, working hours (F5, L6, L7)."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from json import dumps
from typing import Protocol
from zoneinfo import ZoneInfo

from django.db.models import Count, Exists, OuterRef

from config.company import company_zone
from routing.decisions.availability.hours import DEFAULT_HOURS, HoursRefused, WorkingHours, parse_hours
from routing.decisions.availability.status import Absence
from routing.models import Assignment, Rep, Rotation, Team, TimeOff
from routing.queries.first_teams import first_teams

LOOKED_AHEAD = timedelta(days=120)  # absences that follow each other for longer end here
LOOKED_BACK = timedelta(days=14)  # how far back leave is read for reps who were not seen (L6)


class WithHours(Protocol):
    """A member with the rep's own week as JSON."""

    @property
    def rep(self) -> int: ...
    @property
    def time_zone(self) -> str: ...
    @property
    def week(self) -> str: ...


def current_absence_kinds(rotation: Rotation, *, at: datetime) -> dict[int, frozenset[str]]:
    """By rep. Only the kinds are read, because a list may have a thousand people with many days off."""
    rows = TimeOff.objects.filter(
        rep__memberships__rotation=rotation, rep__memberships__left_at=None, ends_at__gt=at, starts_at__lte=at
    )
    found: dict[int, frozenset[str]] = {}
    for rep, kind in rows.order_by("pk").values_list("rep", "kind"):
        found[rep] = found.get(rep, frozenset()) | {kind}
    return found


def recent_absences(reps: Sequence[int], *, at: datetime) -> dict[int, tuple[Absence, ...]]:
    """By rep, for reps who were not seen: leave does not count as not seen (L6)."""
    found: dict[int, tuple[Absence, ...]] = {}
    if not reps:
        return found
    rows = TimeOff.objects.filter(rep__in=reps, ends_at__gt=at - LOOKED_BACK, starts_at__lte=at)
    for rep, starts_at, ends_at, kind in rows.order_by("starts_at", "pk").values_list(
        "rep", "starts_at", "ends_at", "kind"
    ):
        found[rep] = (*found.get(rep, ()), Absence(starts_at, ends_at, kind))
    return found


def away_until(reps: Sequence[Rep], *, at: datetime) -> dict[int, datetime]:
    """When each rep who is away is back: absences that overlap or follow each other are one, such as the days of a
    company's closing."""
    now = TimeOff.objects.filter(rep=OuterRef("rep"), starts_at__lte=at, ends_at__gt=at)
    rows = TimeOff.objects.filter(Exists(now), rep__in=reps, starts_at__lte=at + LOOKED_AHEAD, ends_at__gt=at)
    found: dict[int, datetime] = {}
    for rep, starts_at, ends_at in rows.order_by("starts_at", "pk").values_list("rep", "starts_at", "ends_at"):
        if starts_at <= found.get(rep, at):
            found[rep] = max(found.get(rep, at), ends_at)
    return found


def open_leads_by_member(rotation: Rotation) -> dict[int, int]:
    """Open leads of the members, by user; one query that does not list the people."""
    rows = Assignment.objects.open().filter(
        holder__rep__memberships__rotation=rotation, holder__rep__memberships__left_at=None
    )
    return dict(rows.values("holder").annotate(n=Count("pk")).order_by("holder").values_list("holder", "n"))


def working_hours_by_rep(rotation: Rotation, members: Sequence[WithHours]) -> dict[int, WorkingHours]:
    """The working hours of the members, as queries.people.working_hours_of gives them for one rep."""
    first = teams_by_rep(rotation, members)
    weeks = {
        pk: (dumps(week), zone)
        for pk, week, zone in Team.objects.filter(pk__in=set(first.values()))
        .order_by("pk")
        .values_list("pk", "working_hours", "time_zone")
    }
    no_team = ("", company_zone().key)
    found = {}
    for row in members:
        week, zone = weeks.get(first.get(row.rep, 0), no_team)
        hours = working_hours_in(row.week if row.week != "{}" else week, row.time_zone or zone)
        if hours is not None:
            found[row.rep] = hours
    return found


def teams_by_rep(rotation: Rotation, members: Sequence[WithHours]) -> dict[int, int]:
    """The first team of each rep by name. If all members are in one team, no row is read for each of them."""
    links = Rep.teams.through.objects.filter(rep__memberships__rotation=rotation, rep__memberships__left_at=None)
    sizes = list(links.values("team").annotate(n=Count("pk")).order_by().values_list("team", "n"))  # sorting costs more
    if len(sizes) == 1 and sizes[0][1] == len(members):
        return dict.fromkeys((row.rep for row in members), sizes[0][0])
    return {rep: team for rep, (team,) in first_teams(links, "team").items()} if sizes else {}


@lru_cache(maxsize=4096)
def working_hours_in(week: str, zone: str) -> WorkingHours | None:
    """The hours of a week as JSON; an empty week means the default hours. None without a week, or for one that cannot
    be read, so that nobody is passed over because of it."""
    if not week:
        return None
    try:
        return WorkingHours(parse_hours(week) or DEFAULT_HOURS, ZoneInfo(zone))
    except (HoursRefused, KeyError, ValueError):
        return None
