"""Members stand in the order that the rotation chose; the turn goes on behind who was served last (F3, L2)."""

from datetime import date, timedelta

import pytest

from routing.actions.rotation.audit import audit_rotation
from routing.actions.rotation.editing import MemberEdit, edit_rotation, reorder_rotations
from routing.actions.rotation.turns import TurnRequest, take_turns
from routing.decisions.rotation.member_order import MemberProfile, by_joining, by_name, by_performance, shuffle
from routing.models import Assignment, Rotation
from tests.factories import MORNING, make_lead, make_manager, make_rep, make_rotation

ADI, BUDI, CITRA = (
    MemberProfile(1, "Zulkarnain", "Adi", date(2024, 5, 1), won=1, closed=4),
    MemberProfile(2, "akbar", "Budi", None, won=0, closed=0),
    MemberProfile(3, "Lestari", "Citra", date(2022, 1, 9), won=3, closed=4),
)
ALL = (ADI, BUDI, CITRA)


def test_orders():
    assert by_name(ALL) == [2, 3, 1]
    assert by_joining(ALL) == [3, 1, 2]
    assert by_performance(ALL) == [3, 1, 2]


def test_a_lot_can_be_drawn_again():
    assert shuffle(ALL, seed="7/2026-11-26") == shuffle(reversed(ALL), seed="7/2026-11-26")
    assert len({tuple(shuffle(ALL, seed=str(n))) for n in range(40)}) == 6


def names(rotation: Rotation) -> list[str]:
    return [member.rep.user.last_name for member in rotation.members.order_by("position", "pk")]


@pytest.fixture
def rotation(db) -> Rotation:
    return make_rotation(*(make_rep(last_name=name) for name in ("Citra", "Adi", "Budi")))


def as_is(rotation: Rotation) -> list[MemberEdit]:
    rows = rotation.members.order_by("position", "pk")
    return [MemberEdit(row.rep_id, None, row.is_paused, row.pk, row.weight) for row in rows]


def test_by_name_is_kept_when_somebody_joins_and_the_turn_goes_on(rotation):
    edit_rotation(rotation, fields={"order": "name"}, by=make_manager(), at=MORNING)
    assert names(rotation) == ["Adi", "Budi", "Citra"]
    assert take_turns(rotation, [TurnRequest(make_lead())], at=MORNING)[0].holder.last_name == "Adi"
    joins = make_rep(last_name="Agus").rep
    edit_rotation(rotation, members=[*as_is(rotation), MemberEdit(joins.pk)], by=make_manager(), at=MORNING)
    assert names(rotation) == ["Adi", "Agus", "Budi", "Citra"]
    taken = take_turns(rotation, [TurnRequest(make_lead()) for _n in range(4)], at=MORNING)
    assert [each.holder.last_name for each in taken] == ["Agus", "Budi", "Citra", "Adi"]
    assert audit_rotation(rotation, at=MORNING).faults == []


def test_who_moves_members_orders_by_hand_from_then_on(rotation):
    edit_rotation(rotation, fields={"order": "name"}, by=make_manager(), at=MORNING)
    first, second, third = as_is(rotation)
    moved = [MemberEdit(third.rep_id, 1, False, third.member_id), first, second]
    assert edit_rotation(rotation, members=moved, by=make_manager(), at=MORNING).order == "hand"
    assert names(rotation) == ["Citra", "Adi", "Budi"]


def test_a_shuffle_waits_until_it_is_due(rotation):
    edit_rotation(rotation, fields={"order": "shuffled", "shuffle_days": 7}, by=make_manager(), at=MORNING)
    first = names(rotation)
    assert (reorder_rotations(at=MORNING + timedelta(days=6)), names(rotation)) == (0, first)
    orders = []
    for week in range(1, 9):
        reorder_rotations(at=MORNING + timedelta(days=7 * week))
        orders.append(tuple(names(rotation)))
    assert len(set(orders)) > 1


def test_the_best_conversion_of_ninety_days_stands_first(rotation):
    for name, how, days in (("Budi", "won", 3), ("Adi", "lost", 3), ("Citra", "won", 95)):
        holder = rotation.members.get(rep__user__last_name=name).rep.user
        then = MORNING - timedelta(days=days)
        Assignment.objects.create(
            lead=make_lead(), holder=holder, how="by_hand", assigned_at=then, ended_at=then, ended_how=how
        )
    edit_rotation(rotation, fields={"order": "performance"}, by=make_manager(), at=MORNING)
    assert names(rotation) == ["Budi", "Adi", "Citra"]
