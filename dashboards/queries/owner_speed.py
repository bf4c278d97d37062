"""How soon leads find an owner: from the last capture to the first rep who held the lead (F12)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from leads.models import Capture
from queues.decisions.figures.ranks import median, percentile
from queues.models import Entry
from routing.models import Assignment, Rep

MAX_MEASURED = 1000


@dataclass(frozen=True, slots=True)
class AssignmentSpeed:
    """The time from the arrival of a capture until a rep held the lead (F12)."""

    measured: int
    median: timedelta | None
    most: timedelta | None  # the 95th percentile


def capture_to_owner(*, since: datetime, at: datetime) -> AssignmentSpeed:
    """How soon rotations and account owners got the newest thousand leads that rules placed; one query."""
    rows = owned_stays(since=since, at=at).values_list("came_at", "assignment__assigned_at")[:MAX_MEASURED]
    waits = [max(given - came, timedelta(0)) for came, given in rows]
    return AssignmentSpeed(measured=len(waits), median=median(waits), most=percentile(waits, 95))


def owned_stays(*, since: datetime, at: datetime) -> QuerySet[Any]:
    """The stays that ended with the first owner of their lead, the newest first, with `came_at`, when it was captured
    last before."""
    arrived = Capture.objects.filter(lead=OuterRef("lead"), received_at__lte=OuterRef("assignment__assigned_at"))
    earlier = Assignment.objects.standing().filter(
        lead=OuterRef("lead"), assigned_at__lt=OuterRef("assignment__assigned_at")
    )
    newest = Subquery(arrived.order_by("-received_at", "-pk").values("received_at")[:1])
    rows = Entry.objects.filter(
        rule__isnull=False,
        left_how=Entry.Left.ASSIGNED,
        left_at__gte=since,
        left_at__lte=at,
        assignment__holder__in=Rep.objects.values("user"),
        assignment__how__in=(Assignment.How.ROTATION, Assignment.How.OWNER),
    )
    return (
        rows.exclude(Exists(earlier)).annotate(came_at=Coalesce(newest, "lead__created_at")).order_by("-left_at", "-pk")
    )
