"""Who joins a rotation again has the balance and caps of before; a new line for a member keeps the row (L11)."""

from collections import Counter

import pytest

from routing.actions.rotation.editing import MemberEdit, edit_rotation
from routing.actions.rotation.turns import NobodyAvailable
from routing.models import Rotation, RotationMember
from routing.queries.rotation.my_turns import my_rotations
from routing.queries.rotation.openings import rep_places_in_line
from tests.factories import MORNING
from tests.routing.actions.rotation.test_balances import give, is_exact, rotation_of

pytestmark = pytest.mark.django_db


def leave_and_join_again(rotation: Rotation, name: str, **fields) -> None:
    rows = list(rotation.members.order_by("position").select_related("rep__user"))
    stay = [MemberEdit(each.rep_id, member_id=each.pk) for each in rows if str(each.rep) != name]
    edit_rotation(rotation, members=stay, by=None, at=MORNING)
    gone = next(each.rep_id for each in rows if str(each.rep) == name)
    edit_rotation(rotation, fields=fields, members=[*stay, MemberEdit(gone)], by=None, at=MORNING)


def test_who_joins_again_the_same_day_has_the_cap_of_the_day():
    rotation = rotation_of("ABC", cap_day=2)
    give(rotation, 6)
    before = RotationMember.objects.get(rotation=rotation, rep__user__first_name="B").pk
    leave_and_join_again(rotation, "B")
    with pytest.raises(NobodyAvailable) as nobody:
        give(rotation)
    assert {each.reason for each in nobody.value.results} == {"cap_day"}
    assert RotationMember.objects.get(rotation=rotation, rep__user__first_name="B").pk == before
    assert is_exact(rotation)


def test_who_joins_again_catches_up_with_nobody():
    rotation = rotation_of("ABC")
    give(rotation, 6)
    leave_and_join_again(rotation, "B", joins_level=True)
    assert Counter(give(rotation, 9)) == {"A": 3, "B": 3, "C": 3}
    assert is_exact(rotation)


def test_who_left_is_no_member_anywhere(client):
    rotation = rotation_of("ABC")
    rows = list(rotation.members.order_by("position"))
    stay = [MemberEdit(each.rep_id, member_id=each.pk) for each in rows[:2]]
    edit_rotation(rotation, members=stay, by=None, at=MORNING)
    assert [str(each.rep) for each in rotation.members.order_by("position")] == ["A", "B"]
    assert give(rotation, 4) == "ABAB"
    gone = rows[2].rep
    assert (my_rotations(gone).count(), rep_places_in_line(gone, at=MORNING)) == (0, [])


def test_who_is_added_and_removed_in_one_save_stays():
    """A line that was deleted, and another one that now names the same rep."""
    rotation = rotation_of("ABC")
    rows = {str(each.rep): each for each in rotation.members.order_by("position")}
    edits = [MemberEdit(rows["A"].rep_id), MemberEdit(rows["C"].rep_id, member_id=rows["C"].pk)]
    edit_rotation(rotation, members=edits, by=None, at=MORNING)
    assert [(each.pk, str(each.rep)) for each in rotation.members.order_by("position")] == [
        (rows["A"].pk, "A"),
        (rows["C"].pk, "C"),
    ]
    assert give(rotation, 4) == "ACAC"
    assert is_exact(rotation)
