"""Every change of a rotation is a version; drafts are published now or at a time, and versions come back (F11b)."""

from datetime import timedelta

import pytest

from routing.actions.rotation.audit import audit_rotation
from routing.actions.rotation.editing import edit_rotation
from routing.actions.rotation.turns import TurnRequest, take_turns
from routing.actions.rotation.versions import (
    MAX_DRAFTS,
    Conflict,
    DraftIsClosed,
    NothingToChange,
    TooManyDrafts,
    VersionConflict,
    discard,
    publish,
    publish_due,
    publish_planned,
    roll_back,
    save_draft,
    schedule,
)
from routing.models import Notification, RotationMember, RotationVersion
from routing.queries.rotation.versions import latest_version, snapshot_of
from tests.factories import MORNING, make_lead, make_ops, make_rep, make_rotation

AT, HOUR = MORNING, timedelta(hours=1)
pytestmark = pytest.mark.django_db


@pytest.fixture
def people():
    return [make_rep(last_name=name) for name in ("Adi", "Budi", "Citra", "Dewi")]


@pytest.fixture
def rotation(people):
    return make_rotation(*people[:3])


def with_fields(rotation, **fields):
    """The snapshot that a draft keeps: as the form would have saved it."""
    snapshot = snapshot_of(rotation)
    return {**snapshot, "fields": {**snapshot["fields"], **fields}}


def with_members(rotation, *names, weights=()):
    """These people, by last name, in this order."""
    own = {"is_paused": False, "cap_hour": None, "cap_day": None, "cap_week": None, "cap_month": None}
    snapshot = snapshot_of(rotation)
    old = {each["rep"]: each for each in snapshot["members"]}
    members = []
    for person in names:
        weight = dict(weights).get(person.last_name, "1.00")
        members.append({"rep": person.rep.pk, **own, **old.get(person.rep.pk, {}), "weight": weight})
    return {**snapshot, "members": members}


def draft_of(rotation, snapshot, by=None):
    return save_draft(rotation, snapshot, sent=[["name", "x"]], by=by, at=AT)


def stands(rotation) -> list[tuple[str, str]]:
    rows = RotationMember.objects.filter(rotation=rotation).order_by("position")
    return [(row.rep.user.last_name, f"{float(row.weight):g}") for row in rows]


def holder_of_next(rotation):
    rotation.refresh_from_db()
    return take_turns(rotation, [TurnRequest(make_lead())], at=AT + HOUR)[0]


def test_each_change_is_a_version_with_who_when_and_all_settings(rotation):
    ops = make_ops()
    edit_rotation(rotation, fields={"owed_limit": 9}, by=ops, at=AT)
    edit_rotation(rotation, fields={"owed_limit": 9}, by=ops, at=AT)  # changes nothing
    first, second = RotationVersion.objects.filter(rotation=rotation).order_by("number")
    assert (first.number, first.snapshot["fields"]["owed_limit"]) == (1, 5)
    assert (second.number, second.by, second.at, second.snapshot["fields"]["owed_limit"]) == (2, ops, AT, 9)
    assert [each["rep"] for each in second.snapshot["members"]] == [
        row.rep_id for row in rotation.members.order_by("position")
    ]


def test_a_draft_changes_nothing_until_it_is_published(rotation, people):
    before = snapshot_of(rotation)
    draft = draft_of(rotation, with_members(rotation, *people[:3], weights=[("Adi", "3.00")]))
    assert snapshot_of(rotation) == before
    assert holder_of_next(rotation).receipt["version"] == 1
    edited = publish(draft, version=1, by=make_ops(), at=AT)
    assert (edited.version, stands(rotation)) == (2, [("Adi", "3"), ("Budi", "1"), ("Citra", "1")])
    assert holder_of_next(rotation).receipt["version"] == 2
    assert RotationVersion.objects.get(rotation=rotation, number=2).draft == draft
    with pytest.raises(DraftIsClosed):
        publish(draft, version=2, by=None, at=AT)


def test_who_joins_leaves_and_moves_in_a_draft_does_so_when_it_is_published(rotation, people):
    adi, budi, citra, dewi = people
    draft = draft_of(rotation, with_members(rotation, citra, dewi, adi))
    publish(draft, version=1, by=None, at=AT)
    assert [name for name, _weight in stands(rotation)] == ["Citra", "Dewi", "Adi"]


def test_other_settings_that_somebody_changed_stay(rotation, people):
    draft = draft_of(rotation, with_fields(rotation, owed_limit=9))
    edit_rotation(rotation, fields={"name": "Renamed"}, by=None, at=AT)
    publish(draft, version=2, by=None, at=AT)
    rotation.refresh_from_db()
    assert (rotation.name, rotation.owed_limit, rotation.version) == ("Renamed", 9, 3)


