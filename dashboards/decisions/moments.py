"""Read the moment that an address or a field names, on the clock of the reader (K3)."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

MINUTE = timedelta(minutes=1)


class Refusal(StrEnum):
    UNREADABLE = "unreadable"
    FUTURE = "future"
    SKIPPED = "skipped"  # clocks went forward over it


class MomentRefused(ValueError):
    """`nearest`: where clocks went forward, the moment at which it would have been this time without that."""

    def __init__(self, why: Refusal, nearest: datetime | None = None) -> None:
        self.why, self.nearest = why, nearest
        super().__init__(why)


@dataclass(frozen=True, slots=True)
class Moment:
    """`again`: the same time of the clock an hour later, where clocks went back."""

    at: datetime
    again: datetime | None = None


def read_moment(text: str, *, tz: ZoneInfo, now: datetime) -> Moment:
    """'2026-11-03T10:42' on the reader's clock, or with an offset of its own. Raises MomentRefused."""
    try:
        read = datetime.fromisoformat(text.strip())
        found = Moment(read.astimezone(UTC)) if read.tzinfo is not None else _on_the_clock(read, tz)
    except MomentRefused:
        raise
    except (ValueError, OverflowError):
        raise MomentRefused(Refusal.UNREADABLE) from None
    if found.at > now:
        raise MomentRefused(Refusal.FUTURE)
    return found


def _on_the_clock(read: datetime, tz: ZoneInfo) -> Moment:
    first, second = (read.replace(tzinfo=tz, fold=fold).astimezone(UTC) for fold in (0, 1))
    if first.astimezone(tz).replace(tzinfo=None) != read:
        raise MomentRefused(Refusal.SKIPPED, first)
    return Moment(first, second if second != first else None)


def as_text(at: datetime, tz: ZoneInfo) -> str:
    """For an address: the reader's clock where that names one moment, else with its offset."""
    local = at.astimezone(tz)
    kind = "minutes" if not (local.second or local.microsecond) else "auto"
    plain = local.replace(tzinfo=None)
    is_one = all(plain.replace(tzinfo=tz, fold=fold).astimezone(UTC) == at for fold in (0, 1))
    return (plain if is_one else local).isoformat(timespec=kind)


def minute_before(at: datetime) -> datetime:
    """The last whole minute before this moment."""
    whole = at.replace(second=0, microsecond=0)
    return whole - MINUTE if whole == at else whole


def minute_after(at: datetime) -> datetime:
    return at.replace(second=0, microsecond=0) + MINUTE
