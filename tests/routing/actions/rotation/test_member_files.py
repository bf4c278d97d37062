"""Drafts of rotations from a file of members: all of them or none, and never over somebody else's work (F11b)."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.contrib.auth.models import User

from routing.actions.rotation.editing import edit_rotation
from routing.actions.rotation.member_files import DraftIsOpen, MemberDraft, NameTaken, draft_members
from routing.actions.rotation.versions import DraftIsClosed, NothingToChange, VersionConflict, discard
from routing.decisions.member_files.plan import WantedMember
from routing.models import Rotation, RotationDraft
from tests.clients import nothing_changes
from tests.factories import MORNING, make_ops, make_rep, make_rotation

pytestmark = pytest.mark.django_db


@pytest.fixture
def ops() -> User:
    return make_ops()


@pytest.fixture
def rotation() -> Rotation:
    return make_rotation(make_rep(), make_rep())


def of(rotation: Rotation, *people: User, **more) -> MemberDraft:
    wanted = [WantedMember(user.rep.pk, line, Decimal(2)) for line, user in enumerate(people, start=2)]
    return MemberDraft(rotation.name, wanted, **({"rotation": rotation, "version": rotation.version} | more))


def test_one_draft_for_each_rotation_in_the_order_that_was_asked(ops: User, rotation: Rotation):
    other, newcomer = make_rotation(name="Other"), make_rep()
    fresh = MemberDraft("Fresh", [WantedMember(newcomer.rep.pk, 2)])
    made = draft_members([fresh, of(other, newcomer), of(rotation, newcomer)], by=ops, at=MORNING)
    assert [draft.rotation.name for draft in made] == ["Fresh", "Other", rotation.name]
    assert [len(draft.snapshot["members"]) for draft in made] == [1, 1, 3]
    assert list(Rotation.objects.order_by("pk").values_list("version", "is_active")) == [
        (1, True),
        (1, True),
        (1, False),
    ]


def test_nothing_is_half_done_when_one_of_several_cannot_be(ops: User, rotation: Rotation):
    other, newcomer = make_rotation(name="Other"), make_rep()
    edit_rotation(other, fields={"owed_limit": 9}, by=None, at=MORNING)
    wanted = [MemberDraft("Fresh", [WantedMember(newcomer.rep.pk, 2)]), of(rotation, newcomer)]
    with nothing_changes(), pytest.raises(VersionConflict):
        draft_members([*wanted, of(other, newcomer, version=1)], by=ops, at=MORNING)
    with nothing_changes(), pytest.raises(NameTaken):
        draft_members([of(rotation, newcomer), MemberDraft("Other", wanted[0].members)], by=ops, at=MORNING)
    with nothing_changes(), pytest.raises(NothingToChange):
        draft_members([*wanted, MemberDraft("Other", [], rotation=other)], by=ops, at=MORNING)


def test_a_draft_that_is_there_is_only_replaced_when_it_is_named(ops: User, rotation: Rotation):
    first = draft_members([of(rotation, make_rep())], by=make_ops(), at=MORNING)[0]
    later = MORNING + timedelta(minutes=5)
    second = of(rotation, make_rep())
    with nothing_changes(), pytest.raises(DraftIsOpen):
        draft_members([second], by=ops, at=later)
    replaced = draft_members([of(rotation, make_rep(), replaced=first)], by=ops, at=later)[0]
    assert (replaced.pk, replaced.by, replaced.at, RotationDraft.objects.count()) == (first.pk, ops, later, 1)
    discard(replaced, by=ops, at=later)
    third = of(rotation, make_rep(), replaced=first)
    with nothing_changes(), pytest.raises(DraftIsClosed):
        draft_members([third], by=ops, at=later)
