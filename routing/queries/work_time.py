"""Reads the clocks of teams and reps (D3)."""

from collections.abc import Collection, Mapping
from datetime import timedelta

from routing.decisions.availability.work_time import WALL, Clock, Stretch, WorkTime
from routing.decisions.contact_terms import ContactTerms, Counts
from routing.models import Rep, WorkCalendar, WorkStretch


def clock_of(calendar_id: int | None) -> Clock:
    """The clock of one calendar; wall time without one."""
    return clocks_of([calendar_id])[calendar_id]


def clocks_of(calendar_ids: Collection[int | None]) -> Mapping[int | None, Clock]:
    """The clocks of these calendars, read at once; None is wall time. Read them again for each request, because an edit
    of hours changes them. No query where all count wall time."""
    wanted = {pk for pk in calendar_ids if pk is not None}
    found = _stretches(wanted) if wanted else {}
    return dict.fromkeys(calendar_ids, WALL) | {pk: WorkTime(rows) for pk, rows in found.items()}


def calendar_of_team(team_id: int | None) -> int | None:
    """None for a team that never had hours."""
    if team_id is None:
        return None
    return WorkCalendar.objects.filter(team=team_id).values_list("pk", flat=True).first()


def contact_calendars(terms: ContactTerms, holders: Collection[int]) -> Mapping[int, int | None]:
    """The calendar that the contact clock of each of these users counts by; None is wall time."""
    if terms.counts == Counts.TEAM:
        return dict.fromkeys(holders, calendar_of_team(terms.team_id))
    if terms.counts == Counts.HOLDER:
        rows = Rep.objects.filter(user__in=holders).order_by("pk").values_list("user", "clock")
        return dict.fromkeys(holders) | dict(rows)
    return dict.fromkeys(holders)


def _stretches(calendar_ids: Collection[int]) -> dict[int, list[Stretch]]:
    rows = WorkStretch.objects.filter(calendar__in=calendar_ids).order_by("calendar", "starts_at", "pk")
    found: dict[int, list[Stretch]] = {}
    for pk, starts_at, ends_at, before in rows.values_list("calendar", "starts_at", "ends_at", "before"):
        found.setdefault(pk, []).append(Stretch(starts_at, ends_at, timedelta(microseconds=before)))
    return found
