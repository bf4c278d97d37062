"""Reads the clocks of teams and reps (D3)."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import QuerySet

from routing.decisions.availability.work_time import WALL, Clock, Stretch, TimeLeft, WorkTime, time_left, worked
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


def times_left(wanted: Sequence[tuple[int | None, datetime | None]], *, at: datetime) -> list[TimeLeft | None]:
    """For each pair of a calendar and a deadline what the clock still counts, if that is not simply the wall time. One
    query; none where all clocks count wall time or are over."""
    ahead = {(pk, due) for pk, due in wanted if pk is not None and due is not None and due > at}
    if not ahead:
        return [None] * len(wanted)
    rows = WorkStretch.objects.filter(calendar__in={pk for pk, _due in ahead}, ends_at__gt=at)
    stretches = _by_calendar(rows.filter(starts_at__lt=max(due for _pk, due in ahead)))
    return [
        time_left(stretches.get(pk, ()), due, at=at) if pk is not None and due is not None else None
        for pk, due in wanted
    ]


def worked_since(wanted: Sequence[tuple[int | None, datetime]], *, at: datetime) -> list[timedelta | None]:
    """For each pair of a calendar and a moment, the working time since then; None without a calendar. One query; none
    where there are no calendars."""
    known = {pk for pk, _since in wanted if pk is not None}
    if not known:
        return [None] * len(wanted)
    rows = WorkStretch.objects.filter(calendar__in=known, starts_at__lt=at)
    stretches = _by_calendar(rows.filter(ends_at__gt=min(since for pk, since in wanted if pk is not None)))
    return [None if pk is None else worked(stretches.get(pk, ()), since, at) for pk, since in wanted]


def calendars_of_teams(team_ids: Collection[int]) -> Mapping[int, int]:
    """The calendars of these teams; not of those that never had hours."""
    if not team_ids:
        return {}
    rows = WorkCalendar.objects.filter(team__in=team_ids).order_by("pk").values_list("team", "pk")
    return {team: pk for team, pk in rows if team is not None}


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


@dataclass(frozen=True, slots=True)
class ContactClock:
    """A contact clock that starts. `calendar_id` None: it counts all hours."""

    calendar_id: int | None
    due_at: datetime
    remind_at: datetime | None


def contact_clocks(wanted: Sequence[tuple[ContactTerms, int]], *, at: datetime) -> list[ContactClock]:
    """For each pair of terms and holder: what its clock counts, and when first contact is due (D2). The database's own
    claim (take_next.sql) does the same."""
    holders: dict[ContactTerms, set[int]] = {}
    for terms, holder in wanted:
        holders.setdefault(_what_counts(terms), set()).add(holder)
    calendars = {
        (key, holder): pk for key, ids in holders.items() for holder, pk in contact_calendars(key, ids).items()
    }
    clocks = clocks_of(calendars.values())
    found = []
    for terms, holder in wanted:
        calendar = calendars[_what_counts(terms), holder]
        clock, part = clocks[calendar], terms.limit * terms.remind_percent / 100
        found.append(
            ContactClock(calendar, clock.add(at, terms.limit), clock.add(at, part) if terms.remind_percent else None)
        )
    return found


def _what_counts(terms: ContactTerms) -> ContactTerms:
    """Without what does not matter for the choice of the calendar."""
    return ContactTerms(counts=terms.counts, team_id=terms.team_id)


def _stretches(calendar_ids: Collection[int]) -> dict[int, list[Stretch]]:
    return _by_calendar(WorkStretch.objects.filter(calendar__in=calendar_ids))


def _by_calendar(rows: QuerySet[WorkStretch]) -> dict[int, list[Stretch]]:
    rows = rows.order_by("calendar", "starts_at", "pk")
    found: dict[int, list[Stretch]] = {}
    for pk, starts_at, ends_at, before in rows.values_list("calendar", "starts_at", "ends_at", "before"):
        found.setdefault(pk, []).append(Stretch(starts_at, ends_at, timedelta(microseconds=before)))
    return found
