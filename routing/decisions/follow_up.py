"""The times that a rep is offered for the next step with a lead (C4)."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum

MORNING = time(9)
HOUR = timedelta(hours=1)
MONDAY = 0
SEARCHED_DAYS = 31


class PresetCode(StrEnum):
    HOUR = "hour"
    TOMORROW = "tomorrow"
    MONDAY = "monday"
    WEEK = "week"


@dataclass(frozen=True, slots=True)
class Preset:
    code: PresetCode
    at: datetime


def presets(now: datetime, *, works_on: Callable[[date], bool] = lambda day: True) -> list[Preset]:
    """`now` is in the person's time zone. All but the first are at nine there, and move on to the next day on which the
    person works; what comes to the same moment is offered once. In an hour means 60 minutes that pass, also on a day
    on which the clocks change."""
    today = now.date()
    days = {
        PresetCode.TOMORROW: today + timedelta(days=1),
        PresetCode.MONDAY: today + timedelta(days=7 - (today.weekday() - MONDAY)),
        PresetCode.WEEK: today + timedelta(days=7),
    }
    offered = [Preset(PresetCode.HOUR, (now.astimezone(UTC) + HOUR).astimezone(now.tzinfo))]
    for code, day in days.items():
        at = datetime.combine(_working_day(day, works_on), MORNING, tzinfo=now.tzinfo)
        if at not in [each.at for each in offered]:
            offered.append(Preset(code, at))
    return offered


def _working_day(day: date, works_on: Callable[[date], bool]) -> date:
    """This day or the next working one; without any, this day."""
    ahead = (day + timedelta(days=step) for step in range(SEARCHED_DAYS))
    return next((each for each in ahead if works_on(each)), day)
