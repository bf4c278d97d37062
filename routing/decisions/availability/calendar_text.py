"""Pick out the text of a calendar that can matter before it is parsed, as most of a long calendar is history (I2).

Kept are the time zones, and of each event the lines that say when and whether somebody is away; texts are cut. An event
that does not repeat and is over or begins too late is left out by its dates alone.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from routing.decisions.availability.calendar_absence import TOO_MUCH, NotACalendar
from routing.decisions.availability.calendar_zones import Lines, lines_of_zones

START = "BEGIN:VCALENDAR"
END = "END:VCALENDAR"
MAX_TEXT_LENGTH = 1000  # characters of a line that says no time, such as a title; the rest is cut off
MAX_EVENT_LENGTH = 200_000  # characters of one event, without lines that are left out
CHUNK_SIZE = 200_000  # characters of events that are parsed at once
NAME = re.compile(r"[A-Za-z0-9-]+")
DAY = re.compile(r"[^:]*:(\d{8})")
REPEATS = {"RRULE", "RDATE", "RECURRENCE-ID"}
WHEN = {"DTSTART", "DTEND", "DURATION", "EXDATE", "EXRULE", *REPEATS}
WHETHER = {"UID", "SEQUENCE", "SUMMARY", "STATUS", "TRANSP", "CLASS", "X-MICROSOFT-CDO-BUSYSTATUS"}
KEPT = WHEN | WHETHER
KEPT_OF_ALL = {"VERSION", "PRODID", "X-WR-TIMEZONE"}


@dataclass(slots=True)
class CalendarPart:
    """One of the calendars in a text: the lines for the whole calendar, and its events."""

    head: dict[str, str] = field(default_factory=dict)  # one line of each name
    zones: list[Lines] = field(default_factory=list)
    zone_lines: list[str] = field(default_factory=list)
    events: list[str] = field(default_factory=list)

    def texts(self) -> Iterator[str]:
        """The calendar in chunks of events; one chunk without events when there are none."""
        chunk: list[str] = []
        size = 0
        for event in self.events:
            if chunk and size + len(event) > CHUNK_SIZE:
                yield self._with(chunk)
                chunk, size = [], 0
            chunk.append(event)
            size += len(event)
        yield self._with(chunk)

    def _with(self, events: list[str]) -> str:
        return "\r\n".join([START, *self.head.values(), *self.zone_lines, *events, END, ""])


def parts_of(text: str, *, first: str, last: str) -> list[CalendarPart]:
    """The calendars in this text; `first` and `last` are the days that matter, such as 20261116."""
    parts: list[CalendarPart] = []
    inside: list[str] = []  # the components that are open
    event: Lines = []
    for name, line in _lines(text):
        word = line.partition(":")[2].strip().upper() if name in ("BEGIN", "END") else ""
        if name == "BEGIN":
            _begin(word, inside, parts)
        if len(inside) == 2 and inside[1] == "VEVENT" and name in KEPT:
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
            parts[-1].events += _event_text(event, first, last)
            event = []
    if inside or not parts:
        raise NotACalendar
    for part in parts:
        part.zone_lines = lines_of_zones(part.zones, last_year=int(last[:4]))
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
    return line if name in WHEN else line[:MAX_TEXT_LENGTH]


def _event_text(event: Lines, first: str, last: str) -> list[str]:
    """The event's text in a list, which is empty for an event that cannot matter."""
    named = dict(event)
    begins, ends = _day(named.get("DTSTART")), _day(named.get("DTEND"))
    if "DTSTART" not in named:
        return []
    if begins and not REPEATS & named.keys():
        if ends is None and "DURATION" not in named and "DTEND" not in named:
            ends = begins
        if begins > last or ends is not None and ends < first:
            return []
    text = "\r\n".join(["BEGIN:VEVENT", *(line for _name, line in event), "END:VEVENT"])
    if len(text) > MAX_EVENT_LENGTH:
        raise NotACalendar(TOO_MUCH)
    return [text]


def _day(line: str | None) -> str | None:
    found = DAY.match(line or "")
    return found[1] if found else None
