"""Every lead goes to the member with the largest balance: skills, returned leads, new orders, absences (L11)."""

from collections import Counter
from datetime import timedelta
from decimal import Decimal
from random import Random

import pytest

from queues.actions.clocks.escalations import escalate, reassign_escalated
from routing.actions.availability.time_off import plan_time_off
from routing.actions.rotation.audit import audit_rotation
from routing.actions.rotation.credits import catch_up
from routing.actions.rotation.editing import MemberEdit, edit_rotation
from routing.actions.rotation.turns import TurnRequest, take_turns
from routing.actions.undo import revert_assignment
from routing.models import Rotation, RotationMember, Turn
from routing.queries.rotation.state import load_state
from tests.factories import MORNING, QueueFactory, make_lead, make_manager, make_rep, make_rotation

pytestmark = pytest.mark.django_db
DAY, HOUR = timedelta(days=1), timedelta(hours=1)


def rotation_of(names: str, **fields) -> Rotation:
    return make_rotation(*(make_rep(first_name=name, last_name="") for name in names), **fields)


def user_of(rotation: Rotation, name: str):
    return rotation.members.get(rep__user__first_name=name).rep.user


def give(rotation: Rotation, count: int = 1, *, at=MORNING, not_to: str = "", **lead) -> str:
    """Who got so many leads, one letter each."""
    barred = frozenset(user_of(rotation, name).pk for name in not_to)
    made = take_turns(rotation, [TurnRequest(make_lead(**lead), not_to=barred) for _n in range(count)], at=at)
    return "".join(each.holder.first_name for each in made)


def rearrange(rotation: Rotation, names: str) -> None:
    members = [rotation.members.get(rep__user__first_name=name) for name in names]
    edits = [
        MemberEdit(each.rep_id, position=place, member_id=each.pk, weight=each.weight)
        for place, each in enumerate(members, start=1)
    ]
    edit_rotation(rotation, members=edits, by=None, at=MORNING)


def is_exact(rotation: Rotation) -> bool:
    """The audit is clean, and what was due to all is what was given to all."""
    state = load_state(Rotation.objects.get(pk=rotation.pk), at=MORNING)
    total = sum(state.balance_of(each) for each in state.members) + state.rest
    return abs(total) < 10**6 and audit_rotation(rotation, at=MORNING).faults == []


def test_who_speaks_mandarin_has_general_leads_as_well():
    rotation = rotation_of("ABCDE", skill="industry")
    for name in "DE":
        user_of(rotation, name).rep.__class__.objects.filter(user__first_name=name).update(skills=["Mandarin"])
    general, mandarin = Counter(), Counter()
    for number in range(20):
        asked, got = ("Mandarin", mandarin) if number % 2 else ("", general)
        got[give(rotation, industry=asked)] += 1
    assert all(abs(general[name] - 2) <= 1 for name in "ABCDE")
    assert set(mandarin) == {"D", "E"}
    assert all(abs(mandarin[name] - 5) <= 1 for name in "DE")
    assert is_exact(rotation)


def test_who_returned_a_lead_is_next_for_another():
    rotation = rotation_of("ABC")
    assert give(rotation, not_to="A") + give(rotation, 5) == "BACBCA"
    assert is_exact(rotation)


def test_a_lead_that_two_returned_keeps_both_in_line():
    rotation = rotation_of("ABCD")
    assert give(rotation, not_to="AB") + give(rotation, 3) == "CABD"
    assert is_exact(rotation)


@pytest.mark.parametrize("first", [0, 1])
def test_who_cannot_have_every_second_lead_has_the_part_of_the_others(first):
    rotation = rotation_of("ABC")
    got = "".join(give(rotation, not_to="A" if number % 2 == first else "") for number in range(80))
    assert Counter(got) == {"A": 14, "B": 33, "C": 33}  # due: 13 1/3, 33 1/3, 33 1/3
    assert is_exact(rotation)


def test_a_lead_that_goes_round_the_others_is_shared_evenly_by_them():
    rotation = rotation_of("ABC")
    assert "".join(give(rotation, not_to="B") for _number in range(6)) == "ACACAC"
    assert is_exact(rotation)


