"""Members by rule are kept in step: within a minute, in one version that says so, and nothing when nothing changed."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext

from dashboards.queries.changes import change_log
from routing.actions.people import deactivate_person, reactivate_person
from routing.actions.rotation.editing import MemberEdit, edit_rotation
from routing.actions.rotation.member_sync import sync_members
from routing.actions.rotation.membership import RuleEdit
from routing.actions.rotation.turns import NobodyAvailable
from routing.actions.rotation.versions import Conflict, merge_with_current, publish, roll_back, save_draft
from routing.models import LedgerLine, Notification, Rep, Rotation, RotationVersion, Team
from routing.presenters.inbox import message_sentence
from routing.presenters.versions import conflict_names, snapshot_differences
from routing.queries.rotation.versions import snapshot_of
from tests.factories import MORNING, TeamFactory, make_ops, make_rep
from tests.routing.actions.rotation.test_balances import give, is_exact, rotation_of

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


@pytest.fixture
def team() -> Team:
    return TeamFactory(name="SMB")


def with_rules(names: str, *rules: RuleEdit, **fields) -> Rotation:
    """A rotation of these people by hand, and of whom the rules add."""
    rotation = rotation_of(names, **fields)
    edit_rotation(rotation, rules=rules, by=None, at=MORNING)
    return rotation


def of_team(*teams: Team, name: str, skills: tuple[str, ...] = ()) -> User:
    user = make_rep(*teams, first_name=name, last_name="")
    Rep.objects.filter(user=user).update(skills=list(skills))
    return user


def names(rotation: Rotation) -> str:
    """By hand in capitals, by rule in small letters."""
    rows = rotation.members.select_related("rep__user").order_by("position", "pk")
    return "".join(row.rep.user.first_name if row.rule_id is None else row.rep.user.first_name.lower() for row in rows)


def versions(rotation: Rotation) -> list[tuple[int, str]]:
    return list(RotationVersion.objects.filter(rotation=rotation).order_by("number").values_list("number", "reason"))


def test_who_joins_and_leaves_the_team_is_in_step_in_one_version_each(team):
    first = of_team(team, name="C")
    rotation = with_rules("AB", RuleEdit(team.pk))
    assert names(rotation) == "ABc"
    of_team(team, name="D")
    of_team(team, name="E")
    assert (sync_members(at=MORNING), names(rotation)) == (1, "ABcde")
    first.rep.teams.clear()
    assert (sync_members(at=MORNING), names(rotation)) == (1, "ABde")
    added, removed = "added by rule: everybody of team SMB", "removed, because no rule fits any more"
    assert versions(rotation) == [(1, ""), (2, added), (3, added), (4, removed)]
    lines = LedgerLine.objects.filter(rotation=rotation, kind=LedgerLine.Kind.EDITED)
    assert [line.details["version"] for line in lines.order_by("pk")] == [2, 3, 4]
    assert is_exact(rotation)


def test_nothing_is_written_when_nothing_changed(team):
    of_team(team, name="C")
    rotation = with_rules("AB", RuleEdit(team.pk), RuleEdit(skill="Banking"))
    before = (versions(rotation), LedgerLine.objects.count())
    with CaptureQueriesContext(connection) as asked:
        assert sync_members(at=MORNING) == 0
    assert len(asked) == 5
    assert (versions(rotation), LedgerLine.objects.count()) == before


def test_without_rules_it_is_one_question():
    rotation_of("AB")
    with CaptureQueriesContext(connection) as asked:
        assert sync_members(at=MORNING) == 0
    assert len(asked) == 1


def test_a_skill_makes_a_member_and_its_loss_ends_it():
    user = of_team(name="C", skills=("banking",))
    rotation = with_rules("A", RuleEdit(skill="Banking"))
    assert names(rotation) == "Ac"
    Rep.objects.filter(user=user).update(skills=["Retail"])
    sync_members(at=MORNING)
    assert names(rotation) == "A"


def test_a_deactivated_member_leaves_and_comes_back_with_balance_and_caps(team):
    user, ops = of_team(team, name="C"), make_ops()
    rotation = with_rules("AB", RuleEdit(team.pk), cap_day=2)
    give(rotation, 6)
    deactivate_person(user, by=ops, at=MORNING)
    sync_members(at=MORNING)
    assert names(rotation) == "AB"
    reactivate_person(user, by=ops, at=MORNING)
    sync_members(at=MORNING)
    assert names(rotation) == "ABc"
    with pytest.raises(NobodyAvailable) as nobody:
        give(rotation)
    assert {each.reason for each in nobody.value.results} == {"cap_day"}
    assert is_exact(rotation)


def test_turns_are_shared_with_who_joined_from_then_on(team):
    rotation = with_rules("AB", RuleEdit(team.pk))
    assert give(rotation, 4) == "ABAB"
    of_team(team, name="C")
    sync_members(at=MORNING)
    assert sorted(give(rotation, 6)) == list("AABBCC")
    assert is_exact(rotation)


def test_a_member_by_hand_who_leaves_the_list_but_fits_is_there_by_rule(team):
    rotation = rotation_of("AB")
    rows = list(rotation.members.order_by("position"))
    rows[1].rep.teams.add(team)
    edit_rotation(rotation, rules=[RuleEdit(team.pk)], by=None, at=MORNING)
    assert names(rotation) == "AB"
    edit_rotation(rotation, members=[MemberEdit(rows[0].rep_id, member_id=rows[0].pk)], by=None, at=MORNING)
    assert names(rotation) == "Ab"


def test_beyond_the_limit_members_stay_and_ops_get_one_message(team):
    ops = make_ops()
    of_team(team, name="C")
    rotation = with_rules("A", RuleEdit(team.pk))
    users = User.objects.bulk_create(User(username=f"crowd{n}") for n in range(1000))
    reps = Rep.objects.bulk_create(Rep(user=user) for user in users)
    through = Rep.teams.through
    through.objects.bulk_create(through(rep=rep, team=team) for rep in reps)
    before = versions(rotation)
    for minute in range(3):
        assert sync_members(at=MORNING + minute * MINUTE) == 0
    assert (names(rotation), versions(rotation)) == ("Ac", before)
    assert list(Notification.objects.values_list("user", "kind")) == [(ops.pk, "too_many")]
    assert Notification.objects.get().details | {"rotation": 0} == {
        "rotation": 0,
        "place": "SMB rotation",
        "n": 1002,
        "most": 1000,
    }
    sentence = message_sentence(Notification.objects.get(), at=MORNING)
    assert sentence.startswith("SMB rotation would have 1002 members by its rules, and a rotation takes 1000 at most.")
    through.objects.filter(rep__in=reps).delete()
    assert sync_members(at=MORNING) == 0
    through.objects.bulk_create(through(rep=rep, team=team) for rep in reps)
    sync_members(at=MORNING + 9 * MINUTE)
    assert Notification.objects.count() == 2


def test_one_rotation_that_breaks_holds_up_no_other(team):
    broken, sound = with_rules("A", RuleEdit(team.pk), name="Broken"), with_rules("B", RuleEdit(team.pk), name="Sound")
    Rotation.objects.filter(pk=broken.pk).update(time_zone="Nowhere/Never")
    of_team(team, name="C")
    assert sync_members(at=MORNING) == 1
    assert (names(broken), names(sound)) == ("A", "Bc")


def test_an_earlier_version_brings_its_rules_back_and_who_fits_them_now(team):
    of_team(team, name="C")
    rotation = with_rules("AB", RuleEdit(team.pk))
    edit_rotation(rotation, rules=[], by=None, at=MORNING)
    of_team(team, name="D")
    assert names(rotation) == "AB"
    edited = roll_back(rotation, 2, version=3, by=None, at=MORNING, reason="As it was.")
    assert (edited.version, names(rotation), rotation.rules.get().team) == (4, "ABcd", team)
    assert versions(rotation)[-1] == (4, "As it was.")


def test_a_version_of_before_rules_were_known_has_none(team):
    of_team(team, name="C")
    rotation = with_rules("AB", RuleEdit(team.pk))
    old = RotationVersion.objects.get(rotation=rotation, number=1)
    del old.snapshot["rules"]
    old.save()
    roll_back(rotation, 1, version=2, by=None, at=MORNING)
    assert (names(rotation), rotation.rules.count()) == ("AB", 0)


def test_a_version_whose_team_is_gone_is_not_brought_back(team):
    rotation = with_rules("AB", RuleEdit(team.pk, "Banking"))
    edit_rotation(rotation, rules=[], by=None, at=MORNING)
    team.delete()
    with pytest.raises(Conflict) as conflict:
        roll_back(rotation, 2, version=3, by=None, at=MORNING)
    text = conflict_names(conflict.value.names)
    assert text == "the membership rule “everybody of team (deleted) with skill Banking”"
    assert names(rotation) == "AB"


def test_a_draft_with_a_rule_takes_who_fits_when_it_is_published(team):
    first = of_team(team, name="C")
    rotation = with_rules("AB")
    now = snapshot_of(rotation)
    rule = {"team": team.pk, "skill": "", "weight": "1.00"}
    own = {**now["members"][0], "rep": first.rep.pk, "by_rule": True}
    draft = save_draft(
        rotation, {**now, "members": [*now["members"], own], "rules": [rule]}, sent=[], by=None, at=MORNING
    )
    first.rep.teams.clear()
    of_team(team, name="D")
    assert merge_with_current(draft).conflicts == ()
    publish(draft, version=None, by=None, at=MORNING)
    assert names(rotation) == "ABd"


def test_who_joined_by_rule_since_a_draft_was_saved_is_no_conflict(team):
    of_team(team, name="C")
    rotation = with_rules("AB", RuleEdit(team.pk))
    now = snapshot_of(rotation)
    heavier = [each | ({"weight": "3.00"} if each.get("by_rule") else {}) for each in now["members"]]
    draft = save_draft(rotation, {**now, "members": heavier}, sent=[], by=None, at=MORNING)
    User.objects.get(first_name="C").rep.teams.clear()
    of_team(team, name="D")
    sync_members(at=MORNING)
    publish(draft, version=None, by=None, at=MORNING)
    assert names(rotation) == "ABd"


def test_the_differences_of_a_version_name_rules_and_who_came_by_them(team):
    of_team(team, name="C")
    rotation = rotation_of("AB")
    before = snapshot_of(rotation)
    edit_rotation(rotation, rules=[RuleEdit(team.pk)], by=None, at=MORNING)
    after = snapshot_of(rotation)
    lines = [(line.label, line.old, line.new) for line in snapshot_differences(before, after)]
    assert lines == [
        ("Membership rule", "", "everybody of team SMB, weight 1"),
        ("Added by rule", "", "C"),
    ]
    lines = [(line.label, line.old, line.new) for line in snapshot_differences(after, before)]
    assert lines == [
        ("Membership rule", "everybody of team SMB, weight 1", "removed"),
        ("Removed by rule", "", "C"),
    ]


def test_the_change_log_says_who_joined_again_and_by_which_rule(team):
    user = of_team(team, name="C")
    rotation = with_rules("AB", RuleEdit(team.pk))
    user.rep.teams.clear()
    sync_members(at=MORNING)
    user.rep.teams.add(team)
    sync_members(at=MORNING)
    again, left, first = change_log(kind="members").changes[:3]
    assert (again.act, again.what) == ("+", "SMB rotation: C")
    text = "joined at place 3, added by rule: everybody of team SMB"
    assert [(each.label, each.old, each.new) for each in again.differences] == [("Member", "", text)]
    assert (left.act, first.act) == ("-", "+")
    assert ("Added by rule", "everybody of team SMB") in [(each.label, each.new) for each in first.differences]
    made = change_log(kind="membership-rules").changes[0]
    assert (made.act, made.what) == ("+", "SMB rotation: everybody of team SMB")
    edit_rotation(rotation, rules=[], by=None, at=MORNING)
    gone = change_log(kind="membership-rules").changes[0]
    assert (gone.act, gone.what) == ("-", "SMB rotation: everybody of team SMB")
