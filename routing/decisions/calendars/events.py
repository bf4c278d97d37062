"""What an event says of the person's time: whether it is busy, out of office, for whole days, and for how long (I2).

Participation comes first, then the busy status and flags, then words. Nothing here knows the person's hours.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from icalendar import Event

from routing.decisions.calendars.answers import Invited
from routing.decisions.calendars.text import ANSWER
from routing.decisions.calendars.words import category_for_away, says_out_of_office, word_for_away

ONE_DAY = timedelta(days=1)
OUT, FREE, BUSY = "out", "free", "busy"
FREE_STATES = {"FREE", "TENTATIVE", "WORKINGELSEWHERE"}
ALL_DAY = ("X-MICROSOFT-CDO-ALLDAYEVENT", "X-MICROSOFT-MSNCALENDAR-ALLDAYEVENT")
LAST_MINUTE = time(23, 59)
MAX_NOTE = 200
MAX_TITLE = 300  # in which words are looked for
MAX_CATEGORIES = 20
SHORTEST = timedelta(hours=2)  # an event in which words may count
# what the packages raise on odd content; OSError for a time zone named like a folder of zones
UNREADABLE = (ValueError, KeyError, IndexError, TypeError, AttributeError, OverflowError, OSError)


@dataclass(frozen=True, slots=True)
class Busy:
    """An event in which the person is not free. Dates are days of the person, times without a zone are on the person's
    clock. `is_whole` says that it lasts whole days, `is_rounded` that its times may be off by the zone of who wrote it.
    """

    starts: date
    ends: date
    is_out: bool = False
    is_whole: bool = False
    is_rounded: bool = False
    word: str = ""
    is_category: bool = False
    note: str = ""
    is_private: bool = False


def state_of(event: Event, *, counts_unanswered: bool) -> str:
    """OUT, FREE or BUSY, by what the person answered and what the calendar shows."""
    answer = _word(event, ANSWER)
    if _word(event, "STATUS") in ("CANCELLED", "TENTATIVE") or answer not in (
        *(Invited.NO, Invited.ACCEPTED),
        *([Invited.UNANSWERED] if counts_unanswered else []),
    ):
        return FREE
    shown, intended = (_word(event, f"X-MICROSOFT-CDO-{name}STATUS") for name in ("BUSY", "INTENDED"))
    if not shown:
        shown = intended
    elif answer == Invited.UNANSWERED and shown == "TENTATIVE":  # so Outlook shows what is not answered
        shown = intended or "BUSY"
    kind = _word(event, "X-GOOGLE-EVENT-TYPE")
    if shown in FREE_STATES or kind == "WORKINGLOCATION":
        return FREE
    if shown == "OOF" or kind == "OUTOFOFFICE":
        return OUT
    return FREE if _word(event, "TRANSP") == "TRANSPARENT" else BUSY


def is_unanswered(event: Event) -> bool:
    """It does not count now, and would if unanswered invitations did."""
    return state_of(event, counts_unanswered=False) == FREE and state_of(event, counts_unanswered=True) != FREE


def busy_time(event: Event, state: str, names: frozenset[str]) -> Busy | None:
    """None for an event whose times cannot be read, or that takes no time."""
    span = span_of(event)
    if span is None:
        return None
    starts, ends, is_whole, is_rounded = span
    title = " ".join(_text(event, "SUMMARY").split())
    category = next((word for name in _categories(event) if (word := category_for_away(name))), "")
    is_long = is_whole or is_rounded or ends - starts >= SHORTEST
    is_private = _word(event, "CLASS") in ("PRIVATE", "CONFIDENTIAL")
    return Busy(
        starts,
        ends,
        is_out=state == OUT or says_out_of_office(category),
        is_whole=is_whole,
        is_rounded=is_rounded,
        word=category or (word_for_away(title[:MAX_TITLE], names, is_whole_day=is_whole) if is_long else ""),
        is_category=bool(category),
        note="" if is_private else title[:MAX_NOTE],
        is_private=is_private,
    )


def span_of(event: Event) -> tuple[date, date, bool, bool] | None:
    """From, until, and whether these are whole days, and whether to round them to days of the person."""
    try:
        return _span(event)
    except UNREADABLE:
        return None


def _span(event: Event) -> tuple[date, date, bool, bool] | None:
    starts, ends = _ends(event)
    if not isinstance(starts, datetime) or not isinstance(ends, datetime):
        first = starts.date() if isinstance(starts, datetime) else starts
        return (first, max(_last_day(ends), first + ONE_DAY), True, False)
    if (starts.tzinfo is None) != (ends.tzinfo is None):
        ends = ends.replace(tzinfo=starts.tzinfo)
    if ends < starts or ends == starts and not _is_all_day(event):
        return None
    ends = _until_midnight(ends)
    is_midnights = starts.time() == ends.time() == time(0) and ends.date() > starts.date()
    is_utc = starts.tzinfo is not None and starts.tzname() == "UTC"
    if is_midnights and (is_utc or _is_all_day(event) or starts.tzinfo is None):
        return starts.date(), ends.date(), True, False
    return starts, ends, is_midnights or _is_all_day(event), _is_all_day(event)


def _ends(event: Event) -> tuple[date, date]:
    """Start and end as written; raises UNREADABLE for what is neither, or the wrong way round."""
    starts: Any = written(event, "DTSTART")
    if "DTEND" in event:
        ends: Any = written(event, "DTEND")
    elif "DURATION" in event:
        length = written(event, "DURATION")
        days = -(-length // ONE_DAY)  # a part of a day is a day, when it begins on a date
        ends = starts + (length if isinstance(starts, datetime) else days * ONE_DAY)
    else:
        ends = starts
    if not isinstance(starts, date) or not isinstance(ends, date) or _day(ends) < _day(starts) - ONE_DAY:
        raise ValueError
    if not isinstance(starts, datetime) and _day(ends) < starts:
        raise ValueError
    return starts, ends


def written(event: Event, name: str) -> Any:
    """A date, a time or a length, as the calendar says it."""
    value: Any = event[name]
    return value.dt


def _last_day(ends: date) -> date:
    """The first day after it; an end in the middle of a day includes that day."""
    if not isinstance(ends, datetime):
        return ends
    return ends.date() if ends.time() == time(0) else ends.date() + ONE_DAY


def _day(moment: date) -> date:
    return moment.date() if isinstance(moment, datetime) else moment


def _until_midnight(ends: datetime) -> datetime:
    """An end of 23:59 means midnight."""
    if ends.time() < LAST_MINUTE:
        return ends
    return datetime.combine(ends.date() + ONE_DAY, time(0), tzinfo=ends.tzinfo)


def _is_all_day(event: Event) -> bool:
    return any(_word(event, name) in ("TRUE", "1") for name in ALL_DAY)


def _categories(event: Event) -> list[str]:
    found = event.get("CATEGORIES", [])
    lines = found if isinstance(found, list) else [found]
    try:
        return [str(name) for each in lines for name in each.cats][:MAX_CATEGORIES]
    except UNREADABLE:
        return []


def _word(event: Event, name: str) -> str:
    return _text(event, name).strip().upper()


def _text(event: Event, name: str) -> str:
    """The first, if a calendar says it twice."""
    value = event.get(name, "")
    return str(value[0] if isinstance(value, list) and value else value)
