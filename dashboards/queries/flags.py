"""Red flags of reps with the leads that are the evidence (D4)."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from django.contrib.auth.models import User
from django.db.models import BooleanField, Case, Q, Value, When, Window
from django.db.models.functions import RowNumber

from dashboards.decisions.reports.periods import midnight
from dashboards.queries.response import WEEK
from leads.models import Lead
from queues.decisions.figures.totals import TakenTotals
from queues.decisions.red_flags import (
    MOST_EVIDENCE,
    MOST_OF_A_REP,
    SKIP_PERIOD,
    Evidence,
    HeldLead,
    RedFlag,
    Skip,
    red_flags,
)
from queues.queries.figures.asked import INSTANT, ask
from queues.queries.figures.spans import taken_in
from routing.models import Assignment, Rep
from routing.queries.people import managed_reps, zone_with_teams

MAX_SKIPS = 20_000  # that are looked at


def flags_by_rep(
    reps: Sequence[Rep], *, at: datetime, tz: ZoneInfo, week: Mapping[int, TakenTotals] | None = None
) -> dict[int, tuple[RedFlag, ...]]:
    """By rep, only of those who have a flag; some six queries for any number of reps, and one for their teams. `tz` is
    the reader's zone, for days and for reps without a zone of their own or of a team. `week` is what the caller has
    read of today and the six days before, by user."""
    ids = [rep.user_id for rep in reps]
    since = midnight(at.astimezone(tz).date() - WEEK, tz)
    week = _taken(ids, since, at=at) if week is None else week
    held, skipped, nothing = _held(ids, since, at=at), _skipped(ids, at=at), TakenTotals()
    found = {}
    for rep in reps:
        took = week.get(rep.user_id, nothing)
        found[rep.pk] = red_flags(
            held[rep.user_id],
            skipped[rep.user_id],
            at=at,
            week_from=since,
            counts=(took.taken, took.contacted),
            tz=zone_with_teams(rep, tz),
        )
    return _labelled({pk: flags for pk, flags in found.items() if flags})


def flagged_reps(user: User, *, at: datetime, tz: ZoneInfo) -> list[tuple[Rep, tuple[RedFlag, ...]]]:
    """The reps of this manager who have a flag, by name."""
    reps = list(managed_reps(user).prefetch_related("teams"))
    flags = flags_by_rep(reps, at=at, tz=tz)
    return [(rep, flags[rep.pk]) for rep in reps if rep.pk in flags]


def _taken(ids: Sequence[int], since: datetime, *, at: datetime) -> Mapping[int, TakenTotals]:
    span = (since, at + INSTANT)
    return taken_in(ask(*span, at=at), [span], ids)[0]


def _held(ids: Sequence[int], since: datetime, *, at: datetime) -> dict[int, list[HeldLead]]:
    """Each rep's oldest leads without first contact: those that are open, and as many that ended as a flag names."""
    ended = Q(ended_at__isnull=False, first_contact_at__isnull=True, assigned_at__gte=since, assigned_at__lte=at)
    standing = Assignment.objects.standing().filter(holder__in=ids)
    silent = standing.filter(Q(ended_at__isnull=True) | ended, first_contact_at__isnull=True)
    is_open = Case(When(ended_at__isnull=True, then=Value(True)), default=Value(False), output_field=BooleanField())
    oldest = Window(RowNumber(), partition_by=["holder", "is_held"], order_by=["assigned_at", "pk"])
    rows = (
        silent.annotate(is_held=is_open, place=oldest)
        .filter(Q(place__lte=MOST_EVIDENCE) | Q(is_held=True, place__lte=MOST_OF_A_REP))
        .order_by("assigned_at", "pk")
        .values_list("holder", "lead", "assigned_at", "first_due_at", "ended_at")
    )
    found: dict[int, list[HeldLead]] = defaultdict(list)
    for holder, lead, assigned_at, due_at, ended_at in rows:
        found[holder].append(HeldLead(Evidence(lead), assigned_at, due_at, None, ended_at is None))
    return found


def _labelled(flags: Mapping[int, tuple[RedFlag, ...]]) -> dict[int, tuple[RedFlag, ...]]:
    ids = {pk for each in flags.values() for flag in each for pk in _ids(flag)}
    leads = Lead.objects.in_bulk(ids) if ids else {}
    return {
        pk: tuple(replace(flag, leads=tuple(Evidence(pk, leads[pk].label) for pk in _ids(flag))) for flag in each)
        for pk, each in flags.items()
    }


def _ids(flag: RedFlag) -> list[int]:
    return [one.lead_id for one in flag.leads]


def _skipped(ids: Sequence[int], *, at: datetime) -> dict[int, list[Skip]]:
    """Of the last hour; a lead that a rep of a blind queue gave back before first contact (C4c)."""
    rows = (
        Assignment.objects.filter(
            holder__in=ids,
            ended_at__gte=at - SKIP_PERIOD,
            ended_at__lte=at,
            ended_how=Assignment.Ended.RETURNED,
            first_contact_at__isnull=True,
            receipt__blind=True,
        )
        .order_by("ended_at", "pk")
        .values_list("holder", "lead", "ended_at", "place_name")[:MAX_SKIPS]
    )
    found: dict[int, list[Skip]] = defaultdict(list)
    for holder, lead, ended_at, place in rows:
        if ended_at is not None:
            found[holder].append(Skip(Evidence(lead), ended_at, place))
    return found
