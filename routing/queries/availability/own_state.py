"""Reads whether a person takes leads now, and how many of the own capacity are open (C5, L1)."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.auth.models import User
from django.db.models import Exists, Q, QuerySet
from django.db.models.expressions import Combinable

from config.counts import RowCount
from routing.decisions.availability.skip_reasons import AWAY, SkipReason
from routing.decisions.availability.status import Availability, places_left
from routing.models import Assignment, Rep, Rotation, RotationMember, TimeOff
from routing.queries.availability.absences import away_until
from routing.queries.availability.holidays import holiday_names
from routing.queries.availability.status import availability_of

CHECKS_CAPACITY = Q(rotation__skips_over_capacity=True) | Q(rotation__way=Rotation.Strategy.MOST_FREE)


@dataclass(frozen=True, slots=True)
class OwnState:
    """`back_at` is when the absence ends, if that is known. `is_counted`: a rotation of this person minds the
    capacity."""

    rep: Rep
    state: Availability
    open_leads: int
    is_counted: bool
    back_at: datetime | None = None
    holiday: str = ""

    @property
    def is_full(self) -> bool:
        """Rotations pass this person over for the leads that are open."""
        return self.is_counted and places_left(self.rep.capacity, self.open_leads) <= 0

    @property
    def to_close(self) -> int:
        """How many leads must go until rotations give the next one; 0 where that does not help."""
        return self.open_leads - self.rep.capacity if self.is_full and self.rep.capacity else 0


def state_columns(user: User, *, at: datetime) -> dict[str, Combinable]:
    """What own_state_of() needs beside the rep, for a statement about this person."""
    away = TimeOff.objects.filter(rep__user=user, starts_at__lte=at, ends_at__gt=at)
    return {
        "n_open": RowCount(Assignment.objects.open().filter(holder=user)),
        "is_counted": Exists(counted_memberships().filter(rep__user=user)),
        "is_away": Exists(away),
    }


def own_state(user: User, *, at: datetime) -> OwnState | None:
    """One statement, and three more during an absence; None for a person who takes no leads."""
    rep = Rep.objects.filter(user=user).select_related("user").annotate(**state_columns(user, at=at)).first()
    return None if rep is None else own_state_of(rep, vars(rep), at=at)


def own_state_of(rep: Rep, columns: Mapping[str, Any], *, at: datetime) -> OwnState:
    """`columns` as state_columns() has them."""
    is_on = rep.is_available or (rep.away_until is not None and rep.away_until <= at)
    if columns["is_away"] or not is_on or not rep.user.is_active:
        state = availability_of([rep], at=at)[rep.pk]
    else:
        state = Availability(is_available=True)
    return OwnState(
        rep=rep,
        state=state,
        open_leads=columns["n_open"],
        is_counted=columns["is_counted"],
        back_at=back_at(rep, state, away_until([rep], at=at) if state.reason in AWAY else {}),
        holiday=holiday_names([rep.pk], at=at).get(rep.pk, "") if state.reason == SkipReason.PUBLIC_HOLIDAY else "",
    )


def back_at(rep: Rep, state: Availability, ends: Mapping[int, datetime]) -> datetime | None:
    """`ends` are those of the absences, by rep."""
    if state.reason == SkipReason.SWITCHED_OFF:
        return rep.away_until
    return ends.get(rep.pk) if state.reason in AWAY else None


def counted_memberships() -> QuerySet[RotationMember]:
    """Of rotations that pass over people above their capacity."""
    return RotationMember.objects.filter(CHECKS_CAPACITY, rotation__is_active=True)


def reps_with_counted_capacity(reps: Collection[Rep]) -> set[int]:
    return set(counted_memberships().filter(rep__in=reps).order_by().values_list("rep", flat=True).distinct())
