"""Read dates and times as files and callers write them, and convert them to UTC."""

import re
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo

EARLIEST_YEAR, LATEST_YEAR = 1970, 2100

_DAY_FIRST = re.compile(
    r"(?P<day>\d{1,2})(?P<mark>[/.-])(?P<month>\d{1,2})(?P=mark)(?P<year>\d{4})"
    r"(?:[ ,T]+(?P<hour>\d{1,2})[:.](?P<minute>\d{2})(?:[:.](?P<second>\d{2}))? ?(?P<half>[ap]m)?)?",
    re.IGNORECASE | re.ASCII,
)
_ZONE = re.compile(r"(?P<rest>.*\d) ?(?P<name>utc|gmt|wib|wita|wit)", re.IGNORECASE | re.ASCII)
_ZONES = {"utc": 0, "gmt": 0, "wib": 7, "wita": 8, "wit": 9}


def read_moment(value: object, tz: tzinfo) -> datetime | None:
    """Read ISO 8601 or day first (DD/MM/YYYY). A time without a zone is in `tz`.

    Plain numbers are refused, because seconds, milliseconds and days of a spreadsheet look the same.
    """
    if isinstance(value, datetime):
        return _in_utc(value, tz)
    if isinstance(value, date):
        return _in_utc(datetime(value.year, value.month, value.day), tz)
    if not isinstance(value, str) or not 8 <= len(value) <= 60 or (value.isdigit() and len(value) != 8):
        return None
    zone = _ZONE.fullmatch(value)
    if zone:
        value, tz = zone["rest"], timezone(timedelta(hours=_ZONES[zone["name"].lower()]))
    try:
        return _in_utc(_parsed(value), tz)
    except ValueError:
        return None


def _parsed(text: str) -> datetime:
    match = _DAY_FIRST.fullmatch(text)
    if not match:
        return datetime.fromisoformat(text.replace("/", "-"))
    hour = int(match["hour"] or 0)
    if match["half"]:
        if not 1 <= hour <= 12:
            raise ValueError("no such hour")
        hour = hour % 12 + (12 if match["half"].lower() == "pm" else 0)
    return datetime(
        int(match["year"]),
        int(match["month"]),
        int(match["day"]),
        hour,
        int(match["minute"] or 0),
        int(match["second"] or 0),
    )


def _in_utc(moment: datetime, tz: tzinfo) -> datetime | None:
    if not EARLIEST_YEAR <= moment.year <= LATEST_YEAR:
        return None
    return (moment if moment.utcoffset() is not None else moment.replace(tzinfo=tz)).astimezone(UTC)
