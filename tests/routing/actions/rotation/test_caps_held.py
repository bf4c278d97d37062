"""Caps hold whatever happens: leads at any time, undone turns, people of all time zones, and nobody waits idly (F5)."""

from collections.abc import Callable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from routing.actions.rotation.audit import audit_rotation
from routing.actions.rotation.turns import NobodyAvailable, TurnRequest, take_turns
from routing.actions.undo import TooLateToUndo, revert_assignment
from routing.models import Assignment
from tests.effort import examples
from tests.factories import MORNING, make_lead, make_rep, make_rotation

HOUR = timedelta(hours=1)
ZONES = ("Asia/Jakarta", "America/New_York", "Pacific/Auckland")
STEPS = st.lists(
    st.tuples(st.sampled_from([0, 4, 29, 59, 60, 400]), st.integers(1, 5), st.booleans()), min_size=5, max_size=25
)


def of_one_day(zone: ZoneInfo) -> Callable[[datetime, datetime], bool]:
    return lambda then, now: then.astimezone(zone).date() == now.astimezone(zone).date()


class WhateverHappens(TestCase):
    @settings(max_examples=examples(20), deadline=None, suppress_health_check=list(HealthCheck))
    @given(STEPS, st.integers(1, 4), st.integers(2, 6), st.booleans())
    def test_nobody_has_more_than_the_caps_and_nobody_waits_while_there_is_room(self, steps, hour, day, is_own):
        people = [make_rep() for _zone in ZONES]
        rotation = make_rotation(*people, cap_hour=hour, cap_day=day, cap_zone="member" if is_own else "rotation")
        zones = {}
        for person, zone in zip(people, ZONES, strict=True):
            person.rep.time_zone = zone
            person.rep.save(update_fields=["time_zone"])
            zones[person.pk] = ZoneInfo(zone if is_own else rotation.time_zone)
        had: dict[int, list[Assignment]] = {person.pk: [] for person in people}
        at = MORNING
        for minutes, leads, undoes in steps:
            at += timedelta(minutes=minutes, seconds=1)
            room = sum(self.room(had[pk], zone, at=at, hour=hour, day=day) for pk, zone in zones.items())
            try:
                made = take_turns(rotation, [TurnRequest(make_lead()) for _lead in range(leads)], at=at)
            except NobodyAvailable:
                made = []
            assert len(made) == min(leads, room)
            for each in made:
                had[each.holder_id].append(each)
                assert self.room(had[each.holder_id], zones[each.holder_id], at=at, hour=hour, day=day) >= 0
            if undoes:
                self.undo_one(had, at=at + timedelta(seconds=30))
        assert audit_rotation(rotation, at=at).faults == []

    def room(self, had: list[Assignment], zone: ZoneInfo, *, at: datetime, hour: int, day: int) -> int:
        is_today = of_one_day(zone)
        lately = sum(at - HOUR < each.assigned_at for each in had)
        return min(hour - lately, day - sum(is_today(each.assigned_at, at) for each in had))

    def undo_one(self, had: dict[int, list[Assignment]], *, at: datetime) -> None:
        """The latest turn of whoever had the most."""
        most = max(had.values(), key=len)
        if most:
            try:
                revert_assignment(most[-1], by=None, at=at)
            except TooLateToUndo:
                return
            most.pop()
