"""A lead that asks for a skill writes one member, and nobody is due more or less when skills change (F5, L11)."""

import pytest
from django.contrib.auth.models import User

from routing.actions.rotation.audit import audit_rotation
from routing.actions.rotation.editing import edit_rotation
from routing.actions.rotation.turns import TurnRequest, take_turns
from routing.actions.undo import revert_assignment
from routing.decisions.rotation import needs
from routing.models import Assignment, Rep, Roster, Rotation, RotationMember, Turn
from routing.queries.fairness import period_span, rotation_fairness
from routing.queries.rotation.state import load_state
from tests.factories import MORNING, SourceFactory, make_lead, make_rep, make_rotation

pytestmark = pytest.mark.django_db
SKILLS = ([], ["Thai"], ["Thai", "Khmer"], ["Khmer"], [])


def rotation_of_five(**fields) -> Rotation:
    users = [make_rep(first_name=name, last_name="") for name in "ABCDE"]
    for user, words in zip(users, SKILLS, strict=True):
        learn(user, *words)
    return make_rotation(*users, **{"skill": "industry", **fields})


def learn(user: User, *words: str) -> None:
    Rep.objects.filter(user=user).update(skills=list(words))


def member(rotation: Rotation, name: str) -> RotationMember:
    return rotation.members.get(rep__user__first_name=name)


def give(rotation: Rotation, *asked: str) -> list[Assignment]:
    return take_turns(rotation, [TurnRequest(make_lead(industry=word)) for word in asked], at=MORNING)


def balances(rotation: Rotation) -> list[int]:
    state = load_state(Rotation.objects.get(pk=rotation.pk), at=MORNING, as_stored=True)
    return [state.balance_of(each) for each in state.members]


def written(rotation: Rotation) -> list[tuple]:
    return list(RotationMember.objects.filter(rotation=rotation).order_by("pk").values_list())


def is_clean(rotation: Rotation) -> bool:
    return audit_rotation(rotation, at=MORNING).faults == []


def test_a_lead_with_a_skill_writes_who_got_it_and_who_comes_first_now():
    rotation = rotation_of_five()
    give(rotation, "", "", "", "", "", "Thai")
    before = written(rotation)
    give(rotation, "Thai")
    changed = [names for names, one, two in zip("ABCDE", before, written(rotation), strict=True) if one != two]
    assert changed == ["C"]
    turn = Turn.objects.get(rotation=rotation, number=7)
    assert (turn.barred, turn.need, list(turn.before["members"])) == (
        {},
        '["industry", "thai"]',
        [str(member(rotation, "C").pk)],
    )
    assert is_clean(rotation)


def test_new_skills_leave_what_was_due_as_it_was():
    rotation = rotation_of_five()
    give(rotation, "Thai", "Khmer", "", "Thai", "Thai")
    was = balances(rotation)
    learn(member(rotation, "A").rep.user, "Thai", "Mining")
    learn(member(rotation, "C").rep.user)
    assert balances(rotation) == was
    give(rotation, "Thai")
    assert member(rotation, "A").skills_counted == ["Thai", "Mining"]
    assert abs(sum(balances(rotation))) < 10**6
    assert is_clean(rotation)


def test_a_source_with_another_name_leaves_what_was_due_as_it_was():
    rotation, fair = rotation_of_five(skill="source"), SourceFactory(slug="fair", name="Thai")
    take_turns(rotation, [TurnRequest(make_lead(source=fair)) for _lead in range(3)], at=MORNING)
    was = balances(rotation)
    fair.name = "Khmer"
    fair.save()
    assert balances(rotation) == was
    (one,) = take_turns(rotation, [TurnRequest(make_lead(source=fair))], at=MORNING)
    assert one.holder.first_name in "CD"
    assert is_clean(rotation)


def test_a_rotation_that_asks_for_no_skill_any_more_has_one_clock():
    rotation = rotation_of_five()
    give(rotation, "Thai", "Khmer", "Khmer")
    was = balances(rotation)
    edit_rotation(rotation, fields={"skill": ""}, by=None, at=MORNING)
    assert balances(rotation) == was
    assert Rotation.objects.get(pk=rotation.pk).needs == {}
    give(rotation, "Thai")
    assert is_clean(rotation)


def test_many_needs_are_settled_now_and_then(monkeypatch):
    monkeypatch.setattr(needs, "MAX_NEEDS", 3)
    rotation = rotation_of_five()
    for number in range(4):
        learn(member(rotation, "B").rep.user, "Thai", *(f"Skill {n}" for n in range(number + 1)))
        give(rotation, f"Skill {number}")
    assert Rotation.objects.get(pk=rotation.pk).needs == {}
    assert abs(sum(balances(rotation))) < 10**6
    give(rotation, "Thai", "")
    assert is_clean(rotation)


@pytest.mark.parametrize("most", [40, 1])
def test_an_undone_lead_with_a_skill_leaves_everything_as_before(monkeypatch, most):
    """Also when its turn was the one that settled the clocks."""
    monkeypatch.setattr(needs, "MAX_NEEDS", most)
    rotation = rotation_of_five()
    give(rotation, "Khmer", "")
    was = balances(rotation)
    (last,) = give(rotation, "Thai")
    assert balances(rotation) != was
    revert_assignment(last, by=None, at=MORNING)
    assert balances(rotation) == was
    assert is_clean(rotation)
    assert [each.holder for each in give(rotation, "Thai")] == [last.holder]
    assert is_clean(rotation)


def test_fairness_knows_from_the_roster_who_could_have_had_it():
    rotation = rotation_of_five()
    give(rotation, "Thai", "Thai", "Khmer")
    roster = Roster.objects.get(rotation=rotation)
    assert {len(words) for words in roster.skills.values()} == {1, 2}
    assert len(roster.skills) == 3
    rows = rotation_fairness(rotation, period_span("", at=MORNING.replace(hour=23))).verdict.rows
    due = {User.objects.get(rep=each.share.rep_id).first_name: float(each.share.due) for each in rows}
    assert due == {"A": 0, "B": 1, "C": 1.5, "D": 0.5, "E": 0}
