"""To whom a rep may hand a lead (M7, C9)."""

from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.models import User

from queues.models import Queue
from queues.queries.access import reps_of
from routing.decisions.availability.skip_reasons import SkipReason
from routing.models import Assignment, Rep, Team
from routing.queries.availability.absences import away_until
from routing.queries.availability.status import availability_of
from routing.queries.workload import open_leads_by_user


@dataclass(frozen=True, slots=True)
class Colleague:
    """`is_full`: holds more leads than his or her capacity (L1). `back_at`: the end of an absence, if known."""

    rep: Rep
    is_free: bool
    load: int
    is_full: bool
    back_at: datetime | None = None

    @property
    def is_ready(self) -> bool:
        return self.is_free and not self.is_full


def hands_over(user: User) -> bool:
    """Whether a manager lets the reps of a team of this person hand leads over."""
    return Team.objects.filter(reps__user=user, reps_hand_over=True).exists()


def colleagues(held: Assignment, *, at: datetime) -> list[Colleague]:
    """Active reps of the holder's teams that hand leads over, who may also take from the queue that the lead came from;
    those who are ready first, then by open leads."""
    teams = Team.objects.filter(reps__user=held.holder_id, reps_hand_over=True).order_by()
    people = Rep.objects.filter(teams__in=teams.values("pk"), user__is_active=True).exclude(user=held.holder_id)
    queue = Queue.objects.filter(pk=held.place_id).first() if held.place_id else None
    if queue is not None:
        people = people.filter(pk__in=reps_of(queue, at=at).order_by().values("pk"))
    reps = list(people.select_related("user").distinct().order_by("pk"))
    states, load = availability_of(reps, at=at), open_leads_by_user(rep.user_id for rep in reps)
    absent = [rep for rep in reps if not states[rep.pk].is_available]
    until = away_until(absent, at=at) if absent else {}
    found = [
        Colleague(
            rep,
            is_free=states[rep.pk].is_available,
            load=load[rep.user_id],
            is_full=load[rep.user_id] > rep.capacity,
            back_at=rep.away_until if states[rep.pk].reason == SkipReason.SWITCHED_OFF else until.get(rep.pk),
        )
        for rep in reps
    ]
    return sorted(found, key=lambda one: (not one.is_ready, not one.is_free, one.load, str(one.rep), one.rep.pk))
