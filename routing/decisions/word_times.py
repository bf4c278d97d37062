"""When a message may leave: at once, after quiet hours, with a digest, or at the next try (I1). Local times of a person
become moments here, also where clocks are put forward or back."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from routing.decisions.words import KINDS, Medium, Role, When

# growing, and a day in all: then the channel is dead
GAPS = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 30, 120, 360, 420, 504))
TOO_OLD = timedelta(days=1)  # nobody is told elsewhere about what happened longer ago than this
MERGE_WINDOW = timedelta(minutes=5)
LOUDNESS = (When.OFF, When.MORNING, When.HOURLY, When.NOW)


@dataclass(frozen=True, slots=True)
class Hours:
    """When a person wants to be reached."""

    zone: ZoneInfo
    digest_at: time = time(8)
    quiet_from: time | None = None
    quiet_to: time | None = None
    critical_passes: bool = False


def when_for(kind: str, roles: Collection[Role], medium: Medium, chosen: Mapping[str, When]) -> When:
    """What the person chose for this kind, else what the table says for the loudest of the person's roles. Who has none
    of the roles of the kind is told because it is about that person."""
    if kind in chosen:
        return chosen[kind]
    table = KINDS[kind].roles
    mine = [role for role in table if role in roles] or [next(iter(table))]
    return max((table[role][medium] for role in mine), key=LOUDNESS.index)


def leaves_at(
    when: When, *, is_critical: bool, hours: Hours, at: datetime, lasts: timedelta | None = None
) -> datetime | None:
    """None: never, or only when it is worth nothing any more. Otherwise the first moment that the choice and the quiet
    hours allow; `at` itself for "now"."""
    if when == When.OFF:
        return None
    if when == When.NOW and is_critical and hours.critical_passes:
        return at
    wanted = {When.NOW: at, When.HOURLY: _next_hour(hours, at), When.MORNING: next_digest(hours, at)}[when]
    moment = quiet_until(hours, wanted) or wanted
    return None if lasts is not None and moment > at + lasts else moment


def quiet_until(hours: Hours, at: datetime) -> datetime | None:
    """When the quiet hours end that hold this moment; None outside them. They may go over midnight."""
    start, end = hours.quiet_from, hours.quiet_to
    if start is None or end is None:
        return None
    local = at.astimezone(hours.zone)
    now, today = local.time(), local.date()
    if start < end:
        return _moment(today, end, hours.zone) if start <= now < end else None
    if now >= start:
        return _moment(today + timedelta(days=1), end, hours.zone)
    return _moment(today, end, hours.zone) if now < end else None


def next_digest(hours: Hours, at: datetime) -> datetime:
    today = at.astimezone(hours.zone).date()
    moment = _moment(today, hours.digest_at, hours.zone)
    return moment if moment > at else _moment(today + timedelta(days=1), hours.digest_at, hours.zone)


def next_try(attempts: int, *, at: datetime) -> datetime | None:
    """After so many tries that failed; None when a day of them is over."""
    return at + GAPS[attempts - 1] if 0 < attempts <= len(GAPS) else None


def _next_hour(hours: Hours, at: datetime) -> datetime:
    started = at.astimezone(hours.zone).replace(minute=0, second=0, microsecond=0)
    return started.astimezone(UTC) + timedelta(hours=1)


def _moment(day: date, clock: time, zone: ZoneInfo) -> datetime:
    """A time that comes twice: the second; one that is left out: after the gap."""
    local = datetime.combine(day, clock, zone)
    return max(local.astimezone(UTC), local.replace(fold=1).astimezone(UTC))
