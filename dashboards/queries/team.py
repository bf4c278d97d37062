"""The reps of a manager: availability, load, today's work, time to contact, red flags (C7, D4, E3)."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Count, F, Q

from dashboards.decisions.figures import median, share
from dashboards.queries.flags import flags_by_rep
from dashboards.queries.time_left import contacts_left
from leads.models import Activity
from queues.decisions.red_flags import RedFlag
from queues.queries.guards import Skips, skips
from routing.decisions.availability.skip_reasons import AWAY, SkipReason
from routing.decisions.availability.status import Availability
from routing.decisions.availability.work_time import TimeLeft
from routing.models import Assignment, Rep
from routing.queries.availability.absences import away_until
from routing.queries.availability.holidays import holiday_names
from routing.queries.availability.status import availability_of
from routing.queries.people import managed_reps

MONTH = timedelta(days=30)
MAX_ASSIGNMENTS = 20_000  # assignments of 30 days that are looked at


@dataclass(frozen=True, slots=True)
class RepStatus:
    """One rep. Shares and medians are None without a measurement (L2).

    `in_time` is the share of first contacts within the limit, of all that were made or are overdue (E3): a lead that
    the rep never contacted counts against it.
    """

    rep: Rep
    state: Availability
    back_at: datetime | None
    open_leads: int
    uncontacted: int
    claimed: int
    contacted: int
    to_contact: timedelta | None
    in_time: float | None
    flags: tuple[RedFlag, ...]
    counts_hours: bool = False  # some of the times to contact are working time (D3)
    skips: tuple[Skips, ...] = ()
    holiday: str = ""


def rep_statuses(user, *, midnight: datetime, at: datetime, tz: ZoneInfo) -> list[RepStatus]:
    """Nine queries for any number of reps, and one on a holiday."""
    reps = list(managed_reps(user).prefetch_related("teams"))
    ids = [rep.user_id for rep in reps]
    states = availability_of(reps, at=at)
    open_now = _open_now(ids)
    today, contacts = _claimed_today(ids, midnight=midnight, at=at), _contacts_today(ids, midnight=midnight, at=at)
    month, flags = _month(ids, at=at), flags_by_rep(reps, at=at, tz=tz)
    away = away_until(reps, at=at)
    skipped: dict[int, list[Skips]] = defaultdict(list)
    for each in skips(ids, at=at):
        skipped[each.user_id].append(each)
    found = [
        _rep_status(rep, states[rep.pk], away.get(rep.pk), open_now, today, contacts, month, flags, at=at)
        for rep in reps
    ]
    holidays = holiday_names([pk for pk, state in states.items() if state.reason == SkipReason.PUBLIC_HOLIDAY], at=at)
    return [replace(row, skips=tuple(skipped[row.rep.user_id]), holiday=holidays.get(row.rep.pk, "")) for row in found]


def _rep_status(rep, state, away_until, open_now, today, contacts, month, flags, *, at: datetime) -> RepStatus:
    rows = month.get(rep.user_id, [])
    took = [row.to_contact for row in rows if row.to_contact is not None]
    decided = [row for row in rows if row.first_contact_at or _ran_out(row, at=at)]
    in_time = sum(1 for row in decided if row.first_contact_at and row.first_contact_at <= row.first_due_at)
    open_leads, uncontacted = open_now.get(rep.user_id, (0, 0))
    return RepStatus(
        rep=rep,
        state=state,
        back_at=({SkipReason.SWITCHED_OFF: rep.away_until} | dict.fromkeys(AWAY, away_until)).get(state.reason),
        open_leads=open_leads,
        uncontacted=uncontacted,
        claimed=today.get(rep.user_id, 0),
        contacted=contacts.get(rep.user_id, 0),
        to_contact=median(took),
        in_time=share(in_time, len(decided)),
        flags=flags.get(rep.pk, ()),
        counts_hours=any(row.clock_id for row in rows),
    )


def _ran_out(row: Assignment, *, at: datetime) -> bool:
    """Held beyond the limit without a contact; exactly at the deadline is in time (L7)."""
    return row.first_due_at is not None and min(row.ended_at or at, at) > row.first_due_at


def _open_now(ids: Sequence[int]) -> dict[int, tuple[int, int]]:
    rows = (
        Assignment.objects.open()
        .filter(holder__in=ids)
        .values("holder")
        .annotate(n=Count("pk"), silent=Count("pk", filter=Q(first_contact_at__isnull=True)))
        .order_by("holder")
    )
    return {row["holder"]: (row["n"], row["silent"]) for row in rows}


def _claimed_today(ids: Sequence[int], *, midnight: datetime, at: datetime) -> dict[int, int]:
    rows = (
        Assignment.objects.standing()
        .filter(holder__in=ids, assigned_at__gte=midnight, assigned_at__lte=at)
        .values("holder")
        .annotate(n=Count("pk"))
        .order_by("holder")
    )
    return {row["holder"]: row["n"] for row in rows}


def _contacts_today(ids: Sequence[int], *, midnight: datetime, at: datetime) -> dict[int, int]:
    rows = (
        Activity.objects.filter(by__in=ids, kind=Activity.Kind.CONTACTED, at__gte=midnight, at__lte=at)
        .values("by")
        .annotate(n=Count("lead", distinct=True))
        .order_by("by")
    )
    return {row["by"]: row["n"] for row in rows}


def _month(ids: Sequence[int], *, at: datetime) -> dict[int, list[Assignment]]:
    rows = (
        Assignment.objects.standing()
        .filter(holder__in=ids)
        .filter(Q(assigned_at__gte=at - MONTH, assigned_at__lte=at) | Q(ended_at__isnull=True))
        .only("holder_id", "assigned_at", "first_due_at", "first_contact_at", "contact_seconds", "ended_at", "clock")
        .order_by("-assigned_at", "-pk")[:MAX_ASSIGNMENTS]
    )
    found: dict[int, list[Assignment]] = defaultdict(list)
    for row in rows:
        found[row.holder_id].append(row)
    return found


def open_leads(rep: Rep, *, at: datetime) -> list[tuple[Assignment, TimeLeft | None]]:
    """The open leads of one rep, the ones due first on top, each with what its clock counts if it pauses."""
    rows = Assignment.objects.open().filter(holder=rep.user_id).select_related("lead__source")
    found = list(rows.order_by(F("contact_due_at").asc(nulls_last=True), "assigned_at", "pk")[:100])
    return list(zip(found, contacts_left(found, at=at), strict=True))
