"""Who is a member by a rule: by hand comes first, nobody else joins or leaves, and never more than the limit."""

from hypothesis import given
from hypothesis import strategies as st

from routing.decisions.rotation.membership import (
    MembershipCondition,
    Person,
    first_fitting,
    fits,
    membership_change,
)

REPS = st.sets(st.integers(1, 12))
WANTED = st.dictionaries(st.integers(1, 12), st.integers(1, 3))


def test_team_and_skill_must_both_hold():
    both = MembershipCondition(1, team=7, skill=frozenset({"banking"}))
    assert fits(both, Person(1, {7, 8}, ["Banking"]), kind="")
    assert not fits(both, Person(2, {7}, ["Retail"]), kind="")
    assert not fits(both, Person(3, {8}, ["Banking"]), kind="")


def test_a_country_can_be_written_as_code_or_name_where_the_rotation_asks_for_countries():
    rule = MembershipCondition(1, skill=frozenset({"indonesia", "ID"}))
    assert fits(rule, Person(1, skills=["ID"]), kind="country")
    assert not fits(MembershipCondition(1, skill=frozenset({"indonesia"})), Person(1, skills=["ID"]), kind="industry")


def test_the_first_rule_that_fits_counts():
    rules = [MembershipCondition(1, team=7), MembershipCondition(2, skill=frozenset({"banking"}))]
    people = [Person(1, {7}, ["Banking"]), Person(2, (), ["banking"]), Person(3)]
    assert first_fitting(rules, people, kind="") == {1: 1, 2: 2}


@given(wanted=WANTED, by_rule=REPS, by_hand=REPS)
def test_afterwards_everybody_who_fits_and_everybody_by_hand_is_in_and_nobody_else(wanted, by_rule, by_hand):
    by_rule -= by_hand
    change = membership_change(wanted, by_rule=by_rule, by_hand=by_hand, limit=24)
    after = (by_rule | by_hand | change.joins.keys()) - change.leaves
    assert after == wanted.keys() | by_hand
    assert not change.leaves & by_hand and not change.joins.keys() & (by_rule | by_hand)


@given(wanted=WANTED, by_hand=REPS)
def test_in_step_nothing_changes(wanted, by_hand):
    by_rule = wanted.keys() - by_hand
    assert not membership_change(wanted, by_rule=by_rule, by_hand=by_hand, limit=24)


@given(wanted=WANTED, by_rule=REPS, by_hand=REPS, limit=st.integers(0, 12))
def test_beyond_the_limit_all_stay_as_they_are(wanted, by_rule, by_hand, limit):
    by_rule -= by_hand
    change = membership_change(wanted, by_rule=by_rule, by_hand=by_hand, limit=limit)
    after = (by_rule | by_hand | change.joins.keys()) - change.leaves
    if change.beyond:
        assert (after, change.beyond > limit) == (by_rule | by_hand, True)
    else:
        assert len(after) <= limit or not change