def test_a_setting_that_both_changed_is_a_conflict_and_nothing_happens(rotation, people):
    snapshot = with_members(rotation, *people[:3], weights=[("Adi", "3.00")])
    snapshot["fields"]["owed_limit"] = 9
    draft = draft_of(rotation, snapshot)
    publish(
        draft_of(rotation, with_members(rotation, *people[:3], weights=[("Adi", "2.00")])), version=1, by=None, at=AT
    )
    with pytest.raises(Conflict) as conflict:
        publish(draft, version=2, by=None, at=AT)
    rotation.refresh_from_db()
    draft.refresh_from_db()
    assert conflict.value.names == [people[0].rep.pk]
    assert (rotation.owed_limit, rotation.version, draft.state) == (5, 2, "open")


def test_a_page_that_showed_another_version_publishes_and_restores_nothing(rotation):
    draft = draft_of(rotation, with_fields(rotation, owed_limit=9))
    edit_rotation(rotation, fields={"owed_a_day": 3}, by=None, at=AT)
    for act in (
        lambda: publish(draft, version=1, by=None, at=AT),
        lambda: roll_back(rotation, 1, version=1, by=None, at=AT),
    ):
        with pytest.raises(VersionConflict):
            act()
    rotation.refresh_from_db()
    assert (rotation.owed_limit, rotation.owed_a_day, rotation.version) == (5, 3, 2)


def test_an_earlier_version_comes_back_as_a_new_one_and_turns_go_on(rotation, people):
    assert holder_of_next(rotation).holder.last_name == "Adi"
    draft = draft_of(rotation, with_members(rotation, *people[1:], weights=[("Budi", "2.00")]))
    publish(draft, version=1, by=None, at=AT)
    back = roll_back(rotation, 1, version=2, by=make_ops(), at=AT)
    assert (back.version, [name for name, _w in stands(rotation)]) == (3, ["Adi", "Budi", "Citra"])
    assert RotationVersion.objects.get(rotation=rotation, number=3).back_to == 1
    assert snapshot_of(back) == RotationVersion.objects.get(rotation=rotation, number=1).snapshot
    for _lead in range(6):
        holder_of_next(rotation)
    assert audit_rotation(rotation, at=AT + HOUR).faults == []
    with pytest.raises(NothingToChange):
        roll_back(rotation, 1, version=3, by=None, at=AT)
    with pytest.raises(RotationVersion.DoesNotExist):
        roll_back(rotation, 99, version=3, by=None, at=AT)


def test_a_planned_draft_publishes_itself_once_its_time_has_come(rotation):
    ops = make_ops()
    draft = schedule(
        draft_of(rotation, with_fields(rotation, owed_limit=9), by=ops), publish_at=AT + HOUR, by=ops, at=AT
    )
    assert publish_due(at=AT + HOUR - timedelta(seconds=1)) == 0
    assert publish_due(at=AT + HOUR) == 1
    assert publish_due(at=AT + HOUR) == 0
    rotation.refresh_from_db()
    draft.refresh_from_db()
    assert (rotation.owed_limit, draft.state, draft.ended_by) == (9, "published", ops)
    message = Notification.objects.get(user=ops)
    assert (message.kind, message.details["name"]) == ("draft_published", rotation.name)


def test_a_planned_draft_that_no_longer_fits_waits_and_its_author_gets_a_message(rotation):
    ops = make_ops()
    draft = schedule(
        draft_of(rotation, with_fields(rotation, owed_limit=9), by=ops), publish_at=AT + HOUR, by=ops, at=AT
    )
    edit_rotation(rotation, fields={"owed_limit": 7}, by=None, at=AT)
    assert publish_due(at=AT + HOUR) == 0
    draft.refresh_from_db()
    rotation.refresh_from_db()
    assert (rotation.owed_limit, draft.state, draft.publish_at, draft.conflicts) == (7, "open", None, ["owed_limit"])
    assert Notification.objects.get(user=ops).kind == "draft_refused"


def test_a_discarded_draft_does_not_publish_itself(rotation):
    draft = schedule(draft_of(rotation, with_fields(rotation, owed_limit=9)), publish_at=AT, by=None, at=AT)
    discard(draft, by=None, at=AT)
    assert publish_due(at=AT + HOUR) == 0
    with pytest.raises(DraftIsClosed):
        schedule(draft, publish_at=AT, by=None, at=AT)


