"""Red flags of reps with the leads that are the evidence (D4)."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from django.contrib.auth.models import User
from django.db.models import Q

from queues.decisions.red_flags import SKIP_PERIOD, WEEK, Evidence, HeldLead, RedFlag, Skip, red_flags
from routing.models import Assignment, Rep
from routing.queries.people import managed_reps

MAX_ASSIGNMENTS = 20_000  # that are looked at
LABEL = ("lead__company_name", "lead__company_domain", "lead__external_id")


def flags_by_rep(reps: Sequence[Rep], *, at: datetime, tz: ZoneInfo) -> dict[int, tuple[RedFlag, ...]]:
    """By rep, only of those who have a flag; two queries for any number of reps, and one for their teams. `tz` is for
    reps without a zone of their own or of a team."""
    ids = [rep.user_id for rep in reps]
    held, skipped = _held(ids, at=at), _skipped(ids, at=at)
    found = {
        rep.pk: red_flags(held[rep.user_id], skipped[rep.user_id], at=at, tz=_zone(rep, tz))
        for rep in reps
        if rep.user_id in held or rep.user_id in skipped
    }
    return {pk: flags for pk, flags in found.items() if flags}


def flagged_reps(user: User, *, at: datetime, tz: ZoneInfo) -> list[tuple[Rep, tuple[RedFlag, ...]]]:
    """The reps of this manager who have a flag, by name."""
    reps = list(managed_reps(user).prefetch_related("teams"))
    flags = flags_by_rep(reps, at=at, tz=tz)
    return [(rep, flags[rep.pk]) for rep in reps if rep.pk in flags]


def _zone(rep: Rep, tz: ZoneInfo) -> ZoneInfo:
    zones = [
        rep.time_zone,
        *(team.time_zone for team in sorted(rep.teams.all(), key=lambda team: (team.name, team.pk))),
    ]
    return next((ZoneInfo(zone) for zone in zones if zone), tz)


def _held(ids: Sequence[int], *, at: datetime) -> dict[int, list[HeldLead]]:
    rows = (
        Assignment.objects.standing()
        .filter(holder__in=ids)
        .filter(Q(assigned_at__gte=at - WEEK, assigned_at__lte=at) | Q(ended_at__isnull=True))
        .select_related("lead")
        .only("holder_id", "assigned_at", "first_due_at", "first_contact_at", "ended_at", *LABEL)
        .order_by("-assigned_at", "-pk")[:MAX_ASSIGNMENTS]
    )
    found: dict[int, list[HeldLead]] = defaultdict(list)
    for row in reversed(rows):
        lead = Evidence(row.lead_id, row.lead.label)
        found[row.holder_id].append(
            HeldLead(lead, row.assigned_at, row.first_due_at, row.first_contact_at, row.is_open)
        )
    return found


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
        .select_related("lead")
        .only("holder_id", "ended_at", "place_name", *LABEL)
        .order_by("ended_at", "pk")[:MAX_ASSIGNMENTS]
    )
    found: dict[int, list[Skip]] = defaultdict(list)
    for row in rows:
        if row.ended_at is not None:
            found[row.holder_id].append(Skip(Evidence(row.lead_id, row.lead.label), row.ended_at, row.place_name))
    return found
