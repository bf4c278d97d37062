"""Keep the counts of the past: today at every sweep, earlier days when something about them has changed (E10).

What happens to a lead is an activity with a growing id. The sweep reads the new ones and marks the days on which these
leads arrived, waited and were held. Counting a day replaces its rows by what the leads say now, so it is right after
any edit, merge or undo, and when it runs twice or late (docs/decisions/45-kept-counts.md).
"""

import time
from collections.abc import Callable
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction

from config.company import company_zone
from leads.models import Activity
from queues.actions.figures.days import count_day, forget_after
from queues.actions.figures.marking import mark_all, mark_days, mark_leads
from queues.decisions.figures.calendar import ONE_DAY, day_of, day_start, days_between
from queues.decisions.radar import days_judged_on
from queues.models import FigureState, StaleDay
from routing.actions.rotation.turn_days import count_turn_day, newest_whole_day

CHUNK = 2_000  # activities at once
SETTLED = timedelta(minutes=5)  # a younger activity is read again: one with a smaller id may still be on its way
PATIENCE = 2.0  # seconds that one sweep spends on earlier days; it counts at least one


class AlreadyCounting(Exception):
    """Another process counts at this moment."""


def count_figures(*, at: datetime, patience: float = PATIENCE) -> int:
    """How many days were counted. Does nothing while somebody else counts."""
    try:
        counted = _count_today(at=at)
    except AlreadyCounting:
        return 0
    started = time.monotonic()
    while count_next_stale(at=at):
        counted += 1
        if time.monotonic() - started > patience:
            break
    return counted


def rebuild(*, at: datetime, tell: Callable[[int, int], None]) -> int:
    """Count every day again. `tell` gets how many are done, of how many. Each day is replaced in one transaction, so
    pages never show half a day. Raises AlreadyCounting while a sweep runs."""
    with transaction.atomic():
        mark_all(_locked_state(at=at), at=at)
    _count_today(at=at)
    left = StaleDay.objects.count()
    done = 0
    tell(done, left)
    while count_next_stale(at=at):
        done += 1
        tell(done, left)
    return done


@transaction.atomic
def _count_today(*, at: datetime) -> int:
    """Today, and the days since the last sweep."""
    state = _locked_state(at=at)
    zone = ZoneInfo(state.zone)
    today = day_of(at, zone)
    _read_activities(state, at=at)
    since = day_of(state.counted_at, zone) if state.counted_at else today
    days = days_between(min(since, today), today + ONE_DAY)
    mark_days([judged for day in days if day > since for judged in days_judged_on(day)], at=at)
    for day in days:
        count_day(day, zone, at=at)
    _keep_turns(state, at=at)
    StaleDay.objects.filter(day__in=days).delete()
    state.counted_at = at
    state.save()
    return len(days)


@transaction.atomic
def count_next_stale(*, at: datetime) -> date | None:
    """Count the newest marked day; None if there is none, or somebody else counts."""
    try:
        state = _locked_state(at=at)
    except AlreadyCounting:
        return None
    marked = StaleDay.objects.order_by("-day").first()
    if marked is None:
        return None
    count_day(marked.day, ZoneInfo(state.zone), at=at)
    marked.delete()
    return marked.day


def _locked_state(*, at: datetime) -> FigureState:
    """The one row, locked. At first, and after a change of the time zone, all days are marked. Raises
    AlreadyCounting."""
    FigureState.objects.bulk_create([FigureState(pk=1, zone="")], ignore_conflicts=True)
    state = FigureState.objects.select_for_update(skip_locked=True).filter(pk=1).first()
    if state is None:
        raise AlreadyCounting
    zone = company_zone(fresh=True).key
    if state.zone != zone:
        if not state.zone:
            newest = Activity.objects.order_by("-pk").values_list("pk", flat=True).first()
            state.activity_id = newest or 0
        state.zone = zone
        state.save()
        forget_after(day_of(at, ZoneInfo(state.zone)))
        mark_all(state, at=at)
    return state


def _keep_turns(state: FigureState, *, at: datetime) -> None:
    """Days that have ended since the last one whose turns are all kept; all days where none is."""
    newest, zone = newest_whole_day(), ZoneInfo(state.zone)
    if newest is None:
        mark_all(state, at=at)
        return
    for day in days_between(newest + ONE_DAY, day_of(at, zone)):
        count_turn_day(day, day_start(day, zone), day_start(day + ONE_DAY, zone), at=at)


def _read_activities(state: FigureState, *, at: datetime) -> None:
    """Mark the earlier days of every lead to which something happened since the last sweep."""
    after = state.activity_id
    rows = Activity.objects.order_by("pk").values_list("pk", "lead", "at", "kind")
    while found := list(rows.filter(pk__gt=after)[:CHUNK]):
        undone = {lead for _pk, lead, _when, kind in found if kind == Activity.Kind.UNDONE}
        mark_leads({lead for _pk, lead, _when, _kind in found}, state, undone=undone, at=at)
        after = found[-1][0]
        settled = [pk for pk, _lead, when, _kind in found if when <= at - SETTLED]
        state.activity_id = max([state.activity_id, *settled])