def test_going_on_with_a_draft_keeps_one_and_takes_its_plan_back(rotation):
    draft = schedule(draft_of(rotation, with_fields(rotation, owed_limit=9)), publish_at=AT, by=None, at=AT)
    again = save_draft(rotation, with_fields(rotation, owed_limit=8), sent=[], by=None, at=AT, draft=draft)
    assert (again.pk, again.publish_at, again.snapshot["fields"]["owed_limit"]) == (draft.pk, None, 8)


def test_a_draft_that_changes_nothing_or_is_one_too_many_is_refused(rotation):
    with pytest.raises(NothingToChange):
        draft_of(rotation, snapshot_of(rotation))
    for number in range(MAX_DRAFTS):
        draft_of(rotation, with_fields(rotation, owed_limit=10 + number))
    with pytest.raises(TooManyDrafts):
        draft_of(rotation, with_fields(rotation, owed_limit=99))


def test_what_is_gone_or_taken_is_a_conflict_and_nothing_is_half_done(rotation, people):
    """A name that another rotation has, a person who was deleted: of drafts, of planned ones and of old versions."""
    extra = make_rep(last_name="Eka")
    snapshot = with_members(rotation, *people[:3], extra)
    snapshot["fields"]["name"] = "Taken"
    draft = schedule(draft_of(rotation, snapshot, by=make_ops()), publish_at=AT, by=None, at=AT)
    edit_rotation(rotation, fields={"name": "Renamed"}, by=None, at=AT)
    make_rotation(make_rep(), name=rotation.name)
    gone = extra.rep.pk
    extra.rep.delete()
    make_rotation(make_rep(), name="Taken")
    with pytest.raises(Conflict) as conflict:
        publish(draft, version=2, by=None, at=AT)
    assert set(conflict.value.names) == {gone, "name"}
    assert publish_due(at=AT + HOUR) == 0
    with pytest.raises(Conflict) as conflict:
        roll_back(rotation, 1, version=2, by=None, at=AT)
    assert conflict.value.names == ["name"]
    rotation.refresh_from_db()
    assert (rotation.name, rotation.version, len(stands(rotation))) == ("Renamed", 2, 3)


def test_a_draft_that_breaks_holds_up_no_other(rotation):
    broken = schedule(draft_of(rotation, with_fields(rotation, owed_limit=9)), publish_at=AT, by=None, at=AT)
    other = make_rotation(make_rep(), name="Other")
    schedule(draft_of(other, with_fields(other, owed_limit=8)), publish_at=AT, by=None, at=AT)
    broken.snapshot["fields"]["owed_limit"] = "many"
    broken.save()
    assert publish_due(at=AT + HOUR) == 1
    other.refresh_from_db()
    broken.refresh_from_db()
    assert (other.owed_limit, broken.state) == (8, "open")


def test_a_plan_that_was_taken_back_or_moved_a_moment_ago_is_not_carried_out(rotation):
    """The sweep lists what is due before it locks it."""
    listed = schedule(draft_of(rotation, with_fields(rotation, owed_limit=9)), publish_at=AT, by=None, at=AT)
    schedule(listed, publish_at=None, by=None, at=AT)
    assert publish_planned(listed, at=AT + HOUR) is False
    schedule(listed, publish_at=AT + 9 * HOUR, by=None, at=AT)
    assert publish_planned(listed, at=AT + HOUR) is False
    rotation.refresh_from_db()
    assert (rotation.owed_limit, rotation.version) == (5, 1)


def test_a_draft_that_wants_the_fallback_person_conflicts_with_there_being_none(rotation, people):
    edit_rotation(rotation, fields={"fallback": people[3].rep}, by=None, at=AT)
    rotation.refresh_from_db()
    draft = draft_of(rotation, with_fields(rotation, when_nobody="fallback"))
    edit_rotation(rotation, fields={"fallback": None}, by=None, at=AT)
    with pytest.raises(Conflict) as conflict:
        publish(draft, version=3, by=None, at=AT)
    assert conflict.value.names == ["fallback"]


def test_what_was_saved_while_the_form_was_read_is_not_turned_back(rotation):
    """The draft stands on the version that its form was made on, not on the newest."""
    snapshot = with_fields(rotation, owed_limit=9)
    edit_rotation(rotation, fields={"name": "Renamed"}, by=None, at=AT)
    draft = save_draft(rotation, snapshot, sent=[], by=None, at=AT, version=1)
    publish(draft, version=2, by=None, at=AT)
    rotation.refresh_from_db()
    assert (draft.base, rotation.name, rotation.owed_limit) == (1, "Renamed", 9)


def test_a_rotation_of_before_versions_were_kept_stands_since_its_last_change(rotation):
    rotation.history.update(history_date=AT - HOUR, history_user=make_ops())
    kept = latest_version(rotation, at=AT)
    assert (kept.number, kept.at, kept.by) == (1, AT - HOUR, rotation.history.first().history_user)
