"""Pick out the text of a calendar that can matter before it is parsed, as most of a long calendar is history (I2).

Kept are the time zones, and of each event the lines that say when and whether somebody is away; texts are cut. An event
that does not repeat and is over or begins too late is left out by its dates alone.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from routing.decisions.calendars.absence import TOO_MUCH, NotACalendar
from routing.decisions.calendars.answers import answer_of, normal_address
from routing.decisions.calendars.times import Times
from routing.decisions.calendars.zones import Definition, Lines, definitions_of

START = "BEGIN:VCALENDAR"
END = "END:VCALENDAR"
MAX_TEXT_LENGTH = 1000  # characters of a line that says no time, such as a title; the rest is cut off
MAX_LIST_LENGTH = 200  # characters of a list of categories
MAX_DATES = 20_000  # of exceptions and further dates of all series, in the time that matters
MAX_EVENT_LENGTH = 200_000  # characters of one event, without lines that are left out
CHUNK_SIZE = 200_000  # characters of events that are parsed at once
NAME = re.compile(r"[A-Za-z0-9-]+")
DAY = re.compile(r"[^:]*:(\d{8})")
TOO_OFTEN = re.compile(r"FREQ=(SECOND|MINUTE|HOUR)LY", re.I)
LAST_DAY = re.compile(r"UNTIL=(\d{8})", re.I)
DAYS_OF_A_MONTH = 31
REPEATS = {"RRULE", "RDATE", "RECURRENCE-ID"}
DATED = {"DTSTART", "DTEND", "EXDATE", "RDATE", "RECURRENCE-ID"}  # lines that may name a zone
WHEN = {"DURATION", "EXRULE", "RRULE", *DATED}
OUTLOOK = {"BUSYSTATUS", "INTENDEDSTATUS", "ALLDAYEVENT"}
WHETHER = {"UID", "SEQUENCE", "SUMMARY", "STATUS", "TRANSP", "CLASS", "CATEGORIES", "X-GOOGLE-EVENT-TYPE"}
WHETHER |= {f"X-MICROSOFT-CDO-{name}" for name in OUTLOOK} | {"X-MICROSOFT-MSNCALENDAR-ALLDAYEVENT"}
KEPT = WHEN | WHETHER
PEOPLE = {"ATTENDEE", "ORGANIZER"}
ANSWER = "X-ALUR-ANSWER"  # what the owner has answered; not read from calendars
KEPT_OF_ALL = {"VERSION", "PRODID", "X-WR-TIMEZONE", "X-WR-CALNAME"}


@dataclass(slots=True)
class CalendarPart:
    """One of the calendars in a text: the lines for the whole calendar, and its events. `unknown_zones` are names that
    say nothing."""

    head: dict[str, str] = field(default_factory=dict)  # one line of each name
    zones: list[Lines] = field(default_factory=list)
    raw: list[tuple[Lines, int]] = field(default_factory=list)  # events, and how many zones were defined before
    zone_lines: list[str] = field(default_factory=list)
    events: list[str] = field(default_factory=list)
    unknown_zones: list[str] = field(default_factory=list)
    left_out: int = 0  # series that repeat by the hour or more often, and events that cannot be read

    def owner(self) -> frozenset[str]:
        """Some calendars are named by their owner's address."""
        name = normal_address(self.head.get("X-WR-CALNAME", "").partition(":")[2])
        return frozenset({name} if "@" in name else ())

    def chunks(self) -> Iterator[list[str]]:
        """The events, some at a time; once none when there are none."""
        chunk: list[str] = []
        size = 0
        for event in self.events:
            if chunk and size + len(event) > CHUNK_SIZE:
                yield chunk
                chunk, size = [], 0
            chunk.append(event)
            size += len(event)
        yield chunk

    def text(self, events: list[str]) -> str:
        return "\r\n".join([START, "VERSION:2.0", *self.zone_lines, *events, END, ""])


def parts_of(
    text: str, *, first: str, last: str, long_ago: str, addresses: frozenset[str] = frozenset()
) -> list[CalendarPart]:
    """The calendars in this text; `first` and `last` are the days that matter, such as 20261116. Of series and their
    exceptions nothing before `long_ago` is kept. `addresses` are the owner's."""
    parts: list[CalendarPart] = []
    inside: list[str] = []  # the components that are open
    event: Lines = []
    for name, line in _lines(text):
        word = line.partition(":")[2].strip().upper() if name in ("BEGIN", "END") else ""
        if name == "BEGIN":
            _begin(word, inside, parts)
        if len(inside) == 2 and inside[1] == "VEVENT" and (name in KEPT or name in PEOPLE):
            event.append((name, line))
        elif inside[1:2] == ["VTIMEZONE"]:
            parts[-1].zones[-1].append((name, line))
        elif len(inside) == 1 and name in KEPT_OF_ALL:
            parts[-1].head.setdefault(name, line)
        if name != "END":
            continue
        if not inside or inside.pop() != word:
            raise NotACalendar
        if word == "VEVENT" and len(inside) == 1:
            if _is_too_often(event):
                parts[-1].left_out += 1
            elif _may_matter(event, first, last, long_ago):
                owner = addresses | parts[-1].owner()
                parts[-1].raw.append((_lasting(event, long_ago, last, owner), len(parts[-1].zones)))
            event = []
    if inside or not parts:
        raise NotACalendar
    if sum(_dates(event) for part in parts for event, _seen in part.raw) > MAX_DATES:
        raise NotACalendar(TOO_MUCH)
    for part in parts:
        _write_events(part, definitions_of(part.zones, last_year=int(last[:4])))
    return parts


