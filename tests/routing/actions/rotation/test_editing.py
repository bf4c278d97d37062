"""Editing a rotation: one version for each change, and turns go on where they were."""

from datetime import timedelta

import pytest

from leads.models import Lead
from queues.models import Queue
from routing.actions.rotation.editing import DuplicateRep, MemberEdit, NotEditable, edit_rotation
from routing.actions.rotation.turns import TurnRequest, take_turns
from routing.models import Rotation, RotationMember
from tests.factories import MORNING, QueueFactory, make_entry, make_lead, make_ops, make_rep, make_rotation

pytestmark = pytest.mark.django_db


@pytest.fixture
def people():
    return [make_rep(last_name=name) for name in ("Adi", "Budi", "Citra", "Dewi")]


@pytest.fixture
def rotation(people):
    return make_rotation(*people[:3])


def members(rotation: Rotation) -> list[RotationMember]:
    return list(RotationMember.objects.filter(rotation=rotation).order_by("position", "pk"))


def names(rotation: Rotation) -> list[str]:
    return [member.rep.user.last_name for member in members(rotation)]


def as_places(rotation: Rotation, **numbers: int) -> list[MemberEdit]:
    """The list as the page shows it, 1, 2, 3 ..., with other numbers typed for some last names."""
    return [
        MemberEdit(member.rep_id, numbers.get(member.rep.user.last_name, place), member.is_paused, member.pk)
        for place, member in enumerate(members(rotation), start=1)
    ]


def turn(rotation: Rotation) -> str:
    return take_turns(rotation, [TurnRequest(make_lead())], at=MORNING)[0].holder.last_name


def test_edit_writes_members_in_the_order_of_their_numbers(rotation, people):
    ops = make_ops()
    edit_rotation(rotation, members=as_places(rotation, Adi=5, Citra=1), by=ops, at=MORNING)
    assert names(rotation) == ["Citra", "Budi", "Adi"]
    assert [member.position for member in members(rotation)] == [0, 1, 2]


def test_a_place_typed_for_somebody_above_moves_the_others_up(rotation):
    edit_rotation(rotation, members=as_places(rotation, Adi=2), by=make_ops(), at=MORNING)
    assert names(rotation) == ["Budi", "Adi", "Citra"]


def test_a_new_member_gets_the_place_that_was_typed(rotation, people):
    places = [*as_places(rotation), MemberEdit(people[3].rep.pk, 2)]
    edit_rotation(rotation, members=places, by=make_ops(), at=MORNING)
    assert names(rotation) == ["Adi", "Dewi", "Budi", "Citra"]


def test_edit_raises_the_version_once(rotation, people):
    edit_rotation(
        rotation,
        fields={"name": "Renamed", "skips_over_capacity": True},
        members=[*as_places(rotation, Citra=1), MemberEdit(people[3].rep.pk)],
        by=make_ops(),
        at=MORNING,
    )
    rotation.refresh_from_db()
    assert (rotation.version, rotation.name, names(rotation)) == (2, "Renamed", ["Citra", "Adi", "Budi", "Dewi"])


def test_edit_without_a_change_makes_no_version(people):
    rotation = make_rotation(*people)
    again = edit_rotation(rotation, fields={"name": rotation.name}, members=as_places(rotation), by=None, at=MORNING)
    assert (again.version, rotation.history.count()) == (1, 1)


def test_edit_keeps_who_is_next(rotation, people):
    assert turn(rotation) == "Adi"
    edit_rotation(rotation, members=as_places(rotation, Citra=1), by=make_ops(), at=MORNING)
    assert [turn(rotation) for _turn in range(4)] == ["Budi", "Citra", "Adi", "Budi"]


def test_removing_who_was_served_last_keeps_who_is_next(rotation, people):
    assert [turn(rotation), turn(rotation)] == ["Adi", "Budi"]
    left = [place for place in as_places(rotation) if place.rep_id != people[1].rep.pk]
    edit_rotation(rotation, members=left, by=make_ops(), at=MORNING)
    assert [turn(rotation) for _turn in range(3)] == ["Citra", "Adi", "Citra"]


def test_edit_does_not_undo_turns_taken_since_the_page_was_opened(rotation, people):
    opened = Rotation.objects.get(pk=rotation.pk)
    assert turn(rotation) == "Adi"
    edit_rotation(opened, fields={"name": "Renamed"}, members=as_places(rotation), by=make_ops(), at=MORNING)
    rotation.refresh_from_db()
    assert (rotation.turns_taken, turn(rotation)) == (1, "Budi")


def test_edit_gives_out_leads_that_waited_for_somebody(people, django_capture_on_commit_callbacks):
    rotation = make_rotation()
    queue = QueueFactory(dispatch=Queue.Dispatch.PUSH, rotation=rotation)
    entry = make_entry(queue)
    with django_capture_on_commit_callbacks(execute=True):
        edit_rotation(
            rotation, members=[MemberEdit(people[0].rep.pk)], by=make_ops(), at=MORNING + timedelta(minutes=1)
        )
    assert (Lead.objects.get(pk=entry.lead_id).stage, names(rotation)) == (Lead.Stage.HELD, ["Adi"])


def test_edit_refuses_a_rep_twice(rotation, people):
    with pytest.raises(DuplicateRep):
        edit_rotation(rotation, members=[*as_places(rotation), MemberEdit(people[0].rep.pk)], by=make_ops(), at=MORNING)


def test_edit_refuses_what_follows_from_turns(rotation):
    with pytest.raises(NotEditable):
        edit_rotation(rotation, fields={"pointer": 3}, by=make_ops(), at=MORNING)


def test_edit_says_who_changed_what(rotation):
    ops = make_ops()
    edit_rotation(rotation, members=as_places(rotation, Citra=1), by=ops, at=MORNING)
    versions = list(rotation.history.values_list("version", "history_user")[:1])
    assert versions == [(2, ops.pk)]
    moved = RotationMember.history.filter(rotation=rotation, history_user=ops)
    assert sorted(moved.values_list("rep__user__last_name", "position")) == [("Adi", 1), ("Budi", 2), ("Citra", 0)]
