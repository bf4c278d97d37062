"""The hours in which no team works, by the working hours that teams have set."""

from zoneinfo import ZoneInfo

from dashboards.decisions.time_spans import HOUR, Span
from routing.decisions.availability.hours import HoursRefused, WorkingHours, is_working, parse_hours
from routing.models import Team


def idle_cuts(span: Span) -> list[bool]:
    """For each hour of the span, whether no team works at its start. Empty for days, and without working hours."""
    if span.unit != HOUR:
        return []
    known = team_hours()
    return [not any(is_working(cut, hours) for hours in known) for cut in span.cuts] if known else []


def team_hours() -> list[WorkingHours]:
    """The hours of all teams; unreadable ones are left out."""
    found = []
    for team in Team.objects.exclude(working_hours={}).order_by("name", "pk"):
        try:
            blocks = parse_hours(team.working_hours)
            found.append(WorkingHours(blocks=blocks, tz=ZoneInfo(team.time_zone)))
        except (HoursRefused, LookupError, ValueError):
            continue
    return found
