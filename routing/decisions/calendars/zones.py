"""The definitions of time zones in a calendar, bounded before a package expands them, and each with a key that no other
definition has (I2).

A package counts each change of a zone's clocks from the first until the moment that is asked for, so a rule that
changes them every hour is a bomb. Real clocks change twice a year; some definitions list each change of a century.
"""

import re
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from math import prod

from routing.decisions.calendars.absence import TOO_MANY_ZONES, NotACalendar

MAX_ZONES = 200  # in one calendar
MAX_ZONES_LENGTH = 200_000  # characters of all of them, without lines that are left out
MAX_CHANGES = 30_000  # of all their clocks until the last year that matters
MAX_TIMES_A_YEAR = 40  # that one rule may say; "the first Sunday of October" can be written as 31 days
KEPT = {"DTSTART", "RDATE", "TZOFFSETFROM", "TZOFFSETTO"}
KINDS = {"STANDARD", "DAYLIGHT"}
TIMES_OF_A_DAY = ("BYHOUR", "BYMINUTE", "BYSECOND")
RULE_PARTS = {"FREQ", "INTERVAL", "COUNT", "UNTIL", "WKST", "BYMONTH", "BYMONTHDAY", "BYDAY", "BYSETPOS"}
RULE_PARTS |= set(TIMES_OF_A_DAY)
INTERVAL = re.compile(r"[1-9][0-9]{0,3}")
YEAR = re.compile(r"[^:]*:(\d{4})")
# without one of these a package cannot make a zone of it
NEEDED = {
    "DTSTART": re.compile(r"\d{8}(T\d{6}Z?)?"),
    "TZOFFSETFROM": re.compile(r"[+-]\d{4}(\d{2})?"),
    "TZOFFSETTO": re.compile(r"[+-]\d{4}(\d{2})?"),
}
Lines = list[tuple[str, str]]  # name and whole line


class TooManyZones(NotACalendar):
    """The zones, or what their rules say, are more than any real calendar has."""

    def __init__(self) -> None:
        super().__init__(TOO_MANY_ZONES)


@dataclass(frozen=True, slots=True)
class Definition:
    """A zone as one calendar defines it. `lines` say when its clocks change. `key` follows from them, so that no two
    zones have one key, whatever they are called."""

    name: str
    lines: tuple[str, ...]
    is_usable: bool = True

    @property
    def key(self) -> str:
        return f"defined-{sha256(chr(10).join(self.lines).encode()).hexdigest()[:24]}"

    def text(self) -> list[str]:
        return ["BEGIN:VTIMEZONE", f"TZID:{self.key}", *self.lines, "END:VTIMEZONE"]


def fixed(ahead: timedelta) -> Definition:
    """A zone that is ahead of UTC by so much the whole year."""
    minutes = int(abs(ahead).total_seconds()) // 60
    offset = f"{'-' if ahead < timedelta(0) else '+'}{minutes // 60:02}{minutes % 60:02}"
    lines = ("DTSTART:19700101T000000", f"TZOFFSETFROM:{offset}", f"TZOFFSETTO:{offset}")
    return Definition("", ("BEGIN:STANDARD", *lines, "END:STANDARD"))


def definitions_of(zones: list[Lines], *, last_year: int) -> list[Definition]:
    """Each of these zones, given from BEGIN to END. Raises TooManyZones."""
    if len(zones) > MAX_ZONES:
        raise TooManyZones
    found: list[Definition] = []
    changes = length = 0
    for zone in zones:
        definition, said = _zone(zone, last_year)
        found.append(definition)
        changes += said
        length += sum(map(len, definition.lines))
        if changes > MAX_CHANGES or length > MAX_ZONES_LENGTH:
            raise TooManyZones
    return found


def _zone(zone: Lines, last_year: int) -> tuple[Definition, int]:
    """What is kept of one zone, and how often its clocks change."""
    name = ""
    kept: list[str] = []
    changes = 0
    inside: list[str] = []
    change: Lines = []
    is_usable = True
    for word, line in zone:
        if word == "BEGIN":
            inside.append(line.partition(":")[2].strip().upper())
        is_kind = len(inside) == 2 and inside[1] in KINDS
        if word == "END":
            if is_kind:
                kept += [f"BEGIN:{inside[1]}", *(line for _word, line in change), f"END:{inside[1]}"]
                changes += _changes(change, last_year)
                is_usable = is_usable and _is_whole(change)
                change = []
            inside.pop()
        elif is_kind and word in KEPT:
            change.append((word, line))
        elif is_kind and word == "RRULE":
            change.append((word, f"RRULE:{line.partition(':')[2]}"))
        elif len(inside) == 1 and word == "TZID":
            name = line.partition(":")[2]
    return Definition(name, tuple(kept), is_usable and bool(kept)), changes


def _is_whole(change: Lines) -> bool:
    said = {word: line.rpartition(":")[2].strip() for word, line in change}
    return all(pattern.fullmatch(said.get(word, "")) for word, pattern in NEEDED.items())


def _changes(change: Lines, last_year: int) -> int:
    """How often this change of the clocks is said to happen until the last year; at least once."""
    rules = [line for name, line in change if name == "RRULE"]
    if len(rules) > 1:  # RFC 5545: not more than once
        raise TooManyZones
    dates = sum(line.count(",") + 1 for name, line in change if name == "RDATE")
    found = next((YEAR.match(line) for name, line in change if name == "DTSTART"), None)
    first_year = int(found[1]) if found else 1
    return 1 + dates + sum(_repeats(rule, first_year, last_year) for rule in rules)


def _repeats(rule: str, first_year: int, last_year: int) -> int:
    pairs = [part.partition("=") for part in rule.partition(":")[2].upper().split(";") if part]
    parts = {name.strip(): value.strip() for name, _is, value in pairs}
    is_known = len(parts) == len(pairs) and parts.keys() <= RULE_PARTS
    if not is_known or not INTERVAL.fullmatch(parts.get("INTERVAL", "1")):
        raise TooManyZones
    a_year = _days_a_year(parts) * prod(_count(parts, name) or 1 for name in TIMES_OF_A_DAY)
    if a_year > MAX_TIMES_A_YEAR:
        raise TooManyZones
    until = parts.get("UNTIL", "")[:4]
    end = min(int(until), last_year) if until.isdecimal() else last_year
    return a_year * max(end - first_year + 1, 0)


def _days_a_year(parts: dict[str, str]) -> int:
    """At most so many."""
    if parts.get("FREQ") not in ("YEARLY", "MONTHLY"):
        raise TooManyZones
    days = parts.get("BYDAY", "")
    is_in_each_month = parts["FREQ"] == "MONTHLY" or days or "BYMONTHDAY" in parts
    months = _count(parts, "BYMONTH") or (12 if is_in_each_month else 1)
    if "BYMONTHDAY" in parts:
        return months * _count(parts, "BYMONTHDAY")
    # a day of the week without a number is each of them
    weekdays = sum(1 if re.search(r"\d", day) else 5 for day in days.split(",")) if days else 1
    return months * weekdays


def _count(parts: dict[str, str], name: str) -> int:
    return parts[name].count(",") + 1 if name in parts else 0
