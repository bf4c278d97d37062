"""Calendars that are read from elsewhere: two absences, how a feed is read, and what is written of it (I2)."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from routing.actions.availability.calendars import fetch_calendar
from routing.models import CalendarFeed, Rep, TimeOff
from tests.factories.outside import PUBLIC, Outside
from tests.factories.people import MORNING

ADDRESS = "https://calendar.example/private-9f8e7d/basic.ics"
JAKARTA = ZoneInfo("Asia/Jakarta")
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
TODAY = ("today", "20261116", "20261117", "Vacation")
FRIDAY = ("friday", "20261120", "20261121", "Offsite")


def read(feed: CalendarFeed, answer: bytes, *, at: datetime = MORNING, **more) -> str:
    """What became of it when the calendar answers so."""
    return fetch_calendar(feed.pk, at=at, network=Outside({PUBLIC: answer}, **more).network)


def away(rep: Rep) -> list[tuple[str, str, str]]:
    """Absences from the calendar: kind, begin in Jakarta, note."""
    rows = TimeOff.objects.filter(rep=rep, origin="calendar").order_by("starts_at", "pk")
    return [(row.kind, f"{row.starts_at.astimezone(JAKARTA):%m-%d %H:%M}", row.note) for row in rows]
