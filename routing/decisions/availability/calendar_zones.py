"""The definitions of time zones in a calendar, bounded before a package expands them (I2).

A package counts each change of a zone's clocks from the first until the moment that is asked for, so a rule that
changes them every hour is a bomb. Real clocks change twice a year; some definitions list each change of a century.
"""

import re
from math import prod

from routing.decisions.availability.calendar_absence import TOO_MANY_ZONES, NotACalendar

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
Lines = list[tuple[str, str]]  # name and whole line


class TooManyZones(NotACalendar):
    """The zones, or what their rules say, are more than any real calendar has."""

    def __init__(self) -> None:
        super().__init__(TOO_MANY_ZONES)


def lines_of_zones(zones: list[Lines], *, last_year: int) -> list[str]:
    """The lines that say when clocks change, of zones from BEGIN to END. Raises TooManyZones."""
    if len(zones) > MAX_ZONES:
        raise TooManyZones
    lines: list[str] = []
    changes = 0
    for zone in zones:
        kept, said = _zone(zone, last_year)
        lines += kept
        changes += said
        if changes > MAX_CHANGES or sum(map(len, lines)) > MAX_ZONES_LENGTH:
            raise TooManyZones
    return lines


def _zone(zone: Lines, last_year: int) -> tuple[list[str], int]:
    """What is kept of one zone, and how often its clocks change."""
    kept: list[str] = []
    changes = 0
    inside: list[str] = []
    change: Lines = []
    for name, line in zone:
        if name == "BEGIN":
            inside.append(line.partition(":")[2].strip().upper())
        is_kind = len(inside) == 2 and inside[1] in KINDS
        if name == "END":
            if is_kind:
                kept += [f"BEGIN:{inside[1]}", *(line for _name, line in change), f"END:{inside[1]}"]
                changes += _changes(change, last_year)
                change = []
            inside.pop()
        elif is_kind and name in KEPT:
            change.append((name, line))
        elif is_kind and name == "RRULE":
            change.append((name, f"RRULE:{line.partition(':')[2]}"))
        elif len(inside) == 1 and name == "TZID":
            kept.append(line)
    return ["BEGIN:VTIMEZONE", *kept, "END:VTIMEZONE"], changes


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
