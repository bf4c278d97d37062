"""When leads that nobody takes move on: to nurture, to the recycling pool, to the archive (D6)."""

from dataclasses import dataclass
from datetime import timedelta

NURTURE_DAYS = 7
RECYCLE_DAYS = 7  # on top of those before nurture: 14 in all
ARCHIVE_DAYS = 16  # and 30 in all


@dataclass(frozen=True, slots=True)
class StaleDays:
    """Days of waiting, in nurture, and in the recycling pool. Each counts from the step before, so that none can come
    too early."""

    nurture: int = NURTURE_DAYS
    recycle: int = RECYCLE_DAYS
    archive: int = ARCHIVE_DAYS

    @property
    def in_all(self) -> tuple[int, int, int]:
        """As people say it: after 7, 14 and 30 days."""
        return self.nurture, self.nurture + self.recycle, self.nurture + self.recycle + self.archive

    @property
    def after(self) -> tuple[timedelta, timedelta, timedelta]:
        return timedelta(days=self.nurture), timedelta(days=self.recycle), timedelta(days=self.archive)
