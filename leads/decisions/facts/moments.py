"""Read dates and times as files and callers write them, and convert them to UTC.

python-dateutil is not used: it reads "Nov-51" and "at 9" as days of the present year. Here a text is read as a whole by
one of a few shapes, or refused.
"""

import re
import unicodedata
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from functools import lru_cache

from leads.decisions.facts.calendar_words import MONTHS, WEEKDAYS, ZONES
from leads.decisions.facts.date_orders import DAY, SECONDS, AmbiguousDate, dates_by_order, full_year, the_date

EARLIEST_YEAR, LATEST_YEAR = 1970, 2100
_MAX_LENGTH = 80
_SERIALS = range(20_000, 80_000)  # days since 1900, as spreadsheets count them: from 1954 to 2119
_SECONDS = range(1_000_000_000, 2_000_000_000)  # since 1970: from 2001 to 2033

_TIME = (
    r"(?P<hour>\d{1,2})(?:(?:(?:[:.]| ?h ?)(?P<minute>\d{2})(?:[:.](?P<second>\d{2})(?:[.,](?P<fraction>\d{1,9}))?)?"
    r"(?: ?(?:(?P<half>[ap])\.? ?m\.?|(?P<half_word>vorm|nachm)\.?))?(?: ?(?:uhr|hrs?|hs?))?)"
    r"|(?: ?(?P<half_only>[ap])\.? ?m\.?)|(?: ?(?:uhr|h)))"
)
_HALVES = {"vorm": "a", "nachm": "p"}  # as German programs write them
_ZONE = r"(?: ?(?P<zone>[a-z]{1,4})?(?: ?(?P<sign>[+-])(?P<offset>\d{1,2}(?::?\d{2})?))?(?: \((?P<aside>[^()]*)\))?)"
_ZONE_ALONE = re.compile(_ZONE, re.ASCII)
_ZONE_IN_BRACKETS = re.compile(r" ?\(((?:utc|gmt)[+-]\d{1,2}(?::?\d{2})?)\)$", re.ASCII)
_NUMBERS = r"(?P<first>\d{1,2})(?P<mark>[-/.])(?P<second_number>\d{1,2})(?P=mark)(?P<third>\d{4}|\d{2})"
_DAYS = (
    r"(?P<year>\d{4})(?P<mark>[-/.])(?P<month>\d{1,2})(?P=mark)(?P<day>\d{1,2})",
    _NUMBERS,
    r"(?P<day>\d{1,2})(?:st|nd|rd|th|er|o|\.)?[ /.-]*(?:of |de |d')?(?P<word>[a-z]{3,10})[ ./,-]*(?:de |del )?"
    r"(?P<year>\d{4}|'?\d{2})",
    r"(?P<word>[a-z]{3,10})\.?[ -]?(?P<day>\d{1,2})(?:st|nd|rd|th)?,?[ -]+(?P<year>\d{4}|'\d{2})",
    r"(?P<year>\d{4})[ /.-]+(?P<word>[a-z]{3,10})[ /.-]+(?P<day>\d{1,2})",
)
_WEEKDAY = r"(?:(?:on|le|el|den|am|tanggal|tgl\.?) )?(?:(?P<weekday>[a-z]{2,10}(?:-feira)?)\.?,? )?"
_BEFORE_TIME = r"(?:,? ?t ?|,? ?(?:at|um|pukul|jam|kl\.?|a las|as|a|om|@|-)? )"
_SHAPES = tuple(re.compile(rf"{_WEEKDAY}{day}(?:{_BEFORE_TIME}{_TIME}{_ZONE}?)?", re.ASCII) for day in _DAYS)
_TIME_FIRST = tuple(re.compile(rf"{_TIME}{_ZONE}?,? (?:on )?{_WEEKDAY}{day}", re.ASCII) for day in _DAYS)
_YEAR_LAST = re.compile(  # as the command `date` and Java print it
    rf"{_WEEKDAY}(?P<word>[a-z]{{3,10}}) +(?P<day>\d{{1,2}}) {_TIME}{_ZONE}? (?P<year>\d{{4}})", re.ASCII
)
_NUMBERS_ALONE = re.compile(rf"{_NUMBERS}(?=$|[ ,tT])", re.ASCII)
_NUMBERS_WITH_DAY = re.compile(rf"{_WEEKDAY}{_NUMBERS}(?=$|[ ,t])", re.ASCII)
_COMPACT = re.compile(r"(?P<day>(?:19|20)\d{6})(?P<time>\d{4}(?:\d{2})?)", re.ASCII)
_NUMBER = re.compile(r"(?P<whole>\d{5,13})(?:[.,]\d+)?", re.ASCII)


class Unread(ValueError):
    """Codes: invalid, ambiguous (it could be several days), serial (a spreadsheet's number of a day)."""

    def __init__(self, code: str = "invalid") -> None:
        self.code = code
        super().__init__(code)


def read_moment(value: object, tz: tzinfo, *, order: str = "", habit: str = DAY) -> datetime | None:
    """As moment_of(); None for what cannot be read."""
    try:
        return moment_of(value, tz, order=order, habit=habit)
    except Unread:
        return None


def moment_of(value: object, tz: tzinfo, *, order: str = "", habit: str = DAY) -> datetime:
    """The moment that a text means; a time without a zone is in `tz`. Raises Unread.

    `order` is that of the numbers of the dates of its column, "" if it is not known; `habit` that of the region. Plain
    numbers are refused, because seconds, milliseconds and days of a spreadsheet look the same, unless `order` says it.
    """
    if isinstance(value, datetime):
        return _in_utc(value, tz)
    if isinstance(value, date):
        return _in_utc(datetime(value.year, value.month, value.day), tz)
    if isinstance(value, int | float) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str) or len(value) > _MAX_LENGTH:
        raise Unread
    try:
        return _in_utc(_parsed(value, order, habit), tz)
    except Unread:
        raise
    except AmbiguousDate:
        raise Unread("ambiguous") from None
    except (ValueError, OverflowError):
        raise Unread from None


