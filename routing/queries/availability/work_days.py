"""Reads on which of the coming days a person works: by the week, and without days off that are known (C5)."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta

from django.contrib.auth.models import User
from django.db.models import OuterRef, Subquery
from django.utils.timezone import get_current_timezone

from routing.decisions.availability.hours import DEFAULT_HOURS, HoursRefused, parse_hours
from routing.models import Rep, Team, TimeOff

AHEAD = timedelta(days=40)
MORNING = time(9)


def coming_work_days(user: User, *, at: datetime) -> Callable[[date], bool]:
    """Two queries. Monday to Friday for people without hours; a day off is one on which the morning is."""
    first_team = Team.objects.filter(reps=OuterRef("pk")).order_by("name", "pk")
    rows = Rep.objects.filter(user=user).annotate(week=Subquery(first_team.values("working_hours")[:1]))
    rep = rows.only("pk", "own_hours").first()
    weekdays = _weekdays((rep.own_hours or rep.week) if rep else None)
    away = []
    if rep is not None:
        absences = TimeOff.objects.filter(rep=rep, ends_at__gt=at, starts_at__lt=at + AHEAD)
        away = list(absences.order_by("starts_at", "pk").values_list("starts_at", "ends_at"))
    tz = get_current_timezone()

    def works_on(day: date) -> bool:
        morning = datetime.combine(day, MORNING, tzinfo=tz)
        return day.weekday() in weekdays and not any(starts <= morning < ends for starts, ends in away)

    return works_on


def _weekdays(week: dict | None) -> set[int]:
    try:
        blocks = parse_hours(week or {})
    except HoursRefused:
        blocks = ()
    return {block.weekday for block in blocks or DEFAULT_HOURS}
