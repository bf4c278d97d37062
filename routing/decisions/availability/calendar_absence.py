"""What is known of a calendar when it was read: its absences, or why it cannot be read (I2)."""

from dataclasses import dataclass
from datetime import datetime

TOO_MUCH, TOO_MANY_ZONES, TOO_COSTLY = "too_much", "too_many_zones", "too_costly"
BEYOND_LIMITS = {TOO_MUCH, TOO_MANY_ZONES, TOO_COSTLY}  # does not pass by itself


class NotACalendar(ValueError):
    """The content cannot be read. `code` is not_a_calendar; too_much or too_many_zones for what is in it; too_costly
    when reading reached its limits; or interrupted, when that says nothing about the content."""

    def __init__(self, code: str = "not_a_calendar") -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True, order=True)
class CalendarAbsence:
    """One absence; private events have no note."""

    starts_at: datetime
    ends_at: datetime
    kind: str
    note: str = ""

    def as_row(self) -> list[str]:
        """As JSON can say it."""
        return [self.starts_at.isoformat(), self.ends_at.isoformat(), self.kind, self.note]

    @classmethod
    def from_row(cls, row: list[str]) -> "CalendarAbsence":
        starts_at, ends_at, kind, note = row
        return cls(datetime.fromisoformat(starts_at), datetime.fromisoformat(ends_at), kind, note)
