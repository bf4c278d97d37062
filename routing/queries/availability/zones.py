"""Reads in whose time zone the days of each member's caps are counted (F5)."""

from collections.abc import Sequence
from functools import lru_cache
from zoneinfo import ZoneInfo

from routing.models import Rotation, Team
from routing.queries.availability.absences import WithHours, teams_by_rep


def zones_by_rep(rotation: Rotation, members: Sequence[WithHours]) -> dict[int, ZoneInfo]:
    """The time zone of each rep, or else of the first team by name; without the reps for whom it is the rotation's."""
    names = {row.rep: row.time_zone for row in members if row.time_zone}
    if len(names) < len(members):
        first = teams_by_rep(rotation, members)
        of_team = dict(Team.objects.filter(pk__in=set(first.values())).order_by("pk").values_list("pk", "time_zone"))
        names = {rep: of_team[team] for rep, team in first.items()} | names
    found = {rep: zone_named(name) for rep, name in names.items()}
    return {rep: zone for rep, zone in found.items() if zone is not None}


@lru_cache(maxsize=1024)
def zone_named(name: str) -> ZoneInfo | None:
    """None for a name that this system does not know."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return None
