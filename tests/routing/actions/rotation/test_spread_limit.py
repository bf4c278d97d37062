"""The spread limit on the database: given, written, undone, replayed, edited, and level for who comes back (F8)."""

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal

import pytest

from routing.actions.rotation.audit import audit_rotation
from routing.actions.rotation.credits import count_as_turn, refund_turn, take_back_refund, uncount_turn
from routing.actions.rotation.editing import MemberEdit, edit_rotation
from routing.actions.rotation.turns import TurnRequest, take_turns
from routing.actions.rotation.versions import roll_back
from routing.actions.undo import revert_assignment
from routing.models import Assignment, Rotation, RotationMember, RotationVersion, TimeOff, Turn
from tests.factories import MORNING, make_lead, make_rep, make_rotation

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def rotation_of(names: str, limit: int | None = 2, **fields) -> Rotation:
    users = [make_rep(first_name=name, last_name="") for name in names]
    return make_rotation(*users, **({"way": "value", "spread_limit": limit} | fields))


def taken(rotation: Rotation, *scores: int, at=MORNING, **request) -> list[Assignment]:
    requests = [TurnRequest(make_lead(score=score), **request) for score in scores]
    return take_turns(rotation, requests, at=at)


def given(rotation: Rotation, *scores: int, at=MORNING, **request) -> str:
    return "".join(each.holder.first_name for each in taken(rotation, *scores, at=at, **request))


def counts(rotation: Rotation) -> list[int]:
    return list(rotation.members.order_by("position").values_list("spread_count", flat=True))


def faults(rotation: Rotation, *, at=MORNING) -> Sequence[dict]:
    return audit_rotation(rotation, at=at).faults


def away(rotation: Rotation, name: str, *, until=MORNING + DAY) -> None:
    member = rotation.members.get(rep__user__first_name=name)
    TimeOff.objects.create(rep=member.rep, kind="leave", starts_at=MORNING - DAY, ends_at=until)


def edits_of(rotation: Rotation, without: str = "", **weights: str) -> list[MemberEdit]:
    rows = rotation.members.select_related("rep__user").order_by("position")
    return [
        MemberEdit(row.rep_id, member_id=row.pk, weight=Decimal(weights.get(row.rep.user.first_name, row.weight)))
        for row in rows
        if row.rep.user.first_name not in without
    ]


@pytest.mark.parametrize("at_once", [True, False])
def test_two_large_deals_and_many_small_ones(at_once):
    rotation, scores = rotation_of("ABC"), [100, 100, *[1] * 10]
    if at_once:
        assert given(rotation, *scores) == "ABCCCABCABCA"
    else:
        assert "".join(given(rotation, score) for score in scores) == "ABCCCABCABCA"
    assert counts(rotation) == [4, 3, 5]
    assert faults(rotation) == []


def test_without_a_limit_nothing_is_counted():
    rotation = rotation_of("ABC", limit=None)
    assert given(rotation, 100, 100, *[1] * 10) == "AB" + "C" * 10
    assert (counts(rotation), faults(rotation)) == ([0, 0, 0], [])


def test_a_limit_of_a_rotation_that_shares_turns_does_nothing():
    rotation = rotation_of("ABC", way="smooth")
    assert given(rotation, *[1] * 4) == "ABCA"
    assert (counts(rotation), faults(rotation)) == ([0, 0, 0], [])


def test_who_is_passed_over_stands_on_the_receipt_with_the_limit():
    rotation = rotation_of("AB", limit=1)
    *_others, last = taken(rotation, 100, 1, 1)
    assert last.receipt["skipped"] == []
    [skipped] = taken(rotation, 1)[0].receipt["skipped"]
    assert (skipped["reason"], skipped["n"], skipped["name"]) == ("ahead", 1, "B")


def test_a_lead_that_only_somebody_ahead_may_have_does_not_wait():
    rotation = rotation_of("AB", limit=1)
    other = rotation.members.get(position=1).rep.user
    assert given(rotation, *[1] * 4, not_to=frozenset({other.pk})) == "AAAA"
    assert given(rotation, *[50] * 5) == "BBBBA"
    assert faults(rotation) == []


def test_somebody_back_from_leave_gets_no_flood():
    rotation = rotation_of("ABC", limit=1)
    away(rotation, "C")
    assert given(rotation, *[50] * 6) == "ABABAB"
    assert given(rotation, *[50] * 3, at=MORNING + DAY) == "CAB"
    assert counts(rotation) == [4, 4, 4]
    assert faults(rotation, at=MORNING + DAY) == []