def test_a_reversed_order_goes_on_with_those_who_had_none():
    rotation = rotation_of("ABCD")
    assert give(rotation, 2) == "AB"
    rearrange(rotation, "DCBA")
    assert give(rotation, 6) == "DCBADC"
    assert is_exact(rotation)


def test_an_order_that_is_shuffled_every_night_stays_within_one():
    rotation, luck, got = rotation_of("ABCDE"), Random(11), Counter(dict.fromkeys("ABCDE", 0))
    for _day in range(60):
        names = list("ABCDE")
        luck.shuffle(names)
        rearrange(rotation, "".join(names))
        for name in give(rotation, 7):
            got[name] += 1
            assert max(got.values()) - min(got.values()) <= 1
    assert is_exact(rotation)


def away(rotation: Rotation, name: str, *, until) -> None:
    user = user_of(rotation, name)
    plan_time_off(
        user.rep, kind="leave", starts_at=MORNING - HOUR, ends_at=until, note="", by=user, at=MORNING - 2 * HOUR
    )


def owed(rotation: Rotation, name: str) -> int:
    return RotationMember.objects.get(rotation=rotation, rep__user__first_name=name).owed


def test_a_quarter_of_twelve_leads_is_owed_to_the_one_of_four_who_was_away():
    rotation = rotation_of("ABCD", skipped_means="owed")
    away(rotation, "D", until=MORNING + DAY)
    assert Counter(give(rotation, 12)) == {"A": 4, "B": 4, "C": 4}
    assert give(rotation, 4, at=MORNING + DAY) == "DDDD"
    assert [row.is_owed for row in Turn.objects.order_by("number")[12:]] == [True, True, True, False]
    assert is_exact(rotation)


def test_who_is_first_in_line_after_one_missed_lead_gets_the_next():
    rotation = rotation_of("ABCD", skipped_means="first")
    assert give(rotation, 3) == "ABC"
    away(rotation, "D", until=MORNING + DAY)
    assert give(rotation) == "A"
    assert [each["name"] for each in Turn.objects.latest("number").results if each["outcome"] == "skipped"] == ["D"]
    assert give(rotation, 5, at=MORNING + DAY)[0] == "D"
    assert is_exact(rotation)


def test_what_the_limit_forgives_goes_back_to_the_others():
    rotation = rotation_of("ABCD", skipped_means="owed", owed_limit=1)
    away(rotation, "D", until=MORNING + DAY)
    give(rotation, 30)
    got = Counter(give(rotation, 9, at=MORNING + DAY))
    assert (got["D"], owed(rotation, "D")) == (3, 0)
    assert is_exact(rotation)


def test_a_new_weight_does_not_touch_what_is_owed_already():
    rotation = rotation_of("ABCD", skipped_means="owed")
    away(rotation, "D", until=MORNING + DAY)
    give(rotation, 12)
    edits = [
        MemberEdit(each.rep_id, member_id=each.pk, weight=Decimal(5) if str(each.rep) == "D" else each.weight)
        for each in rotation.members.order_by("position")
    ]
    edit_rotation(rotation, members=edits, by=None, at=MORNING)
    assert owed(rotation, "D") == 0, "not before the return"
    assert give(rotation, 1, at=MORNING + DAY) == "D"
    assert owed(rotation, "D") == 2
    assert give(rotation, 2, at=MORNING + DAY) == "DD"
    assert is_exact(rotation)


def test_a_lead_that_moves_to_a_colleague_is_refunded_and_charged():
    rotation = rotation_of("ABC", counts_by_hand=True)
    queue = QueueFactory(dispatch="push", rotation=rotation)
    lead = make_lead()
    (first,) = take_turns(rotation, [TurnRequest(lead)], at=MORNING)
    case = escalate(lead, queue=queue, kind="contact", broke_at=MORNING, at=MORNING)
    moved = reassign_escalated(case, to=user_of(rotation, "B").rep, by=make_manager(), at=MORNING)
    assert (first.holder.first_name, moved.holder.first_name) == ("A", "B")
    assert (owed(rotation, "A"), owed(rotation, "B")) == (1, 0)
    assert give(rotation, 5) == "ACABC"
    assert is_exact(rotation)


