"""What is known of a calendar when it was read: its absences and how each was judged, or why it cannot be read (I2)."""

from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

TOO_MUCH, TOO_MANY_ZONES, TOO_COSTLY = "too_much", "too_many_zones", "too_costly"
BEYOND_LIMITS = {TOO_MUCH, TOO_MANY_ZONES, TOO_COSTLY}  # does not pass by itself


class NotACalendar(ValueError):
    """The content cannot be read. `code` is not_a_calendar; too_much or too_many_zones for what is in it; too_costly
    when reading reached its limits; or interrupted, when that says nothing about the content."""

    def __init__(self, code: str = "not_a_calendar") -> None:
        super().__init__(code)
        self.code = code


class Why(StrEnum):
    """By what an event counts as an absence."""

    FLAG = "flag"  # the calendar marks it as out of office
    CATEGORY = "category"
    TITLE = "title"
    ALL_DAY = "all_day"  # busy, for whole days
    COVERS = "covers"  # busy, in all working hours of a day
    TOGETHER = "together"  # several events that cover a day only together


@dataclass(frozen=True, slots=True, order=True)
class CalendarAbsence:
    """One absence; private events have neither note nor word.

    `word` is what the title or the category says. `covered` are the minutes of working time in it, `working` those of
    all days that it touches.
    """

    starts_at: datetime
    ends_at: datetime
    kind: str
    note: str = ""
    why: str = ""
    word: str = ""
    covered: int = 0
    working: int = 0

    def as_row(self) -> dict[str, Any]:
        """As JSON can say it."""
        return asdict(self) | {"starts_at": self.starts_at.isoformat(), "ends_at": self.ends_at.isoformat()}

    @classmethod
    def from_row(cls, row: dict[str, Any]) -> "CalendarAbsence":
        moments = {name: datetime.fromisoformat(row[name]) for name in ("starts_at", "ends_at")}
        return cls(**{**row, **moments})


@dataclass(frozen=True, slots=True)
class Reading:
    """What a calendar says. `unknown_zones` are names of time zones that were read as the person's own; `unanswered`
    invitations do not count; `left_out` events repeat too often to be read."""

    absences: list[CalendarAbsence]
    unknown_zones: list[str]
    unanswered: int = 0
    left_out: int = 0

    def as_answer(self) -> dict[str, Any]:
        return {**self.remarks(), "absences": [each.as_row() for each in self.absences]}

    def remarks(self) -> dict[str, Any]:
        """What the owner should know besides the absences."""
        return {"unknown_zones": self.unknown_zones, "unanswered": self.unanswered, "left_out": self.left_out}

    @classmethod
    def from_answer(cls, answer: dict[str, Any]) -> "Reading":
        return cls(**{**answer, "absences": [CalendarAbsence.from_row(row) for row in answer["absences"]]})
