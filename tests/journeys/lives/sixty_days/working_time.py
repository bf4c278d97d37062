"""Working time as a test counts it: minute by minute, with what was known at that time."""

from bisect import bisect_left
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from itertools import accumulate
from zoneinfo import ZoneInfo

JAKARTA = ZoneInfo("Asia/Jakarta")
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
COUNTED = 90 * 24 * 60  # minutes
Week = Mapping[str, Sequence[Sequence[str]]]
Span = tuple[datetime, datetime]


class WorkedMinutes:
    """`before[n]`: how many working minutes lie before minute n. An edit counts from its own time on."""

    def __init__(self, start: datetime, week: Week) -> None:
        self.origin = datetime.combine(start.astimezone(JAKARTA).date(), time(0), tzinfo=JAKARTA)
        self.works = bytearray(COUNTED)
        self.before: list[int] = []
        self.change(self.origin, week, days_off=(), away=())

    def change(self, at: datetime, week: Week, *, days_off: Collection[date], away: Collection[Span]) -> None:
        """Without any hours all minutes count."""
        first = self._minute(at)
        days = [_minutes_of(week, name) for name in DAYS]
        for day in range(first // 1440, COUNTED // 1440):
            on = (self.origin + day * DAY).date()
            minutes = bytes(1440) if week and on in days_off else days[on.weekday()]
            begin = max(day * 1440, first)
            self.works[begin : (day + 1) * 1440] = minutes[begin - day * 1440 :]
        for starts_at, ends_at in away if week else ():
            begin, end = max(self._minute(starts_at), first), self._minute(ends_at)
            if begin < end:
                self.works[begin:end] = bytes(end - begin)
        self.before = list(accumulate(self.works, initial=0))

    def add(self, start: datetime, minutes: int) -> datetime:
        return self.origin + bisect_left(self.before, self.before[self._minute(start)] + minutes) * MINUTE

    def _minute(self, at: datetime) -> int:
        minute, rest = divmod(at - self.origin, MINUTE)
        assert not rest, "this life counts whole minutes"
        return minute


def _minutes_of(week: Week, day: str) -> bytes:
    minutes = bytearray(1440) if week else bytearray(b"\1" * 1440)
    for begins, ends in week.get(day, ()):
        minutes[_of_day(begins) : _of_day(ends)] = b"\1" * (_of_day(ends) - _of_day(begins))
    return bytes(minutes)


def _of_day(clock: str) -> int:
    hours, minutes = clock.split(":")
    return int(hours) * 60 + int(minutes)
