"""Lives of a rotation: whatever happens, no lead waits for nothing, and the ledger replays to the same state (L11)."""

import contextlib
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from routing.actions.assignment import NotTheHolder
from routing.actions.rotation.audit import audit_rotation
from routing.actions.rotation.credits import NothingLeft, catch_up, refund_turn
from routing.actions.rotation.editing import MemberEdit, edit_rotation
from routing.actions.rotation.ramps import take_ramp_steps
from routing.actions.rotation.settlement import CannotBeSettled, NothingToSettle, settle_counts, take_back_settlement
from routing.actions.rotation.turns import NobodyAvailable, TurnRequest, take_turns
from routing.actions.undo import AlreadyWorkedOn, TooLateToUndo, revert_assignment
from routing.decisions.rotation.ramp import read_ramp
from routing.decisions.rotation.settlement import Span
from routing.decisions.rotation.state import TURN
from routing.models import Assignment, LedgerLine, Rotation, RotationMember, TimeOff, Turn
from routing.queries.rotation.state import load_state
from tests.effort import examples
from tests.factories import MORNING, make_lead, make_rep, make_rotation

SKILLS = ("", "Mandarin", "Thai")
POLICIES = ("forgone", "owed", "first", "daily")
WAYS = ("smooth", "smooth", "blocks", "value", "most_free", "fewest_open")
ZONES = ("Asia/Jakarta", "Europe/Berlin", "Pacific/Auckland")


