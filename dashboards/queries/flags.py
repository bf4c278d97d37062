"""Red flags of reps with the leads that are the evidence (D4)."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from django.contrib.auth.models import User
from django.db.models import Count, Q, Window
from django.db.models.functions import RowNumber

from leads.models import Lead
from queues.decisions.red_flags import MOST_OF_A_REP, SKIP_PERIOD, WEEK, Evidence, HeldLead, RedFlag, Skip, red_flags
from routing.models import Assignment, Rep
from routing.queries.people import managed_reps, zone_with_teams

MAX_SKIPS = 20_000  # that are looked at


def flags_by_rep(reps: Sequence[Rep], *, at: datetime, tz: ZoneInfo) -> dict[int, tuple[RedFlag, ...]]:
    """By rep, only of those who have a flag; four queries for any number of reps, and one for their teams. `tz` is for
    reps without a zone of their own or of a team."""
    ids = [rep.user_id for rep in reps]
    held, skipped = _held(ids, at=at), _skipped(ids, at=at)
    found = {
        rep.pk: red_flags(held[rep.user_id], skipped[rep.user_id], at=at, tz=zone_with_teams(rep, tz))
        for rep in reps
        if rep.user_id in held or rep.user_id in skipped
    }
    return _labelled({pk: flags for pk, flags in found.items() if flags})


def flagged_reps(user: User, *, at: datetime, tz: ZoneInfo) -> list[tuple[Rep, tuple[RedFlag, ...]]]:
    """The reps of this manager who have a flag, by name."""
    reps = list(managed_reps(user).prefetch_related("teams"))
    flags = flags_by_rep(reps, at=at, tz=tz)
    return [(rep, flags[rep.pk]) for rep in reps if rep.pk in flags]


def _held(ids: Sequence[int], *, at: datetime) -> dict[int, list[HeldLead]]:
    """Each rep's oldest leads without first contact, as plain values, because moments are slow to read in thousands.
    What a flag only counts stands there as one of a kind, so often as the database counts it."""
    in_week = Q(assigned_at__gte=at - WEEK, assigned_at__lte=at)
    standing = Assignment.objects.standing().filter(holder__in=ids)
    silent = standing.filter(Q(ended_at__isnull=True) | in_week, first_contact_at__isnull=True)
    oldest = Window(RowNumber(), partition_by="holder", order_by=["assigned_at", "pk"])
    rows = (
        silent.annotate(place=oldest)
        .filter(place__lte=MOST_OF_A_REP)
        .order_by("assigned_at", "pk")
        .values_list("holder", "lead", "assigned_at", "first_due_at", "ended_at")
    )
    found: dict[int, list[HeldLead]] = defaultdict(list)
    for holder, lead, assigned_at, due_at, ended_at in rows:
        found[holder].append(HeldLead(Evidence(lead), assigned_at, due_at, None, ended_at is None))
    week = standing.filter(in_week).values("holder").order_by("holder")
    contacted = Count("pk", filter=Q(first_contact_at__isnull=False))
    for row in week.annotate(n=Count("pk"), contacted=contacted).values("holder", "n", "contacted"):
        listed = found[row["holder"]]
        more = row["n"] - row["contacted"] - sum(one.assigned_at >= at - WEEK for one in listed)
        listed += [HeldLead(Evidence(0), at, None, at, False)] * row["contacted"]
        listed += [HeldLead(Evidence(0), at, None, None, False)] * more
    return found


def _labelled(flags: Mapping[int, tuple[RedFlag, ...]]) -> dict[int, tuple[RedFlag, ...]]:
    ids = {lead.lead_id for each in flags.values() for flag in each for lead in flag.leads}
    leads = Lead.objects.in_bulk(ids) if ids else {}
    return {
        pk: tuple(
            replace(flag, leads=tuple(Evidence(one.lead_id, leads[one.lead_id].label) for one in flag.leads))
            for flag in each
        )
        for pk, each in flags.items()
    }


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
