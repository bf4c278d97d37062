"""The ledger: replaying a rotation after any change gives the same owners and the same sums (F6b)."""

from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from routing.actions.rotation.audit import audit_rotation, audit_rotations
from routing.actions.rotation.credits import (
    NothingLeft,
    catch_up,
    count_as_turn,
    refund_turn,
    take_back_catch_up,
)
from routing.actions.rotation.editing import MemberEdit, edit_rotation
from routing.actions.rotation.turns import NobodyAvailable, TurnRequest, take_turns
from routing.actions.undo import revert_assignment
from routing.models import Assignment, LedgerLine, Rep, RotationMember, TimeOff, Turn
from tests.effort import examples
from tests.factories import MORNING, make_lead, make_manager, make_rep, make_rotation

HOUR = timedelta(hours=1)


def wishes(count: int) -> list[TurnRequest]:
    return [TurnRequest(make_lead()) for _number in range(count)]


@pytest.mark.django_db
def test_a_turn_writes_one_line_and_the_first_one_the_opening():
    one, two = make_rep(), make_rep()
    rotation = make_rotation(one, two)
    take_turns(rotation, wishes(2), at=MORNING)
    lines = LedgerLine.objects.order_by("pk").values_list("kind", "rep", "owed")
    assert list(lines) == [
        ("opening", None, 0),
        ("back", one.rep.pk, 0),
        ("back", two.rep.pk, 0),
        ("given", one.rep.pk, 0),
        ("given", two.rep.pk, 0),
    ]


@pytest.mark.django_db
def test_the_roster_is_written_once_while_nothing_changes():
    rotation = make_rotation(make_rep(), make_rep())
    for _turn in range(3):
        take_turns(rotation, wishes(2), at=MORNING)
    assert set(Turn.objects.values_list("roster", flat=True)) == {Turn.objects.earliest("pk").roster_id}


@pytest.mark.django_db
def test_an_owner_that_was_changed_by_hand_in_the_database_is_found():
    one, two = make_rep(), make_rep()
    rotation = make_rotation(one, two)
    take_turns(rotation, wishes(3), at=MORNING)
    Turn.objects.filter(number=2).update(rep=one.rep)
    assert audit_rotations(at=MORNING) == 1
    faults = rotation.audits.get().faults
    assert faults[0] == {"turn": 2, "what": "owner", "was": str(one.rep.pk), "should": str(two.rep.pk)}


@pytest.mark.django_db
def test_a_balance_that_was_changed_is_found():
    rotation = make_rotation(make_rep(), make_rep())
    take_turns(rotation, wishes(3), at=MORNING)
    member = rotation.members.first()
    RotationMember.objects.filter(pk=member.pk).update(owed=4)
    assert audit_rotation(rotation, at=MORNING).faults == [
        {"turn": 0, "what": f"owed of member {member.pk}", "was": "4", "should": "0"}
    ]


@pytest.mark.django_db
def test_an_assignment_that_vanished_is_found():
    rotation = make_rotation(make_rep())
    take_turns(rotation, wishes(2), at=MORNING)
    Assignment.objects.order_by("pk").first().delete()
    assert [fault["what"] for fault in audit_rotation(rotation, at=MORNING).faults] == ["assignments"]


@pytest.mark.django_db
def test_catch_up_says_who_and_why_and_comes_first():
    one, two, boss = make_rep(), make_rep(), make_manager()
    rotation = make_rotation(one, two)
    catch_up(rotation, rep=two.rep, turns=2, why="was in training", by=boss, at=MORNING)
    line = LedgerLine.objects.get(kind="catch_up")
    assert (line.rep, line.owed, line.by, line.details) == (two.rep, 2, boss, {"why": "was in training"})
    assert [each.holder for each in take_turns(rotation, wishes(4), at=MORNING)] == [two, two, one, two]
    assert audit_rotation(rotation, at=MORNING).faults == []


@pytest.mark.django_db
def test_a_lead_by_hand_counts_once_and_is_passed_over_once():
    one, two = make_rep(), make_rep()
    rotation = make_rotation(one, two)
    assert count_as_turn(rotation, user_id=one.pk, why="by_hand", by=None, at=MORNING)
    assert [each.holder for each in take_turns(rotation, wishes(3), at=MORNING)] == [two, one, two]
    assert audit_rotation(rotation, at=MORNING).faults == []


ACTS = st.sampled_from(
    ["turns", "away", "back", "credit", "catch_up", "take_back", "count", "undo", "weight", "leave", "join"]
)
RULES = st.fixed_dictionaries(
    {
        "way": st.sampled_from(["smooth", "blocks", "value"]),
        "skipped_means": st.sampled_from(["forgone", "owed", "first", "daily"]),
        "resets": st.sampled_from(["never", "daily"]),
        "cap_day": st.sampled_from([None, 3]),
        "when_nobody": st.sampled_from(["hold", "anyway"]),
        "joins_level": st.booleans(),
    }
)


