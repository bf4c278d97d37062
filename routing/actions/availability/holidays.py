"""Write public holidays as time off, some weeks ahead; a rep may work on one (F5, I2)."""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.contrib.auth.models import User
from django.db import transaction

from config.history_author import set_history_author
from config.live import announce
from routing.actions.availability.synced_time_off import replace_time_off
from routing.decisions.availability.public_holidays import holidays_between, next_day
from routing.models import Rep, TimeOff, WorkedHoliday
from routing.queries.availability.holidays import holiday_regions
from routing.signals import rep_available

AHEAD = timedelta(days=60)
CHUNK_SIZE = 200


class NotAHoliday(Exception):
    """The rep has no public holiday on this day."""


@transaction.atomic
def set_holidays(rep: Rep, *, country: str, region: str, by: User | None, at: datetime) -> bool:
    """Set the country and region of a rep's public holidays; returns whether anything changed."""
    rep = Rep.objects.select_for_update().get(pk=rep.pk)
    if (rep.holiday_country, rep.holiday_region) == (country, region):
        return False
    rep.holiday_country, rep.holiday_region = country, region
    set_history_author(rep, by)
    rep.save(update_fields=["holiday_country", "holiday_region"])
    sync_holidays([rep.pk], at=at)
    announce(f"holder-{rep.user_id}", "people")
    return True


@transaction.atomic
def work_on_holiday(rep: Rep, *, on: date, works: bool, by: User | None, at: datetime) -> None:
    """ "I work that day", or not any more. A rep who works today gets waiting leads at once (F6)."""
    rep = Rep.objects.select_for_update().get(pk=rep.pk)
    if not holidays_between(holiday_regions([rep])[rep.pk][0], on, on):
        raise NotAHoliday
    if works:
        WorkedHoliday.objects.get_or_create(rep=rep, on=on)
    else:
        WorkedHoliday.objects.filter(rep=rep, on=on).delete()
    sync_holidays([rep.pk], at=at)
    announce(f"holder-{rep.user_id}", "people")


def sync_all_holidays(*, at: datetime) -> int:
    """The next weeks of all active reps; runs once a day. Returns how many rows changed."""
    ids = list(Rep.objects.filter(user__is_active=True).order_by("pk").values_list("pk", flat=True))
    return sum(sync_holidays(ids[start : start + CHUNK_SIZE], at=at) for start in range(0, len(ids), CHUNK_SIZE))


@transaction.atomic
def sync_holidays(rep_ids: Iterable[int], *, at: datetime) -> int:
    """Delete wrong rows and add missing ones, in a few queries for any number of reps. Reps who are no longer away by
    this get waiting leads at once (F6). Returns how many rows changed."""
    reps = list(Rep.objects.filter(pk__in=list(rep_ids)).select_for_update(no_key=True).order_by("pk"))
    wanted = _wanted(reps, at=at)
    rows = TimeOff.objects.filter(rep__in=reps, origin=TimeOff.Origin.HOLIDAY, ends_at__gt=at).order_by("pk")
    surplus, known = [], set()
    for row in rows:
        key = (row.rep_id, row.starts_at, row.ends_at, row.note)
        known.add(key)
        if key not in wanted:
            surplus.append(row)
    missing = sorted(wanted - known)
    if not surplus and not missing:
        return 0
    replace_time_off([row.pk for row in surplus], [_row(*key) for key in missing])
    touched = {row.rep_id for row in surplus} | {key[0] for key in missing}
    announce("people", *(f"holder-{rep.user_id}" for rep in reps if rep.pk in touched))
    back = {row.rep_id for row in surplus if row.starts_at <= at}
    for rep in reps:
        if rep.pk in back:
            rep_available.send(Rep, rep=rep, at=at)
    return len(surplus) + len(missing)


def _wanted(reps: Sequence[Rep], *, at: datetime) -> set[tuple]:
    worked = set(WorkedHoliday.objects.filter(rep__in=reps).order_by("pk").values_list("rep", "on"))
    wanted = set()
    for rep, (region, zone) in holiday_regions(reps).items():
        today = at.astimezone(zone).date()
        for day, name in holidays_between(region, today, today + AHEAD):
            if (rep, day) not in worked:
                wanted.add((rep, _midnight(day, zone), _midnight(next_day(day), zone), name[:200]))
    return wanted


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(0), tzinfo=zone).astimezone(UTC)


def _row(rep_id: int, starts_at: datetime, ends_at: datetime, name: str) -> TimeOff:
    kind, origin = TimeOff.Kind.HOLIDAY, TimeOff.Origin.HOLIDAY
    return TimeOff(rep_id=rep_id, kind=kind, origin=origin, starts_at=starts_at, ends_at=ends_at, note=name)
