"""Reads who is told of what needs an eye, and what does: shares that are far off, reps who wait (H1)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.auth import get_user_model
from django.db.models import Exists, OuterRef, QuerySet

from routing.models import Rep, Rotation, Turn
from routing.queries.fairness import fairness, span_of

ONE_DAY = timedelta(days=1)
PERIOD = "month"  # what the page shows first
OPERATES = "queues.operate_queue"
FAR, WAITED = "far", "waited"


@dataclass(frozen=True, slots=True)
class Unfair:
    """One member of a rotation who is far off, or waited for a day, or both; given and due in leads or in value."""

    rep: Rep
    why: tuple[str, ...]
    given: float
    due: float


def rotations_at_work(*, at: datetime) -> QuerySet[Rotation]:
    """Those that took a turn within a day; the others give nobody a reason to be told anew."""
    lately = Turn.objects.filter(rotation=OuterRef("pk"), at__gt=at - ONE_DAY, at__lte=at)
    return Rotation.objects.filter(Exists(lately), is_active=True).order_by("pk")


def unfair(rotation: Rotation, *, at: datetime) -> list[Unfair]:
    """As the page of fairness has it for this month; who left or was switched off is nobody's case any more."""
    found = fairness(rotation, span_of(PERIOD, at=at))
    here = Rep.objects.filter(memberships__rotation=rotation, user__is_active=True).select_related("user")
    reps = here.order_by("pk").in_bulk()
    cases = []
    for row in found.verdict.rows:
        why = ((FAR,) if row.is_far else ()) + ((WAITED,) if row.share.waited else ())
        if why and row.share.rep_id in reps:
            given, due = (round(float(value), 1) for value in (row.share.given, row.share.due))
            cases.append(Unfair(reps[row.share.rep_id], why, given, due))
    return cases


def ops_ids() -> list[int]:
    """Active sales ops, by the right that makes them so."""
    people = get_user_model().objects.with_perm(
        OPERATES, backend="routing.backends.RoutingBackend", include_superusers=False
    )
    return list(people.filter(is_active=True).order_by("pk").values_list("pk", flat=True))


def own_managers(rep: Rep) -> Sequence[int]:
    """The active managers of the rep's teams, and nobody else where there are none: what they are told is for them."""
    people = get_user_model().objects.filter(managed_teams__reps=rep, is_active=True)
    return list(people.order_by("pk").values_list("pk", flat=True).distinct())
