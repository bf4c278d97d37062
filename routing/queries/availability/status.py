"""Reads which reps can be given a lead now: active, switched on, not away (F5)."""

from collections.abc import Iterable
from datetime import datetime

from routing.decisions.availability.status import Absence, Availability, AvailabilityRules, Person, availability
from routing.models import Rep, TimeOff


def people_by_rep(reps: Iterable[Rep], *, at: datetime) -> dict[int, Person]:
    """What availability() needs to know of each rep, by rep id; one query for any number of reps."""
    reps = list(reps)
    absences: dict[int, list[Absence]] = {}
    rows = TimeOff.objects.filter(rep__in=reps, ends_at__gt=at, starts_at__lte=at).order_by("starts_at", "pk")
    for row in rows:
        absences.setdefault(row.rep_id, []).append(Absence(row.starts_at, row.ends_at, row.kind))
    return {
        rep.pk: Person(
            rep_id=rep.pk,
            is_active=rep.user.is_active,
            is_switched_on=rep.is_available or (rep.away_until is not None and rep.away_until <= at),
            absences=tuple(absences.get(rep.pk, ())),
            capacity=rep.capacity,
            last_seen_at=rep.last_seen_at,
        )
        for rep in reps
    }


def availability_of(reps: Iterable[Rep], *, at: datetime) -> dict[int, Availability]:
    """Availability by rep id under the default rules: active, switched on, not away."""
    return {pk: availability(person, AvailabilityRules(), at) for pk, person in people_by_rep(reps, at=at).items()}