def zone_named(text: str) -> tzinfo | None:
    """The zone that a cell may name behind its time; None for any other text."""
    found = _ZONE_ALONE.fullmatch(plain(text))
    try:
        return _zone(found.groupdict()) if found else None
    except Unread:
        return None


def possible_orders(text: str) -> frozenset[str]:
    """The orders in which the three numbers of a date mean a day; empty for any other text."""
    found = _NUMBERS_ALONE.match(text)
    if not found and text[:1].isalpha() and len(text) <= _MAX_LENGTH:
        found = _NUMBERS_WITH_DAY.match(plain(text))
    return _orders(found["first"], found["second_number"], found["third"]) if found else frozenset()


@lru_cache(maxsize=20_000)
def _orders(first: str, second: str, third: str) -> frozenset[str]:
    return frozenset(dates_by_order(first, second, third))


def is_seconds(text: str) -> bool:
    """Whether a number could be seconds or milliseconds since 1970, and no other spelling of a day: 1999123123 is an
    hour of 1999."""
    if not text.isascii() or not text.isdigit() or len(text) not in (10, 13) or int(text[:10]) not in _SECONDS:
        return False
    return len(text) == 13 or not text.startswith("19") or not "01" <= text[4:6] <= "12"


def plain(text: str) -> str:
    """In small letters without accents, with single spaces."""
    if not text.isascii():
        text = "".join(mark for mark in unicodedata.normalize("NFKD", text) if not unicodedata.combining(mark))
        text = text.replace("\u2019", "'")
    return " ".join(text.lower().replace("jum'at", "jumat").split())


def _parsed(text: str, order: str, habit: str) -> datetime:
    if len(text) > 9 and text[:4].isdigit() and (text[4] == "-" or text[8] == "T"):
        try:
            return datetime.fromisoformat(text)
        except ValueError:
            pass
    text = _ZONE_IN_BRACKETS.sub(r" \1", plain(text))
    if _NUMBER.fullmatch(text) or _COMPACT.fullmatch(text):
        return _of_digits(text, order)
    for shape in _shapes_for(text):
        found = shape.fullmatch(text)
        if found:
            return _moment(found.groupdict(), order, habit)
    raise Unread


def _shapes_for(text: str) -> Iterator[re.Pattern[str]]:
    yield from _SHAPES
    if text[:1].isdigit():
        yield from _TIME_FIRST
    else:
        yield _YEAR_LAST


def _moment(found: dict[str, str | None], order: str, habit: str) -> datetime:
    day = _day(found, order, habit)
    if found["weekday"] and day.weekday() not in WEEKDAYS.get(found["weekday"], ()):
        raise Unread
    hour, minute, second = (int(found[name] or 0) for name in ("hour", "minute", "second"))
    half = found["half"] or found["half_only"] or _HALVES.get(found["half_word"] or "")
    if half and not 1 <= hour <= 12:
        raise Unread
    if half:
        hour = hour % 12 + (12 if half == "p" else 0)
    micro = int((found["fraction"] or "0").ljust(6, "0")[:6])
    return datetime(day.year, day.month, day.day, hour, minute, second, micro, tzinfo=_zone(found))


def _day(found: dict[str, str | None], order: str, habit: str) -> date:
    if "first" in found:
        return the_date(
            dates_by_order(found["first"] or "", found["second_number"] or "", found["third"] or ""),
            order=order,
            habit=habit,
        )
    month = MONTHS.get(found["word"] or "", 0) if "word" in found else int(found["month"] or 0)
    return date(full_year((found["year"] or "").removeprefix("'")), month, int(found["day"] or 0))


def _zone(found: dict[str, str | None]) -> tzinfo | None:
    sign, offset = found["sign"], (found["offset"] or "").replace(":", "")
    name = found["zone"] or (None if sign else found["aside"])
    if name and name not in ZONES:
        raise Unread
    if not sign:
        return _fixed(ZONES[name] * 60) if name else None
    if name not in (None, "utc", "gmt"):
        raise Unread
    minutes = int(offset[:-2]) * 60 + int(offset[-2:]) if len(offset) > 2 else int(offset) * 60
    if minutes > 14 * 60:
        raise Unread
    return _fixed(-minutes if sign == "-" else minutes)


@lru_cache
def _fixed(minutes: int) -> tzinfo:
    return timezone(timedelta(minutes=minutes))


def _of_digits(text: str, order: str) -> datetime:
    """20261116 and 20261116093000; the seconds or milliseconds since 1970 of a column that holds nothing else."""
    if text.isdigit() and len(text) in (12, 14):
        return datetime.strptime(f"{text:0<14}", "%Y%m%d%H%M%S")
    if text.isdigit() and len(text) == 8:
        return datetime.fromisoformat(text)
    if order == SECONDS and is_seconds(text):
        return datetime.fromtimestamp(int(text[:10]), UTC)
    whole = text.replace(",", ".").partition(".")[0]
    raise Unread("serial" if len(whole) == 5 and int(whole) in _SERIALS else "invalid")


def _in_utc(moment: datetime, tz: tzinfo) -> datetime:
    if not EARLIEST_YEAR <= moment.year <= LATEST_YEAR:
        raise Unread
    return (moment if moment.utcoffset() is not None else moment.replace(tzinfo=tz)).astimezone(UTC)