class TestAnyLife(TestCase):
    @given(RULES, st.lists(st.tuples(ACTS, st.integers(0, 6)), max_size=14))
    @settings(max_examples=examples(40), deadline=None, suppress_health_check=[HealthCheck.too_slow])
    def test_replay_gives_the_same_owners_and_the_ledger_sums_to_the_assignments(self, rules, acts):
        people = [make_rep() for _number in range(4)]
        rotation, boss, at = make_rotation(*people[:3], **rules), make_manager(), MORNING
        rotation.members.filter(rep=people[0].rep).update(weight=Decimal("2.5"))
        for act, number in acts:
            at += 5 * HOUR
            self.live(rotation, people, boss, act, number, at)
        found = audit_rotation(rotation, at=at)
        self.assertEqual(found.faults, [])
        self.assertEqual(found.turns, Assignment.objects.filter(turn__rotation=rotation).count())

    def live(self, rotation, people, boss, act, number, at):
        members = list(rotation.members.order_by("position", "pk"))
        member = members[number % len(members)] if members else None
        if act == "turns":
            with suppress(NobodyAvailable):
                take_turns(rotation, wishes(number), at=at)
        elif act == "join":
            places = [_as_is(each) for each in members]
            known = {each.rep_id for each in members}
            fresh = next((each.rep for each in people if each.rep.pk not in known), None)
            edit_rotation(rotation, members=[*places, *([MemberEdit(fresh.pk)] if fresh else [])], by=boss, at=at)
        elif member is None:
            return
        elif act == "away":
            TimeOff.objects.create(rep=member.rep, starts_at=at, ends_at=at + number * 3 * HOUR + HOUR, kind="leave")
        elif act == "back":
            TimeOff.objects.filter(rep=member.rep).delete()
        elif act == "credit" and (turn := Turn.objects.filter(rotation=rotation).first()):
            refund_turn(turn, reason="duplicate", by=boss, at=at)
        elif act == "catch_up":
            catch_up(rotation, rep=member.rep, turns=number + 1, why="behind", by=boss, at=at)
        elif act == "take_back":
            line = LedgerLine.objects.filter(rotation=rotation, kind="catch_up", owed__gt=0).first()
            if line is not None:
                with suppress(NothingLeft):
                    take_back_catch_up(line, why="not needed", by=boss, at=at)
        elif act == "count":
            count_as_turn(rotation, user_id=member.rep.user_id, why="by_hand", by=boss, at=at)
        elif act == "undo":
            try:
                made = take_turns(rotation, wishes(number % 3 + 1), at=at)
            except NobodyAvailable:
                return
            for each in made[-(number % 2 + 1) :][::-1]:
                revert_assignment(each, by=boss, at=at + timedelta(minutes=1))
        elif act == "weight":
            places = [_as_is(each) for each in members]
            places[number % len(places)] = replace(places[number % len(places)], weight=Decimal(number))
            edit_rotation(rotation, members=places, by=boss, at=at)
        elif act == "leave":
            edit_rotation(rotation, members=[_as_is(each) for each in members if each != member], by=boss, at=at)


def _as_is(member: RotationMember) -> MemberEdit:
    return MemberEdit(member.rep_id, None, member.is_paused, member.pk, member.weight)


@pytest.mark.django_db
def test_a_rep_who_left_is_still_named_in_the_ledger():
    one, two = make_rep(), make_rep()
    rotation = make_rotation(one, two)
    take_turns(rotation, wishes(2), at=MORNING)
    stays = rotation.members.get(rep=two.rep)
    edit_rotation(rotation, members=[_as_is(stays)], by=make_manager(), at=MORNING)
    take_turns(rotation, wishes(1), at=MORNING)
    given_to = LedgerLine.objects.filter(kind="given").order_by("pk").values_list("rep", flat=True)
    assert list(given_to) == [one.rep.pk, two.rep.pk, two.rep.pk]
    assert (Rep.objects.count(), audit_rotation(rotation, at=MORNING).faults) == (2, [])


@pytest.mark.django_db
def test_the_refund_of_a_shared_value_is_that_value():
    rotation = make_rotation(*(make_rep(first_name=name, last_name="") for name in "AB"), way="value")
    [bad] = take_turns(rotation, [TurnRequest(make_lead(score=10))], at=MORNING)
    refund_turn(bad.turn, reason="duplicate", by=None, at=MORNING)
    found = take_turns(rotation, [TurnRequest(make_lead(score=score)) for score in (100, 60, 60)], at=MORNING)
    assert [bad.holder.first_name, *(each.holder.first_name for each in found)] == ["A", "A", "B", "B"]
    assert audit_rotation(rotation, at=MORNING).faults == []