def _begin(word: str, inside: list[str], parts: list[CalendarPart]) -> None:
    if (word == "VCALENDAR") != (not inside):
        raise NotACalendar
    if not inside:
        parts.append(CalendarPart())
    if len(inside) == 1 and word == "VTIMEZONE":
        parts[-1].zones.append([])
    inside.append(word)


def _lines(text: str) -> Iterator[tuple[str, str]]:
    """(name, line); a line that begins with a space or tab continues the line before. Lines without a time are cut."""
    name, pieces = "", []
    for line in text.split("\n"):
        line = line.rstrip("\r")
        if line[:1] in (" ", "\t"):
            pieces.append(line[1:])
            continue
        if name:
            yield name, _whole(name, pieces)
        found = NAME.match(line)
        name, pieces = (found[0].upper(), [line]) if found else ("", [])
    if name:
        yield name, _whole(name, pieces)


def _whole(name: str, pieces: list[str]) -> str:
    line = "".join(pieces)
    return line if name in WHEN else line[: MAX_LIST_LENGTH if name == "CATEGORIES" else MAX_TEXT_LENGTH]


def _dates(event: Lines) -> int:
    return sum(line.count(",") + 1 for name, line in event if name in ("EXDATE", "RDATE"))


def _is_too_often(event: Lines) -> bool:
    """No leave repeats by the hour."""
    return any(name == "RRULE" and TOO_OFTEN.search(line) is not None for name, line in event)


def _may_matter(event: Lines, first: str, last: str, long_ago: str) -> bool:
    """False for an event whose dates alone say that it cannot matter, and for one without a start."""
    named = dict(event)
    begins, ends = _day(named.get("DTSTART")), _day(named.get("DTEND"))
    if "DTSTART" not in named:
        return False
    if begins is None:
        return True
    if ends is None and "DURATION" not in named and "DTEND" not in named:
        ends = begins
    if "RECURRENCE-ID" in named:
        return not _is_old_exception(named["RECURRENCE-ID"], ends, first, long_ago)
    if begins > last:
        return False
    if REPEATS & named.keys():
        return not _is_old_series(named, begins, ends, long_ago)
    return ends is None or ends >= first


def _is_old_exception(original: str, ends: str | None, first: str, long_ago: str) -> bool:
    """It changes one event of long ago, and did not move it to a later time."""
    day = _day(original)
    return "RANGE=" not in original.upper() and ends is not None and ends < first and day is not None and day < long_ago


def _is_old_series(named: dict[str, str], begins: str, ends: str | None, long_ago: str) -> bool:
    until = LAST_DAY.search(named.get("RRULE", ""))
    is_short = ends is not None and _number(ends) - _number(begins) <= DAYS_OF_A_MONTH
    return until is not None and until[1] < long_ago and is_short and "RDATE" not in named


def _number(day: str) -> int:
    """Days, if each month had 31."""
    return int(day[:4]) * 372 + int(day[4:6]) * DAYS_OF_A_MONTH + int(day[6:])


def _lasting(event: Lines, long_ago: str, last: str, addresses: frozenset[str]) -> Lines:
    """The event without single dates of other times and without what others have answered."""
    kept: Lines = []
    for name, line in event:
        if name in ("EXDATE", "RDATE"):
            head, _colon, values = line.rpartition(":")
            near = [each for each in values.split(",") if not each[:8].isdecimal() or long_ago <= each[:8] <= last]
            kept += [(name, f"{head}:{','.join(near)}")] if near else []
        elif name not in PEOPLE:
            kept.append((name, line))
    people = {wanted: [line for name, line in event if name == wanted] for wanted in PEOPLE}
    answer = answer_of(people["ATTENDEE"], people["ORGANIZER"], addresses)
    return [*kept, (ANSWER, f"{ANSWER}:{answer}")] if answer else kept


def _write_events(part: CalendarPart, definitions: list[Definition]) -> None:
    times = Times(definitions, part.head.get("X-WR-TIMEZONE", "").partition(":")[2])
    for event, seen in part.raw:
        start = next(line for name, line in event if name == "DTSTART")
        begins = times.line("DTSTART", start, seen=seen)
        zone = begins.partition(";TZID=")[2].partition(":")[0]
        lines = [times.line(name, line, seen=seen, start=zone) if name in DATED else line for name, line in event]
        text = "\r\n".join(["BEGIN:VEVENT", *lines, "END:VEVENT"])
        if len(text) > MAX_EVENT_LENGTH:
            raise NotACalendar(TOO_MUCH)
        part.events.append(text)
    part.zone_lines, part.unknown_zones, part.raw = times.texts(), times.unknown, []


def _day(line: str | None) -> str | None:
    found = DAY.match(line or "")
    return found[1] if found else None
