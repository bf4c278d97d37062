"""When leads that nobody takes move on: to nurture, to the recycling pool, to the archive (D6)."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta, tzinfo

NURTURE_DAYS = 7
RECYCLE_DAYS = 7  # on top of those before nurture: 14 in all
ARCHIVE_DAYS = 16  # and 30 in all
NIGHT_BEGINS, NIGHT_ENDS = time(2), time(6)


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


def is_night(at: datetime, tz: tzinfo) -> bool:
    """Old leads move at night, when nobody works on them; a night that was missed is made up the next one."""
    return NIGHT_BEGINS <= at.astimezone(tz).time() < NIGHT_ENDS


def next_night(at: datetime, tz: tzinfo) -> datetime:
    """When the night of the next move begins; now, if it has begun."""
    if is_night(at, tz):
        return at
    here = at.astimezone(tz)
    day = here.date() + timedelta(days=here.time() >= NIGHT_ENDS)
    return datetime.combine(day, NIGHT_BEGINS, tzinfo=tz)
