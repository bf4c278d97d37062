"""Write public and company holidays as time off, some weeks ahead; a rep may work on one (F5, I2)."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import QuerySet

from config.history_author import set_history_author
from config.jobs import Chunk, start_job
from config.jobs.kinds import Arguments
from config.live import announce
from routing.actions.availability.calendars import read_again
from routing.actions.availability.clocks import sync_clocks
from routing.actions.availability.synced_time_off import replace_time_off
from routing.decisions.availability.public_holidays import next_day
from routing.models import Rep, TimeOff, WorkedHoliday
from routing.queries.availability.holidays import holidays_of
from routing.signals import rep_available

AHEAD = timedelta(days=60)
CHUNK_SIZE = 200
MAX_SUBJECT = 60
SYNC = "holidays"


class NotAHoliday(Exception):
    """The rep has no holiday on this day."""


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
    sync_clocks({"reps": [rep.pk]}, name=str(rep), why="holidays", by=by, at=at)
    announce(f"holder-{rep.user_id}", "people")
    return True


@transaction.atomic
def work_on_holiday(rep: Rep, *, on: date, works: bool, by: User | None, at: datetime) -> None:
    """ "I work that day", or not any more. A rep who works today gets waiting leads at once (F6)."""
    rep = Rep.objects.select_for_update().get(pk=rep.pk)
    coming = holidays_of([rep], at=at)[rep.pk].days
    if not any(day.on == on and day.is_day_off for day in coming):
        raise NotAHoliday
    if works:
        WorkedHoliday.objects.get_or_create(rep=rep, on=on)
    else:
        WorkedHoliday.objects.filter(rep=rep, on=on).delete()
    sync_holidays([rep.pk], at=at)
    sync_clocks({"reps": [rep.pk]}, name=str(rep), why="holidays", by=by, at=at)
    announce(f"holder-{rep.user_id}", "people")


def sync_in_background(
    scope: Mapping[str, list[int]], *, name: str, by: User | None, at: datetime, why: str = "holidays"
) -> None:
    """After holidays or a team changed, for reps in the scope {"teams": ids} or {"reps": ids}, or for everybody ({}):
    at once where one chunk is enough, else in a background job. Their clocks follow, and so do calendars, which are
    judged by hours."""
    sync_clocks(scope, name=name, why=why, by=by, at=at)
    found = reps_in(scope)
    if found.count() <= CHUNK_SIZE:
        sync_holidays(found.values_list("pk", flat=True), at=at)
    else:
        _sync_by_a_job(scope, name=name, by=by, at=at)
    read_again(found, at=at)  # last, as everybody locks a rep before its feed


def _sync_by_a_job(scope: Mapping[str, list[int]], *, name: str, by: User | None, at: datetime) -> None:
    subject = "-".join(f"{key} {','.join(map(str, sorted(ids)))}" for key, ids in scope.items()) or "everybody"
    if len(subject) > MAX_SUBJECT:  # a newer job replaces an older one of its subject, so it must say all of it
        scope, subject = {}, "everybody"
    start_job(SYNC, subject=subject, subject_name=name, arguments=dict(scope), by=by, at=at)


def count_reps(arguments: Arguments) -> int:
    return reps_in(arguments).count()


def sync_chunk(arguments: Arguments, *, after: int, by: User | None, at: datetime) -> Chunk:
    """The step of such a job: the next reps by id."""
    ids = list(reps_in(arguments).filter(pk__gt=after).values_list("pk", flat=True)[:CHUNK_SIZE])
    sync_holidays(ids, at=at)
    return Chunk(len(ids), ids[-1] if ids else after, is_last=len(ids) < CHUNK_SIZE)


def reps_in(scope: Arguments) -> QuerySet[Rep]:
    reps = Rep.objects.filter(user__is_active=True)
    if "reps" in scope:
        reps = reps.filter(pk__in=scope["reps"])
    elif "teams" in scope:
        reps = reps.filter(pk__in=Rep.teams.through.objects.filter(team__in=scope["teams"]).values("rep"))
    return reps.order_by("pk")


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
    away = {key[0] for key in missing if key[1] <= at}
    back = {row.rep_id for row in surplus if row.starts_at <= at} - away
    if someone := next((rep for rep in reps if rep.pk in back), None):
        rep_available.send(Rep, rep=someone, at=at)  # serves all waiting leads; once is enough for hundreds of reps
    return len(surplus) + len(missing)


def _wanted(reps: Sequence[Rep], *, at: datetime) -> set[tuple]:
    worked = set(WorkedHoliday.objects.filter(rep__in=reps).order_by("pk").values_list("rep", "on"))
    wanted = set()
    for rep, found in holidays_of(reps, at=at, ahead=AHEAD).items():
        for day in found.days:
            if day.is_day_off and (rep, day.on) not in worked:
                starts_at, ends_at = _midnight(day.on, found.zone), _midnight(next_day(day.on), found.zone)
                wanted.add((rep, starts_at, ends_at, day.name[:200]))
    return wanted


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(0), tzinfo=zone).astimezone(UTC)


def _row(rep_id: int, starts_at: datetime, ends_at: datetime, name: str) -> TimeOff:
    kind, origin = TimeOff.Kind.HOLIDAY, TimeOff.Origin.HOLIDAY
    return TimeOff(rep_id=rep_id, kind=kind, origin=origin, starts_at=starts_at, ends_at=ends_at, note=name)
