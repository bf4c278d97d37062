"""Reads how many leads the members of a rotation had open at moments of the past, for a replay by room (F11b)."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from django.db.models import Q

from routing.decisions.rotation.state import RotationState
from routing.models import Assignment, Rep, Turn


class PastLoads:
    """What is open apart from the leads of these turns, which are oldest first: assignments say from when to when.

    Capacities are those of today, as no other are known.
    """

    def __init__(self, state: RotationState, turns: Sequence[Turn]) -> None:
        self.member_of = {user: member for member, user in state.users.items()}
        reps = {each.rep_id: each.member_id for each in state.members}
        rows = Rep.objects.filter(pk__in=reps).order_by("pk").values_list("pk", "capacity")
        self.capacities = {reps[pk]: capacity for pk, capacity in rows}
        own = Assignment.objects.filter(turn__in=[turn.pk for turn in turns]).order_by("pk")
        self.ends: dict[int, datetime | None] = dict(own.values_list("turn", "ended_at"))
        self.changes = self._changes(turns) if turns else []
        self.reached = 0

    def open_until(self, turn: Turn) -> datetime | None:
        return self.ends.get(turn.pk)

    def opened_by(self, at: datetime) -> dict[int, int]:
        """By member, how many more were open at this moment than at the one asked for before."""
        found: Counter[int] = Counter()
        while self.reached < len(self.changes) and self.changes[self.reached][0] <= at:
            _at, member, more = self.changes[self.reached]
            found[member] += more
            self.reached += 1
        return {member: more for member, more in found.items() if more}

    def _changes(self, turns: Sequence[Turn]) -> list[tuple[datetime, int, int]]:
        begin, end = turns[0].at, turns[-1].at
        rows = (
            Assignment.objects.filter(Q(ended_at=None) | Q(ended_at__gt=begin), assigned_at__lte=end)
            .filter(holder__in=self.member_of)
            .exclude(turn__in=[turn.pk for turn in turns])
            .exclude(ended_how=Assignment.Ended.UNDONE)
            .order_by("pk")
        )
        found = []
        for holder, assigned_at, ended_at in rows.values_list("holder", "assigned_at", "ended_at"):
            found.append((assigned_at, self.member_of[holder], 1))
            if ended_at is not None and ended_at <= end:
                found.append((ended_at, self.member_of[holder], -1))
        return sorted(found)
