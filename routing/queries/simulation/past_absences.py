"""Reads which members could not be given leads at a moment of the past, for a replay (F11b).

Leave, meetings, public holidays and working hours are read from today's tables, so that other rules, people and
switches count. Pauses, missing sign-ins and full capacity are known only for people who were members then, from the
roster of each turn; where leads go by room the replay counts for itself who is above the capacity.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from routing.decisions.availability.hours import WorkingHours, is_working
from routing.decisions.availability.skip_reasons import SkipReason
from routing.decisions.availability.status import Absence, Person, availability
from routing.decisions.rotation.state import RotationState
from routing.models import Rep, Rotation, TimeOff
from routing.queries.rotation.state import availability_rules, working_hours_of_members


class PastAbsences:
    def __init__(self, rotation: Rotation, state: RotationState, *, since: datetime, at: datetime) -> None:
        self.rules, self.by_room = availability_rules(rotation), state.strategy.compares_room
        self.plain_rules = replace(self.rules, over_capacity=False, not_seen=False)
        self.members = {each.member_id: each.rep_id for each in state.members}
        self.hours = working_hours_of_members(rotation, at=at) if self.rules.outside_hours else {}
        reps = set(self.members.values())
        self.active = set(Rep.objects.filter(pk__in=reps, user__is_active=True).values_list("pk", flat=True))
        rows = TimeOff.objects.filter(rep__in=reps, ends_at__gt=since, starts_at__lte=at).order_by("starts_at", "pk")
        self.absences: dict[int, list[Absence]] = {}
        for rep, starts_at, ends_at, kind in rows.values_list("rep", "starts_at", "ends_at", "kind"):
            self.absences.setdefault(rep, []).append(Absence(starts_at, ends_at, kind))

    def reasons_at(self, at: datetime, recorded: Mapping[int, str]) -> dict[int, str]:
        """By member; `recorded` has the reasons of that time by rep, from the roster of the turn."""
        at_work: dict[int, bool] = {}
        reasons = ((pk, self._reason(rep, at, recorded, at_work)) for pk, rep in self.members.items())
        return {pk: reason for pk, reason in reasons if reason}

    def _reason(self, rep: int, at: datetime, recorded: Mapping[int, str], at_work: dict[int, bool]) -> str:
        then = recorded.get(rep)
        is_active = rep in self.active if then is None else then != SkipReason.INACTIVE
        if is_active and self._still_counts(then):
            return then
        hours = self.hours.get(rep)
        works = hours is None or self._works(hours, at, at_work)
        absences = tuple(each for each in self.absences.get(rep, ()) if each.starts_at <= at < each.ends_at)
        if is_active and works and not absences:
            return ""
        person = Person(rep_id=rep, is_active=is_active, absences=absences, hours=hours, is_at_work=works)
        return availability(person, self.plain_rules, at).reason

    def _works(self, hours: WorkingHours, at: datetime, at_work: dict[int, bool]) -> bool:
        """Worked out once for everybody with these hours."""
        if id(hours) not in at_work:
            at_work[id(hours)] = is_working(at, hours)
        return at_work[id(hours)]

    def _still_counts(self, then: str | None) -> bool:
        """Whether a recorded reason, which only the roster knows, is one that the rotation passes people over for
        now."""
        return bool(then) and {
            SkipReason.SWITCHED_OFF: self.rules.switched_off,
            SkipReason.NOT_SEEN: self.rules.not_seen,
            SkipReason.OVER_CAPACITY: self.rules.over_capacity and not self.by_room,
        }.get(then, False)
