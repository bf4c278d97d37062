"""Weeks from Monday to Monday on a person's own clock, and when the letter about one is due (K7)."""

import re
from datetime import UTC, date, datetime, time, timedelta, tzinfo

LETTER_AT = time(7)  # on Monday
WEEK = timedelta(days=7)
WRITTEN = re.compile(r"(\d{4})-W(\d{2})", re.ASCII)
FIRST_YEAR = 2000


class NotAWeek(ValueError):
    """The text is not written as 2026-W47, or there is no such week."""


def week_text(monday: date) -> str:
    """As ISO 8601 writes it: the first week of a year has its first Thursday."""
    year, week, _day = monday.isocalendar()
    return f"{year}-W{week:02}"


def read_week(text: str) -> date:
    """The Monday of a week such as 2026-W47."""
    found = WRITTEN.fullmatch(text)
    if found is None or int(found[1]) < FIRST_YEAR:
        raise NotAWeek(text)
    try:
        return date.fromisocalendar(int(found[1]), int(found[2]), 1)
    except ValueError:
        raise NotAWeek(text) from None


def monday_of(at: datetime, zone: tzinfo) -> date:
    """The Monday of the running week."""
    today = at.astimezone(zone).date()
    return today - timedelta(days=today.weekday())


def week_span(monday: date, zone: tzinfo) -> tuple[datetime, datetime]:
    """From midnight to midnight; the end does not belong to it (L1). A week has an hour more or less where clocks are
    put forward or back."""
    return _midnight(monday, zone), _midnight(monday + WEEK, zone)


def letter_week(at: datetime, zone: tzinfo) -> date:
    """The Monday of the newest week whose letter is due: the week before, from Monday 7:00 on."""
    monday = monday_of(at, zone)
    is_due = at >= datetime.combine(monday, LETTER_AT, zone).astimezone(UTC)
    return monday - WEEK if is_due else monday - 2 * WEEK


def _midnight(day: date, zone: tzinfo) -> datetime:
    return datetime.combine(day, time(), zone).astimezone(UTC)
