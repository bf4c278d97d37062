"""Turns ahead of the others decide nothing about the turns behind them, and all pay for them (F5, F10, L11)."""

from collections import Counter
from datetime import timedelta
from decimal import Decimal

import pytest

from routing.actions.rotation.audit import audit_rotation
from routing.actions.rotation.credits import catch_up
from routing.actions.rotation.editing import MemberEdit, edit_rotation
from routing.actions.rotation.turns import TurnRequest, take_turns
from routing.decisions.rotation.state import TURN
from routing.models import Rotation, RotationMember
from routing.queries.rotation.state import load_state
from tests.factories import MORNING, make_lead, make_rep, make_rotation

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def rotation_of(names: str, **fields) -> Rotation:
    return make_rotation(*(make_rep(first_name=name, last_name="") for name in names), **fields)


def member(rotation: Rotation, name: str) -> RotationMember:
    return rotation.members.select_related("rep").get(rep__user__first_name=name)


def give(rotation: Rotation, count: int, *, at=MORNING) -> str:
    made = take_turns(rotation, [TurnRequest(make_lead()) for _lead in range(count)], at=at)
    return "".join(each.holder.first_name for each in made)


def balances(rotation: Rotation) -> list[int]:
    """As they are stored: nobody takes part."""
    return list(rotation.members.order_by("position").values_list("balance", flat=True))


def total(rotation: Rotation, *, at=MORNING) -> int:
    state = load_state(Rotation.objects.get(pk=rotation.pk), at=at)
    left = RotationMember.everybody.filter(rotation=rotation, left_at__isnull=False)
    return (
        sum(state.balance_of(each) for each in state.members) + state.rest + sum(left.values_list("balance", flat=True))
    )


@pytest.mark.parametrize(("way", "weight"), [("smooth", 1), ("smooth", 2), ("blocks", 2), ("value", 1), ("value", 2)])
def test_owed_turns_are_made_up_at_the_pace_that_the_rotation_says(way, weight):
    rotation = rotation_of("ABC", skipped_means="daily", owed_a_day=1, way=way)
    rotation.members.filter(rep__user__first_name="A").update(weight=Decimal(weight))
    catch_up(rotation, rep=member(rotation, "B").rep, turns=3, why="was ill", by=None, at=MORNING)
    whole = 6 * (weight + 2)
    for day in range(3):
        got = Counter(give(rotation, whole + 1, at=MORNING + day * DAY))
        assert abs(got["B"] - 7) <= 1, "one more a day than the share of six"
    assert member(rotation, "B").owed == 0
    assert audit_rotation(rotation, at=MORNING + 3 * DAY).faults == []


def test_all_pay_for_turns_that_are_given_while_nobody_takes_part():
    rotation = rotation_of("ABC", cap_day=1)
    assert give(rotation, 3) == "ABC"
    assert not rotation.members.filter(takes_part=True).exists()
    before = balances(rotation)
    catch_up(rotation, rep=member(rotation, "B").rep, turns=3, why="was ill", by=None, at=MORNING)
    moved = [after - one for one, after in zip(before, balances(rotation), strict=True)]
    assert moved == [-TURN, 2 * TURN, -TURN]
    assert (total(rotation), audit_rotation(rotation, at=MORNING).faults) == (0, [])
    assert give(rotation, 3, at=MORNING + DAY) == "BCA"
    assert (total(rotation), audit_rotation(rotation, at=MORNING + DAY).faults) == (0, [])


def test_what_is_owed_to_who_left_is_paid_by_all_at_a_reset():
    rotation = rotation_of("ABC", resets="daily")
    give(rotation, 2)
    catch_up(rotation, rep=member(rotation, "C").rep, turns=2, why="was ill", by=None, at=MORNING)
    rows = list(rotation.members.order_by("position"))
    stay = [MemberEdit(each.rep_id, member_id=each.pk) for each in rows[:2]]
    edit_rotation(rotation, members=stay, by=None, at=MORNING)
    give(rotation, 2, at=MORNING + DAY)
    assert total(rotation, at=MORNING + DAY) == 0
    assert audit_rotation(rotation, at=MORNING + DAY).faults == []
    edit_rotation(rotation, members=[*stay, MemberEdit(rows[2].rep_id)], by=None, at=MORNING + DAY)
    assert give(rotation, 2, at=MORNING + DAY) == "CC"
    assert total(rotation, at=MORNING + DAY) == 0
