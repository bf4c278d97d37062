"""Reads holidays that were pasted, one a line: "2026-12-24 Company day", "2026-12-24 to 2026-12-31 Closed" (F5).
"sampai", "hingga", "s.d." and "s/d" are read as "to" is."""

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from routing.decisions.availability.company_holidays import MAX_DAYS

MAX_LINES = 500
MAX_NAME = 120
YEARS = range(2000, 2100)  # dates near the ends of the calendar cannot be converted between time zones
_DAY = r"(\d{4}-\d{1,2}-\d{1,2})"
_UNTIL = r"to|until|sampai(?:\s+dengan)?|hingga|s\s?[./]?\s?d\.?|\.\.|[-–—/,;]"
_LINE = re.compile(rf"{_DAY}(?:\s*(?:{_UNTIL})?\s*{_DAY})?(?!\d)[\s,;:–—-]*(.*)", re.IGNORECASE)


class LineProblem(StrEnum):
    NO_DAY = "no_day"
    NO_SUCH_DAY = "no_such_day"
    YEAR = "year"
    ENDS_BEFORE = "ends_before"
    TOO_LONG = "too_long"
    NO_NAME = "no_name"
    LONG_NAME = "long_name"
    TWICE = "twice"


@dataclass(frozen=True, slots=True)
class HolidayLine:
    first_on: date
    last_on: date
    name: str


@dataclass(frozen=True, slots=True)
class BadLine:
    number: int
    problem: LineProblem


def read_lines(text: str) -> tuple[list[HolidayLine], list[BadLine]]:
    """Lines are counted from 1, empty ones too, because people look them up by their number."""
    good: list[HolidayLine] = []
    bad: list[BadLine] = []
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        found = _read(line.strip())
        if isinstance(found, HolidayLine) and found in good:
            found = LineProblem.TWICE
        if isinstance(found, HolidayLine):
            good.append(found)
        else:
            bad.append(BadLine(number, found))
    return good, bad


def _read(line: str) -> HolidayLine | LineProblem:
    found = _LINE.fullmatch(line)
    if found is None:
        return LineProblem.NO_DAY
    try:
        first = _day(found[1])
        last = _day(found[2]) if found[2] else first
    except ValueError:
        return LineProblem.NO_SUCH_DAY
    name = " ".join(found[3].strip(" \t\"'").split())
    if first.year not in YEARS or last.year not in YEARS:
        return LineProblem.YEAR
    if last < first:
        return LineProblem.ENDS_BEFORE
    if (last - first).days >= MAX_DAYS:
        return LineProblem.TOO_LONG
    if not name:
        return LineProblem.NO_NAME
    return LineProblem.LONG_NAME if len(name) > MAX_NAME else HolidayLine(first, last, name)


def _day(text: str) -> date:
    year, month, day = map(int, text.split("-"))
    return date(year, month, day)
