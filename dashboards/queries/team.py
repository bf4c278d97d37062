"""The reps of a manager: availability, load, today's work, time to contact, red flags (C7, D4, E3)."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Count, F, Min, Q

from dashboards.queries.flags import flags_by_rep
from dashboards.queries.response import (
    NOTHING,
    Recent,
    Responses,
    recently_taken,
    responses,
    still_in_time,
    taken_since,
)
from dashboards.queries.time_left import contacts_left
from leads.models import Activity
from queues.decisions.red_flags import RedFlag
from queues.queries.guards import Skips, skips
from routing.decisions.availability.skip_reasons import SkipReason
from routing.decisions.availability.status import Availability
from routing.decisions.availability.work_time import TimeLeft
from routing.models import Assignment, Rep
from routing.queries.acts import undone_acts
from routing.queries.availability.absences import away_until
from routing.queries.availability.holidays import holiday_names
from routing.queries.availability.own_state import OwnState, back_at, reps_with_counted_capacity
from routing.queries.availability.status import availability_of
from routing.queries.people import managed_reps


@dataclass(frozen=True, slots=True)
class RepStatus:
    """One rep, with today's work, and the first contacts of 30 days and of the 30 days before (E3)."""

    own: OwnState
    uncontacted: int
    next_breach_at: datetime | None  # of a first contact
    claimed: int
    contacted: int
    response: Responses
    flags: tuple[RedFlag, ...]
    skips: tuple[Skips, ...] = ()

    @property
    def rep(self) -> Rep:
        return self.own.rep

    @property
    def state(self) -> Availability:
        return self.own.state

    @property
    def open_leads(self) -> int:
        return self.own.open_leads


@dataclass(frozen=True, slots=True)
class TeamNow:
    """Of the days from `since` to now, `stale_days` are being counted again."""

    rows: list[RepStatus]
    since: datetime
    stale_days: int


def team_now(user, *, midnight: datetime, at: datetime, tz: ZoneInfo) -> TeamNow:
    """Some sixteen queries for any number of reps, and one on a holiday. `midnight` is the start of today."""
    reps = list(managed_reps(user).prefetch_related("teams"))
    ids = [rep.user_id for rep in reps]
    states = availability_of(reps, at=at)
    recent = recently_taken(ids, at=at, tz=tz)
    open_now = _open_now(ids, recent, at=at)
    newest, contacts = taken_since(recent.asked, ids), contacts_since(ids, since=midnight, at=at)
    today = {pk: recent.today.get(pk, NOTHING).taken + newest.get(pk, 0) for pk in ids}
    month = responses(recent, {pk: (now, before) for pk, (*_others, now, before) in open_now.items()})
    flags = flags_by_rep(reps, at=at, tz=tz, week=recent.week)
    away = away_until(reps, at=at)
    skipped: dict[int, list[Skips]] = defaultdict(list)
    for each in skips(ids, since=recent.asked.start):
        skipped[each.user_id].append(each)
    holidays = holiday_names([pk for pk, state in states.items() if state.reason == SkipReason.PUBLIC_HOLIDAY], at=at)
    counted = reps_with_counted_capacity(reps)
    found = []
    for rep in reps:
        state, (open_leads, *_others) = states[rep.pk], open_now.get(rep.user_id, (0,))
        back = back_at(rep, state, away)
        own = OwnState(rep, state, open_leads, rep.pk in counted, back, holidays.get(rep.pk, ""))
        row = _rep_status(own, open_now, today, contacts, month, flags)
        found.append(replace(row, skips=tuple(skipped[rep.user_id])))
    return TeamNow(found, recent.asked_before.start, recent.asked.stale_days)


def _rep_status(own: OwnState, open_now, today, contacts, month, flags) -> RepStatus:
    rep = own.rep
    _open, uncontacted, next_breach_at, *_in_time_yet = open_now.get(rep.user_id, (0, 0, None))
    return RepStatus(
        own=own,
        uncontacted=uncontacted,
        next_breach_at=next_breach_at,
        claimed=today.get(rep.user_id, 0),
        contacted=contacts.get(rep.user_id, 0),
        response=month.get(rep.user_id, Responses()),
        flags=flags.get(rep.pk, ()),
    )


def _open_now(ids: Sequence[int], recent: Recent, *, at: datetime) -> dict[int, tuple[Any, ...]]:
    """Open leads, those without a contact, when the first of these breaches next, and those of each 30 days that were
    still in time when they were counted."""
    is_open = Q(ended_at__isnull=True)
    silent = is_open & Q(first_contact_at__isnull=True)
    rows = (
        Assignment.objects.filter(is_open | Q(ended_at__gt=recent.asked.as_of), holder__in=ids)
        .values("holder")
        .annotate(
            n=Count("pk", filter=is_open),
            silent=Count("pk", filter=silent),
            next=Min("contact_due_at", filter=silent & Q(contact_due_at__gte=at)),
            n_now=Count("pk", filter=still_in_time(recent.asked)),
            n_before=Count("pk", filter=still_in_time(recent.asked_before)),
        )
        .order_by("holder")
    )
    found = rows.values_list("holder", "n", "silent", "next", "n_now", "n_before")
    return {holder: tuple(figures) for holder, *figures in found}


def contacts_since(ids: Sequence[int], *, since: datetime, at: datetime) -> dict[int, int]:
    """How many leads each of these people contacted, whenever they were taken."""
    rows = (
        Activity.objects.filter(by__in=ids, kind=Activity.Kind.CONTACTED, at__gte=since, at__lte=at)
        .exclude(pk__in=undone_acts(ids, since=since))
        .values("by")
        .annotate(n=Count("lead", distinct=True))
        .order_by("by")
    )
    return {row["by"]: row["n"] for row in rows}


def open_leads(rep: Rep, *, at: datetime) -> list[tuple[Assignment, TimeLeft | None]]:
    """The open leads of one rep, the ones due first on top, each with what its clock counts if it pauses."""
    rows = Assignment.objects.open().filter(holder=rep.user_id).select_related("lead__source")
    found = list(rows.order_by(F("contact_due_at").asc(nulls_last=True), "assigned_at", "pk")[:100])
    return list(zip(found, contacts_left(found, at=at), strict=True))
