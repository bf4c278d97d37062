"""Reads what needs attention and who gets the alert: shares that are far off, reps who wait (H1)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from django.contrib.auth import get_user_model
from django.db.models import Exists, OuterRef, QuerySet

from routing.decisions.rotation.state import Strategy
from routing.models import Rep, Rotation, Turn
from routing.queries.fairness import Period, period_span, rotation_fairness

ONE_DAY = timedelta(days=1)
PERIOD = Period.MONTH  # the page shows it first


class UnfairReason(StrEnum):
    """Alerts store these values under "why"."""

    FAR = "far"
    WAITED = "waited"


@dataclass(frozen=True, slots=True)
class UnfairShare:
    """A member of a rotation who is far off, or waited for a day, or both; given and due in leads or in value."""

    rep: Rep
    why: tuple[UnfairReason, ...]
    given: float
    due: float


def rotations_with_recent_turns(*, at: datetime) -> QuerySet[Rotation]:
    """Rotations that took a turn within a day; for the others nothing can have changed."""
    lately = Turn.objects.filter(rotation=OuterRef("pk"), at__gt=at - ONE_DAY, at__lte=at)
    return Rotation.objects.filter(Exists(lately), is_active=True).order_by("pk")


def unfair_shares(rotation: Rotation, *, at: datetime) -> list[UnfairShare]:
    """As the fairness page shows it for this month, without reps who left or were switched off. None where leads go to
    who has the most room, because equal numbers are not the aim there."""
    if Strategy(rotation.way).compares_room:
        return []
    found = rotation_fairness(rotation, period_span(PERIOD, at=at))
    active = Rep.objects.filter(
        memberships__rotation=rotation, memberships__left_at=None, user__is_active=True
    ).select_related("user")
    reps = active.order_by("pk").in_bulk()
    cases = []
    for row in found.verdict.rows:
        why = ((UnfairReason.FAR,) if row.is_far else ()) + ((UnfairReason.WAITED,) if row.share.waited else ())
        if why and row.share.rep_id in reps:
            given, due = (round(float(value), 1) for value in (row.share.given, row.share.due))
            cases.append(UnfairShare(reps[row.share.rep_id], why, given, due))
    return cases


def manager_ids_of_teams(rep: Rep) -> Sequence[int]:
    """The active managers of the rep's teams; nobody else when there are none."""
    people = get_user_model().objects.filter(managed_teams__reps=rep, is_active=True)
    return list(people.order_by("pk").values_list("pk", flat=True).distinct())
