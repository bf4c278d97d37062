"""What holds a turn back: capacity, counted while turns are given, and leads that were given back (F5, F6, C4)."""

import pytest

from routing.actions.rotation.credits import refund_turn
from routing.actions.rotation.turns import NobodyAvailable, TurnRequest, take_turns
from routing.models import Assignment, Rotation, RotationMember, Turn
from tests.factories import MORNING, make_lead, make_rep, make_rotation

pytestmark = pytest.mark.django_db


def wishes(count: int, **more) -> list[TurnRequest]:
    return [TurnRequest(lead=make_lead(), **more) for _number in range(count)]


def with_capacity(count: int):
    rep = make_rep()
    rep.rep.capacity = count
    rep.rep.save()
    return rep


def test_turns_of_one_batch_stop_at_the_capacity():
    small, large = with_capacity(1), with_capacity(2)
    rotation = make_rotation(with_capacity(0), small, large, skips_over_capacity=True)

    given = take_turns(rotation, wishes(9), at=MORNING)

    assert [each.holder_id for each in given] == [small.pk, large.pk, small.pk, large.pk, large.pk]
    with pytest.raises(NobodyAvailable) as refused:
        take_turns(rotation, wishes(1), at=MORNING)
    assert {look.reason for look in refused.value.results} == {"over_capacity"}


def test_assigning_anyway_knows_no_capacity():
    rotation = make_rotation(
        with_capacity(0), with_capacity(0), skips_over_capacity=True, when_nobody=Rotation.WhenNobody.ANYWAY
    )
    assert len(take_turns(rotation, wishes(5), at=MORNING)) == 5


def test_a_lead_that_all_gave_back_does_not_hold_up_the_others():
    first, second = make_rep(), make_rep()
    rotation = make_rotation(first, second)
    declined = TurnRequest(lead=make_lead(), not_to=frozenset({first.pk, second.pk}))
    others = wishes(2)

    given = take_turns(rotation, [declined, *others], at=MORNING)

    assert [each.lead_id for each in given] == [wish.lead.pk for wish in others]
    assert not Assignment.objects.filter(lead=declined.lead).exists()


def test_a_turn_is_no_change_of_the_rotation():
    rep = make_rep()
    rotation = make_rotation(rep)
    take_turns(rotation, wishes(3), at=MORNING)
    refund_turn(Turn.objects.order_by("number").first(), reason="duplicate", by=rep, at=MORNING)

    rotation.refresh_from_db()
    assert (rotation.pointer, rotation.turns_taken) == (0, 3)
    assert rotation.history.count() == 1
    member = RotationMember.objects.get(rotation=rotation)
    assert (member.turns_given, member.owed) == (3, 1)
    assert member.history.count() == 1