def test_an_undo_takes_the_refund_back():
    rotation = rotation_of("ABC", counts_by_hand=True)
    queue = QueueFactory(dispatch="push", rotation=rotation)
    lead, boss = make_lead(), make_manager()
    take_turns(rotation, [TurnRequest(lead)], at=MORNING)
    case = escalate(lead, queue=queue, kind="contact", broke_at=MORNING, at=MORNING)
    moved = reassign_escalated(case, to=user_of(rotation, "B").rep, by=boss, at=MORNING)
    revert_assignment(moved, by=boss, at=MORNING)
    assert owed(rotation, "A") == 0
    assert give(rotation, 5) == "BCABC"
    assert is_exact(rotation)


def test_past_days_stay_days_of_the_time_zone_that_they_had():
    """One owed turn a day; the zone changes between two turns that lie on one day here and on two there."""
    rotation = rotation_of("AB", skipped_means="daily", owed_a_day=1, time_zone="Asia/Jakarta")
    away(rotation, "B", until=MORNING + DAY)
    give(rotation, 6)
    for hours in (24, 30, 36, 42):
        give(rotation, at=MORNING + hours * HOUR)
    edit_rotation(rotation, fields={"time_zone": "Pacific/Auckland"}, by=None, at=MORNING + 43 * HOUR)
    for hours in (44, 50, 56, 62):
        give(rotation, at=MORNING + hours * HOUR)
    assert audit_rotation(rotation, at=MORNING + 3 * DAY).faults == []


def test_whole_leads_are_never_lost_to_rounding():
    """Seven members share no turn evenly in whole units."""
    rotation = rotation_of("ABCDEFG")
    assert Counter(give(rotation, 70)) == dict.fromkeys("ABCDEFG", 10)
    assert is_exact(rotation)


def test_leads_that_are_assigned_anyway_are_due_to_all_who_could_have_them():
    rotation = rotation_of("ABC", when_nobody="anyway")
    give(rotation, 3)
    for name, hours in (("A", 23), ("B", 24), ("C", 24)):
        away(rotation, name, until=MORNING + hours * HOUR)
    assert Counter(give(rotation, 30)) == {"A": 10, "B": 10, "C": 10}
    assert give(rotation, at=MORNING + 23 * HOUR) == "A"
    assert Counter(give(rotation, 60, at=MORNING + 25 * HOUR)) == {"A": 20, "B": 20, "C": 20}
    assert is_exact(rotation)


def test_turns_that_are_owed_are_used_up_by_leads_that_are_assigned_anyway():
    rotation = rotation_of("ABC", when_nobody="anyway")
    catch_up(rotation, rep=user_of(rotation, "B").rep, turns=2, why="was ill", by=None, at=MORNING)
    for name in "ABC":
        away(rotation, name, until=MORNING + DAY)
    got = give(rotation, 12)
    assert (got[:2], Counter(got[2:])["B"] <= 4, owed(rotation, "B")) == ("BB", True, 0)
    assert is_exact(rotation)


def test_a_reset_is_for_those_who_left_as_well():
    rotation = rotation_of("ABC", resets="daily")
    give(rotation, 2)
    rows = list(rotation.members.order_by("position"))
    stay = [MemberEdit(each.rep_id, member_id=each.pk) for each in rows[:2]]
    edit_rotation(rotation, members=stay, by=None, at=MORNING)
    assert RotationMember.everybody.get(pk=rows[2].pk).balance > 0
    give(rotation, 2, at=MORNING + DAY)
    edit_rotation(rotation, members=[*stay, MemberEdit(rows[2].rep_id)], by=None, at=MORNING + DAY)
    assert RotationMember.objects.get(pk=rows[2].pk).balance == 0
    assert Counter(give(rotation, 9, at=MORNING + DAY)) == {"A": 3, "B": 3, "C": 3}


def test_a_rotation_that_shares_value_for_a_while_keeps_owed_turns_and_no_balance():
    rotation = rotation_of("ABC")
    catch_up(rotation, rep=user_of(rotation, "B").rep, turns=3, why="was ill", by=None, at=MORNING)
    for way in ("value", "smooth"):
        edit_rotation(rotation, fields={"way": way}, by=None, at=MORNING)
    assert give(rotation, 9) == "BBB" + "ABCABC"
    assert audit_rotation(rotation, at=MORNING).faults == []