def test_a_newcomer_and_who_joins_again_are_level():
    rotation = rotation_of("AB", limit=1)
    assert given(rotation, *[50] * 6) == "ABABAB"
    edit_rotation(rotation, members=edits_of(rotation, without="B"), by=None, at=MORNING)
    assert given(rotation, *[50] * 2) == "AA"
    back = RotationMember.everybody.get(rep__user__first_name="B")
    new = make_rep(first_name="N", last_name="")
    everybody = [*edits_of(rotation), MemberEdit(back.rep_id), MemberEdit(new.rep.pk)]
    edit_rotation(rotation, members=everybody, by=None, at=MORNING)
    given(rotation, *[50] * 3)
    assert counts(rotation) == [6, 6, 6]
    assert faults(rotation) == []


def test_a_new_weight_keeps_the_place_among_the_others():
    rotation = rotation_of("AB", limit=1)
    given(rotation, *[50] * 6)
    edit_rotation(rotation, members=edits_of(rotation, A="3"), by=None, at=MORNING)
    assert counts(rotation) == [9, 3]
    assert sorted(given(rotation, *[50] * 4)) == ["A", "A", "A", "B"]
    assert faults(rotation) == []


def test_an_undo_counts_the_lead_no_more():
    rotation = rotation_of("AB", limit=1)
    first, *_others = taken(rotation, 50)
    revert_assignment(first, by=None, at=MORNING)
    assert counts(rotation) == [0, 0]
    made = taken(rotation, 50, 50, 50)
    revert_assignment(made[0], by=None, at=MORNING)
    assert given(rotation, 50) == "A"  # owed for the undone one, which stays counted instead
    assert counts(rotation) == [2, 1]
    assert faults(rotation) == []


def test_a_refunded_turn_and_the_lead_instead_of_it_count_once():
    rotation = rotation_of("AB", limit=1)
    given(rotation, 50)
    refund_turn(Turn.objects.get(), reason="duplicate", by=None, at=MORNING)
    assert given(rotation, 50, 50) == "AB"
    assert counts(rotation) == [1, 1]
    assert faults(rotation) == []


def test_leads_that_count_as_turns_count():
    rotation = rotation_of("AB", limit=1, counts_by_hand=True)
    one, two = (each.rep.user for each in rotation.members.order_by("position"))
    [turn] = taken(rotation, 50)
    Assignment.objects.filter(pk=turn.pk).update(ended_at=MORNING, ended_how="reassigned")
    now = Assignment.objects.create(lead=turn.lead, holder=two, how="by_hand", assigned_at=MORNING)
    count_as_turn(rotation, user_id=two.pk, why="x", by=None, at=MORNING, assignment=now, instead_of=turn)
    assert counts(rotation) == [1, 1]
    take_back_refund(now, by=None, at=MORNING)
    uncount_turn(now, reason="undone", by=None, at=MORNING)
    assert counts(rotation) == [1, 0]
    assert faults(rotation) == []
    assert one.rep.memberships.get().owed == 0


def test_a_reset_and_a_new_limit_count_from_zero():
    rotation = rotation_of("AB", limit=3, resets="daily")
    given(rotation, 100, 1, 1, 1)
    assert counts(rotation) == [1, 3]
    edit_rotation(rotation, fields={"spread_limit": 2}, by=None, at=MORNING)
    assert counts(rotation) == [1, 3]
    edit_rotation(rotation, fields={"spread_limit": None}, by=None, at=MORNING)
    edit_rotation(rotation, fields={"spread_limit": 2}, by=None, at=MORNING)
    assert counts(rotation) == [0, 0]
    given(rotation, 1)
    given(rotation, 1, at=MORNING + DAY)
    assert counts(rotation) == [1, 0]
    assert faults(rotation, at=MORNING + DAY) == []


def test_a_version_of_before_the_limit_is_restored_without_it():
    rotation = rotation_of("AB", limit=None)
    rotation = edit_rotation(rotation, fields={"spread_limit": 2}, by=None, at=MORNING)
    old = RotationVersion.objects.get(number=1)
    old.snapshot["fields"].pop("spread_limit")  # as the release before wrote it
    old.save()
    rotation = roll_back(rotation, 1, version=rotation.version, by=None, at=MORNING, reason="as before")
    assert rotation.spread_limit is None


def test_a_count_that_was_changed_in_the_database_is_found():
    rotation = rotation_of("AB")
    given(rotation, 1)
    member = rotation.members.get(position=1)
    RotationMember.objects.filter(pk=member.pk).update(spread_count=4)
    assert [each["what"] for each in faults(rotation)] == [f"spread of member {member.pk}"]
