"""Deals of a trillion and weights of 0.01 do not fill the columns of the clock and the balances (F8)."""

from datetime import timedelta
from decimal import Decimal

import pytest

from routing.actions.rotation.audit import audit_rotation
from routing.actions.rotation.credits import count_as_turn
from routing.actions.rotation.turns import TurnRequest, take_turns
from routing.decisions.rotation.state import TURN
from routing.models import LedgerLine, Rotation, RotationMember, TimeOff
from routing.queries.rotation.lead_requirements import turn_size
from routing.queries.rotation.state import load_state
from tests.factories import MORNING, make_lead, make_rep, make_rotation

pytestmark = pytest.mark.django_db
LARGEST = Decimal("999999999999.99")  # what the field of a lead takes


@pytest.fixture
def rotation() -> Rotation:
    made = make_rotation(
        *(make_rep(last_name=name) for name in "AB"), way="value", value_of="deal", skipped_means="owed"
    )
    RotationMember.objects.update(weight=Decimal("0.01"))
    return made


def give(rotation: Rotation, count: int) -> list[str]:
    requests = [TurnRequest(make_lead(deal_size=LARGEST)) for _lead in range(count)]
    return [each.holder.last_name for each in take_turns(rotation, requests, at=MORNING)]


def together(rotation: Rotation) -> int:
    state = load_state(Rotation.objects.get(pk=rotation.pk), at=MORNING)
    return sum(state.balance_of(each) for each in state.members) + state.rest


def test_the_clock_starts_again_before_its_column_is_full(rotation: Rotation):
    assert give(rotation, 15) + give(rotation, 15) == ["A", "B"] * 15
    assert (together(rotation), audit_rotation(rotation, at=MORNING).faults) == (0, [])
    assert not LedgerLine.objects.filter(kind="reset").exists()


def test_leads_that_are_given_by_hand_do_not_fill_it_either(rotation: Rotation):
    give(rotation, 1)
    user, size = rotation.members.get(position=0).rep.user_id, turn_size(rotation, make_lead(deal_size=LARGEST))
    for _lead in range(12):
        count_as_turn(rotation, user_id=user, size=size, why="by_hand", by=None, at=MORNING)
    assert give(rotation, 1) == ["B"]
    assert audit_rotation(rotation, at=MORNING).faults == []


def test_somebody_away_for_trillions_starts_from_zero_with_everybody(rotation: Rotation):
    away = rotation.members.get(position=1).rep
    TimeOff.objects.create(rep=away, kind="leave", starts_at=MORNING, ends_at=MORNING + timedelta(days=30))
    assert give(rotation, 25) == ["A"] * 25
    resets = LedgerLine.objects.filter(rotation=rotation, kind="reset")
    assert [each.details["resets"] for each in resets] == ["too_large"] * resets.count()
    assert resets.exists()
    assert (together(rotation), audit_rotation(rotation, at=MORNING).faults) == (0, [])


def test_a_clock_of_plain_turns_starts_again_and_nobody_is_due_more(rotation: Rotation):
    rotation = make_rotation(*(make_rep(last_name=name) for name in "CD"), name="Plain", skipped_means="owed")
    away = rotation.members.get(position=1).rep
    TimeOff.objects.create(rep=away, kind="leave", starts_at=MORNING, ends_at=MORNING + timedelta(days=1))
    give(rotation, 3)
    shift = 3 * 10**18
    Rotation.objects.filter(pk=rotation.pk).update(virtual=Rotation.objects.get(pk=rotation.pk).virtual + shift)
    for member in rotation.members.all():
        RotationMember.objects.filter(pk=member.pk).update(base=member.base + shift)
    LedgerLine.objects.filter(rotation=rotation).delete()
    give(rotation, 1)
    assert Rotation.objects.get(pk=rotation.pk).virtual < TURN
    at = MORNING + timedelta(days=2)
    made = take_turns(rotation, [TurnRequest(make_lead()) for _lead in range(4)], at=at)
    assert [each.holder.last_name for each in made] == ["D"] * 4  # so both had four of eight
    assert audit_rotation(rotation, at=at).faults == []
