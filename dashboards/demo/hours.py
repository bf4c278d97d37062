"""When the people of the demo work, and when leads arrive, in Jakarta time."""

from datetime import date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

JAKARTA = ZoneInfo("Asia/Jakarta")
OPENS, CLOSES, LATE_SHIFT_ENDS = time(8, 0), time(17, 15), time(20, 30)
SHOW = timedelta(hours=5)  # the last hours before the demo opens: people work in them at any time of day,
SHIFT = timedelta(hours=4)  # and so long after it, so that a visitor at night meets people; then the usual hours hold

# How many of a day's leads arrive in each hour: a spike in the morning, a stall in the afternoon, some in the evening.
HOURLY = (2, 1, 1, 1, 2, 3, 8, 18, 38, 46, 34, 22, 14, 16, 18, 17, 14, 10, 9, 10, 12, 9, 6, 4)
BY_WEEKDAY = (1.15, 1.1, 1.0, 1.0, 0.85, 0.4, 0.45)
LIVELIEST = 24  # the minimum in an hour of the show, on the scale of HOURLY
MONTH_END = 1.35
SMALLER = 0.2  # the company used to get fewer leads; it grew through the last week
GROWS, NOW = timedelta(days=5), timedelta()


class Hours:
    """The calendar of one run that ends at `until`."""

    def __init__(self, until: datetime) -> None:
        self.until = until
        self.show_from, self.show_until = until - SHOW, until + SHIFT

    def in_show(self, at: datetime) -> bool:
        """The shift in which the demo is opened is worked at any time of day, on any day."""
        return self.show_from <= at < self.show_until

    def is_open(self, at: datetime) -> bool:
        """Whether the day shift is at work: Monday to Friday, nobody at weekends."""
        return self.in_show(at) or _is_by_day(at)

    def is_late(self, at: datetime) -> bool:
        """Whether only the late shift is at work."""
        local = at.astimezone(JAKARTA)
        return is_working_day(local.date()) and CLOSES <= local.time() < LATE_SHIFT_ENDS

    def is_usual(self, at: datetime) -> bool:
        """Whether somebody works at this time of an ordinary week."""
        return _is_by_day(at) or self.is_late(at)

    def vigour(self, at: datetime) -> float:
        """The effort that people put into taking leads: full in the morning, half in the afternoon."""
        hour = at.astimezone(JAKARTA).hour
        if self.in_show(at) or hour < 12:
            return 1.0
        return 0.4 if hour == 12 else 0.6

    def intensity(self, at: datetime) -> float:
        """The share of an ordinary day's leads that arrives in the hour around this moment."""
        local = at.astimezone(JAKARTA)
        share = HOURLY[local.hour] * BY_WEEKDAY[local.weekday()]
        if self.in_show(at):
            share = max(share, LIVELIEST)
        if (local + timedelta(days=4)).month != local.month:
            share *= MONTH_END
        share *= max(SMALLER, 1 - (1 - SMALLER) * (max(self.until - at, NOW) / GROWS - 0.4))
        return share / sum(HOURLY)

    def later(self, at: datetime, minutes: float, rng: Random) -> datetime:
        """`minutes` later if that is still today (with a little overtime), else some time the next morning."""
        then = at + timedelta(minutes=minutes)
        overtime = then - timedelta(minutes=45)
        if self.is_open(then) or (self.is_open(at) and self.is_open(overtime)):
            return then
        return max(self.next_opening(at), at) + timedelta(minutes=rng.uniform(4, 75))

    def next_opening(self, at: datetime) -> datetime:
        """When people come to work next; the show begins at any hour."""
        opening = next_morning(at)
        return self.show_from if at < self.show_from < opening else opening


def _is_by_day(at: datetime) -> bool:
    local = at.astimezone(JAKARTA)
    return is_working_day(local.date()) and OPENS <= local.time() < CLOSES


def is_working_day(day: date) -> bool:
    return day.weekday() < 5


def next_morning(at: datetime) -> datetime:
    """08:00 of this working day if still to come, else of the next one."""
    local = at.astimezone(JAKARTA)
    day = local.date()
    if local.time() >= OPENS:
        day += timedelta(days=1)
    while not is_working_day(day):
        day += timedelta(days=1)
    return datetime.combine(day, OPENS, tzinfo=JAKARTA)


def closing_of(day: date) -> datetime:
    return datetime.combine(day, CLOSES, tzinfo=JAKARTA)


def morning_after(at: datetime, days: int) -> datetime:
    """09:00 after this number of days."""
    day = at.astimezone(JAKARTA).date() + timedelta(days=days)
    return datetime.combine(day, time(9), tzinfo=JAKARTA)


def drawn(rate: float, rng: Random) -> int:
    """A random count with the mean `rate` (Poisson)."""
    count, left = 0, rng.expovariate(1.0)
    while left < rate:
        count += 1
        left += rng.expovariate(1.0)
    return count
