"""The order of the numbers of a date: 06/11/2026 is in June or in November (A1a)."""

from collections.abc import Mapping
from datetime import date

DAY, MONTH, YEAR = ORDERS = ("day", "month", "year")  # what comes first
MIXED = "mixed"  # a column that contradicts itself
SECONDS = "seconds"  # a column of nothing but seconds or milliseconds since 1970
_MONTH_FIRST = frozenset({"US", "PH", "PR", "GU", "AS", "VI", "MP", "UM", "MH", "FM", "PW"})
_YEAR_FIRST = frozenset({"CN", "JP", "KR", "TW", "HU", "LT", "MN", "IR"})
_THIS_CENTURY, _LAST_CENTURY = 50, 70  # two digits of a year up to here are 20.., from here on 19..; between: neither


class AmbiguousDate(ValueError):
    """The numbers could be several days."""


def order_of_region(region: str) -> str:
    """The order in which people of a country write dates."""
    if region in _MONTH_FIRST:
        return MONTH
    return YEAR if region in _YEAR_FIRST else DAY


def orders_of(reading: Mapping[str, object]) -> dict[str, str]:
    """The order of the dates of each field, as Upload.reading keeps it."""
    kept = reading.get("dates")
    return {str(field): str(order) for field, order in kept.items()} if isinstance(kept, Mapping) else {}


def dates_by_order(first: str, second: str, third: str) -> dict[str, date]:
    """The day that three numbers mean in each order in which they mean one."""
    found = {}
    for order, (year, month, day) in {
        DAY: (third, second, first),
        MONTH: (third, first, second),
        YEAR: (first, second, third),
    }.items():
        meant = _date(year, month, day)
        if meant:
            found[order] = meant
    return found


def the_date(dates: Mapping[str, date], *, order: str, habit: str) -> date:
    """The day that is meant: the only one, or the one in the order of the column; without one, four digits of a year
    leave it to the habit of the region. Raises AmbiguousDate, or ValueError if there is none."""
    days = set(dates.values())
    if not days:
        raise ValueError("no such day")
    if len(days) == 1:
        return days.pop()
    if order in dates:
        return dates[order]
    if not order and YEAR not in dates and habit in dates:
        return dates[habit]
    raise AmbiguousDate


def full_year(text: str) -> int:
    """2026 of "2026" and "26". Raises ValueError for two digits that could be of two centuries."""
    year = int(text)
    if len(text) > 2:
        return year
    if _THIS_CENTURY <= year < _LAST_CENTURY:
        raise ValueError("which century?")
    return year + (2000 if year < _THIS_CENTURY else 1900)


def _date(year: str, month: str, day: str) -> date | None:
    if len(day) > 2 or len(month) > 2 or len(year) not in (2, 4):
        return None
    try:
        return date(full_year(year), int(month), int(day))
    except ValueError:
        return None
