"""Switch a rep on and off; plan, change and cancel time off (C5, F5)."""

from datetime import datetime, timedelta

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Q

from config.history_author import set_history_author
from config.live import announce
from routing.actions.availability.clocks import sync_clocks
from routing.models import Rep, TimeOff
from routing.signals import rep_available, rep_away

JUST_NOW = timedelta(minutes=2)  # the sweep runs every minute


class TimeOffRefused(Exception):
    """The period ends before it starts, or is in the past."""


@transaction.atomic
def set_available(rep: Rep, *, is_available: bool, by: User | None, at: datetime, until: datetime | None = None) -> Rep:
    """The switch of a rep (C5). Switching on gives out waiting leads at once (F6)."""
    rep = Rep.objects.select_for_update().get(pk=rep.pk)
    rep.is_available, rep.away_until = is_available, None if is_available else until
    set_history_author(rep, by)
    rep.save(update_fields=["is_available", "away_until"])
    announce(f"holder-{rep.user_id}", "people")
    (rep_available if is_available else rep_away).send(Rep, rep=rep, at=at)
    return rep


@transaction.atomic
def plan_time_off(
    rep: Rep, *, kind: str, starts_at: datetime, ends_at: datetime, note: str, by: User | None, at: datetime
) -> TimeOff:
    """Leave, sick days and all-day meetings; a half day is a period of hours (F5)."""
    if ends_at <= starts_at or ends_at <= at:
        raise TimeOffRefused
    time_off = TimeOff(rep=rep, kind=kind, starts_at=starts_at, ends_at=ends_at, note=note)
    set_history_author(time_off, by)
    time_off.save()
    sync_clocks({"reps": [rep.pk]}, name=str(rep), why="time_off", by=by, at=at)
    announce(f"holder-{rep.user_id}", "people")
    rep_away.send(Rep, rep=rep, at=at)
    return time_off


@transaction.atomic
def change_time_off(
    time_off: TimeOff, *, kind: str, starts_at: datetime, ends_at: datetime, note: str, by: User | None, at: datetime
) -> TimeOff:
    """Move or shorten planned time off. A rep who is back earlier gets waiting leads at once (F6)."""
    if ends_at <= starts_at:
        raise TimeOffRefused
    time_off.kind, time_off.starts_at, time_off.ends_at, time_off.note = kind, starts_at, ends_at, note
    set_history_author(time_off, by)
    time_off.save(update_fields=["kind", "starts_at", "ends_at", "note"])
    sync_clocks({"reps": [time_off.rep_id]}, name=str(time_off.rep), why="time_off", by=by, at=at)
    announce(f"holder-{time_off.rep.user_id}", "people")
    rep_available.send(Rep, rep=time_off.rep, at=at)
    rep_away.send(Rep, rep=time_off.rep, at=at)
    return time_off


@transaction.atomic
def cancel_time_off(time_off: TimeOff, *, by: User | None, at: datetime) -> None:
    """Cancel planned time off; leads that wait because nobody was available are given out at once (F6)."""
    rep = time_off.rep
    set_history_author(time_off, by)
    time_off.delete()
    sync_clocks({"reps": [rep.pk]}, name=str(rep), why="time_off", by=by, at=at)
    announce(f"holder-{rep.user_id}", "people")
    rep_available.send(Rep, rep=rep, at=at)


def announce_absences(*, at: datetime) -> int:
    """Update open pages for absences that have just begun or ended. Runs in the sweep; doing it twice does no harm."""
    since = at - JUST_NOW
    begun, ended = Q(starts_at__gt=since, starts_at__lte=at), Q(ends_at__gt=since, ends_at__lte=at)
    users = set(TimeOff.objects.filter(begun | ended).order_by("pk").values_list("rep__user", flat=True))
    if users:
        announce("people", *(f"holder-{pk}" for pk in users))
    return len(users)


def end_due_pauses(*, at: datetime) -> int:
    """End pauses that were set until a time; runs in the sweep. Returns how many."""
    due = Rep.objects.filter(is_available=False, away_until__lte=at).order_by("pk")
    return sum(_end_pause(pk, at=at) for pk in list(due.values_list("pk", flat=True)))


@transaction.atomic
def _end_pause(pk: int, *, at: datetime) -> int:
    """Checks again under the lock, because the rep may have made the pause longer."""
    rep = Rep.objects.select_for_update().filter(pk=pk, is_available=False, away_until__lte=at).first()
    if rep is not None:
        set_available(rep, is_available=True, by=None, at=at)
    return int(rep is not None)