class Life(RuleBasedStateMachine):
    """One rotation of some six people, on the database, with the actions that pages and tasks call."""

    def __init__(self) -> None:
        super().__init__()
        self.atomic = transaction.atomic()
        self.atomic.__enter__()
        self.at = MORNING
        self.assignments: list = []

    def teardown(self) -> None:
        try:
            assert audit_rotation(self.rotation, at=self.at).faults == []
        finally:
            transaction.set_rollback(True)
            self.atomic.__exit__(None, None, None)

    @initialize(
        count=st.integers(2, 6),
        policy=st.sampled_from(POLICIES),
        cap=st.sampled_from([None, None, 3]),
        way=st.sampled_from(WAYS),
        limit=st.sampled_from([None, 1]),
    )
    def begin(self, count: int, policy: str, cap: int | None, way: str, limit: int | None) -> None:
        self.people = [make_rep(first_name=f"rep{number}") for number in range(count)]
        for number, user in enumerate(self.people):
            user.rep.skills = [skill for place, skill in enumerate(SKILLS[1:]) if (number + place) % 2]
            user.rep.save(update_fields=["skills"])
        fields = {"way": way, "spread_limit": limit, "skipped_means": policy, "cap_hour": cap}
        self.rotation = make_rotation(*self.people, **fields, skill="industry", owed_limit=2, counts_by_hand=True)

    @rule(count=st.integers(1, 5), skill=st.sampled_from(SKILLS), barred=st.sets(st.integers(0, 5), max_size=2))
    def leads_come(self, count: int, skill: str, barred: set[int]) -> None:
        not_to = frozenset(self.people[number].pk for number in barred if number < len(self.people))
        requests = [TurnRequest(make_lead(industry=skill, score=20 * n + 1), not_to=not_to) for n in range(count)]
        free = self._free(skill, not_to)
        try:
            made = take_turns(self.rotation, requests, at=self.at)
        except NobodyAvailable:
            made = []
        assert bool(made) == bool(free), "a lead waits though somebody free may have it"
        for assignment in made:
            assert assignment.holder_id in free
        self.assignments += made

    @rule(minutes=st.sampled_from([1, 7, 61, 26 * 60, 8 * 24 * 60]))
    def time_passes(self, minutes: int) -> None:
        self.at += timedelta(minutes=minutes)

    @rule(number=st.integers(0, 5), hours=st.sampled_from([1, 5, 40]))
    def somebody_is_away(self, number: int, hours: int) -> None:
        rep = self.people[number % len(self.people)].rep
        TimeOff.objects.create(rep=rep, kind="leave", starts_at=self.at, ends_at=self.at + timedelta(hours=hours))

    @rule(number=st.integers(0, 5), weight=st.sampled_from(["0.5", "1", "1", "3", "0"]))
    def a_weight_changes(self, number: int, weight: str) -> None:
        members = self._members()
        edits = [self._edit(each) for each in members]
        chosen = number % len(edits)
        edits[chosen] = MemberEdit(members[chosen].rep_id, member_id=members[chosen].pk, weight=Decimal(weight))
        edit_rotation(self.rotation, members=edits, by=None, at=self.at)

    @rule(number=st.integers(0, 5), percents=st.sampled_from(["25/50/75", "10", "60/90"]), days=st.sampled_from([1, 7]))
    def somebody_gets_a_ramp(self, number: int, percents: str, days: int) -> None:
        members = self._members()
        edits = [self._edit(each) for each in members]
        today = self.at.astimezone(ZoneInfo(Rotation.objects.get(pk=self.rotation.pk).time_zone)).date()
        plan = str(read_ramp(f"{percents} every {days} days", today=today))
        edits[number % len(edits)] = replace(edits[number % len(edits)], ramp=plan)
        edit_rotation(self.rotation, members=edits, by=None, at=self.at)

    @rule()
    def the_worker_takes_ramp_steps(self) -> None:
        take_ramp_steps(at=self.at)

    @rule(order=st.permutations(range(6)))
    def the_order_changes(self, order: list[int]) -> None:
        members = self._members()
        places = [number for number in order if number < len(members)]
        edits = [self._edit(members[number], place) for place, number in enumerate(places, start=1)]
        edit_rotation(self.rotation, members=edits, by=None, at=self.at)

    @rule(number=st.integers(0, 5))
    def somebody_leaves_the_rotation(self, number: int) -> None:
        members = self._members()
        if len(members) > 1:
            edits = [self._edit(each) for place, each in enumerate(members) if place != number % len(members)]
            edit_rotation(self.rotation, members=edits, by=None, at=self.at)

    @rule(level=st.booleans())
    def everybody_who_left_comes_back(self, level: bool) -> None:
        members = self._members()
        gone = [user for user in self.people if user.rep.pk not in {each.rep_id for each in members}]
        edits = [self._edit(each) for each in members] + [MemberEdit(user.rep.pk) for user in gone]
        edit_rotation(self.rotation, fields={"joins_level": level}, members=edits, by=None, at=self.at)

    @rule(number=st.integers(0, 5), turns=st.integers(1, 3))
    def ops_give_turns(self, number: int, turns: int) -> None:
        members = self._members()
        rep = members[number % len(members)].rep
        catch_up(self.rotation, rep=rep, turns=turns, why="was ill", by=None, at=self.at)

    @rule(span=st.sampled_from([Span.EVER, Span.WEEK]))
    def ops_bring_the_counts_into_proportion(self, span: Span) -> None:
        with contextlib.suppress(NothingToSettle, CannotBeSettled):
            settle_counts(self.rotation, span=span, why="new weights", by=None, at=self.at)

    @rule()
    def ops_take_that_back(self) -> None:
        line = LedgerLine.objects.filter(rotation=self.rotation, kind="settled").order_by("-pk").first()
        if line is not None:
            with contextlib.suppress(NothingLeft):
                take_back_settlement(line, why="a mistake", by=None, at=self.at)

    @precondition(lambda self: self.assignments)
    @rule()
    def the_last_assignment_is_undone(self) -> None:
        with contextlib.suppress(TooLateToUndo, AlreadyWorkedOn, NotTheHolder):
            revert_assignment(self.assignments.pop(), by=None, at=self.at)

    @precondition(lambda self: self.assignments)
    @rule()
    def a_turn_is_refunded(self) -> None:
        refund_turn(Turn.objects.latest("number"), reason="duplicate", by=None, at=self.at)

    @rule(zone=st.sampled_from(ZONES))
    def the_zone_changes(self, zone: str) -> None:
        edit_rotation(self.rotation, fields={"time_zone": zone}, by=None, at=self.at)

    @rule(policy=st.sampled_from(POLICIES))
    def skipped_turns_mean_something_else(self, policy: str) -> None:
        edit_rotation(self.rotation, fields={"skipped_means": policy}, by=None, at=self.at)

    @rule(percent=st.sampled_from([1, 33, 50, 100]))
    def a_part_of_skipped_turns_is_made_up(self, percent: int) -> None:
        edit_rotation(self.rotation, fields={"made_up_percent": percent}, by=None, at=self.at)

    @rule(way=st.sampled_from(WAYS))
    def it_shares_in_another_way(self, way: str) -> None:
        edit_rotation(self.rotation, fields={"way": way}, by=None, at=self.at)

    @rule(limit=st.sampled_from([None, 1, 2]))
    def value_is_shared_with_a_spread_limit(self, limit: int | None) -> None:
        edit_rotation(self.rotation, fields={"way": "value", "spread_limit": limit}, by=None, at=self.at)

    @rule(number=st.integers(0, 5), capacity=st.sampled_from([1, 3, 20]))
    def a_capacity_changes(self, number: int, capacity: int) -> None:
        rep = self.people[number % len(self.people)].rep
        rep.capacity = capacity
        rep.save(update_fields=["capacity"])

    @precondition(lambda self: self.assignments)
    @rule(count=st.integers(1, 4))
    def leads_are_closed(self, count: int) -> None:
        """From the oldest on, so that the latest can still be undone."""
        open_ones = Assignment.objects.open().order_by("pk").values_list("pk", flat=True)[:count]
        Assignment.objects.filter(pk__in=list(open_ones)).update(ended_at=self.at, ended_how=Assignment.Ended.CLOSED)

    @invariant()
    def balances_together_are_zero(self) -> None:
        if not hasattr(self, "rotation"):
            return
        rotation = Rotation.objects.get(pk=self.rotation.pk)
        state = load_state(rotation, at=self.at)
        left = RotationMember.everybody.filter(rotation=rotation, left_at__isnull=False)
        total = sum(state.balance_of(each) for each in state.members) + state.rest
        total += sum(left.values_list("balance", flat=True))
        assert abs(total) < TURN // 10**6

    def _members(self) -> list[RotationMember]:
        return list(RotationMember.objects.filter(rotation=self.rotation).select_related("rep").order_by("position"))

    def _edit(self, member: RotationMember, place: int | None = None) -> MemberEdit:
        return MemberEdit(member.rep_id, position=place, member_id=member.pk, weight=member.weight)

    def _free(self, skill: str, not_to: frozenset[int]) -> set[int]:
        state = load_state(Rotation.objects.get(pk=self.rotation.pk), at=self.at)
        return {
            state.users[each.member_id]
            for each in state.members
            if not each.skip_reason
            and state.users[each.member_id] not in not_to
            and (not skill or skill in state.skills[each.member_id])
        }


@pytest.mark.django_db
def test_no_life_of_a_rotation_is_unfair_or_cannot_be_replayed():
    run_state_machine_as_test(
        Life,
        settings=settings(
            max_examples=examples(25),
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
