"""The absences of the demo: leave, sickness and meetings, all planned by the real action."""

from datetime import datetime, timedelta

from dashboards.demo.cast import Cast
from dashboards.demo.hours import Hours
from routing.actions.availability.time_off import plan_time_off
from routing.models import TimeOff

# first name, kind, from and to in hours before the end (below zero: after it), note
PLAN = (
    ("Putri", TimeOff.Kind.LEAVE, 24 * 24, 22 * 24, "Family"),
    ("David", TimeOff.Kind.SICK, 19 * 24, 18 * 24, ""),
    ("Emily", TimeOff.Kind.MEETING, 16 * 24 + 4, 16 * 24 - 4, "Product training"),
    ("Maria", TimeOff.Kind.LEAVE, 13 * 24, 11 * 24, ""),
    ("Sarah", TimeOff.Kind.MEETING, 9 * 24, 9 * 24 - 8, "Quarter planning"),
    ("Hadi", TimeOff.Kind.LEAVE, 5 * 24, -8 * 24, "Cuti tahunan"),
    ("Carlos", TimeOff.Kind.LEAVE, 52, -4 * 24, "Cuti keluarga"),
    ("Agung", TimeOff.Kind.SICK, 27, -20, ""),
)
NOTICE = timedelta(hours=3)


class Absences:
    """The planned absences, known without a query."""

    def __init__(self, cast: Cast, hours: Hours) -> None:
        self.cast = cast
        self.stretches = [
            (name, kind, hours.until - timedelta(hours=first), hours.until - timedelta(hours=last), note)
            for name, kind, first, last, note in PLAN
        ]

    def back_at(self, user_id: int, at: datetime) -> datetime | None:
        """When this person comes back; None if not away at `at`."""
        for name, _kind, starts_at, ends_at, _note in self.stretches:
            if starts_at <= at < ends_at and self.cast.people[name].pk == user_id:
                return ends_at
        return None

    def announce(self, agenda, *, start: datetime) -> None:
        """Plan each absence shortly before it begins; those that end before the first day are left out."""
        for name, kind, starts_at, ends_at, note in self.stretches:
            if ends_at > start:
                agenda.add(max(starts_at - NOTICE, start), self._plan, name, kind, starts_at, ends_at, note)

    def _plan(self, name: str, kind: str, starts_at: datetime, ends_at: datetime, note: str, *, at: datetime) -> None:
        user = self.cast.people[name]
        plan_time_off(user.rep, kind=kind, starts_at=starts_at, ends_at=ends_at, note=note, by=user, at=at)
