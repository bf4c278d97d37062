"""Conditions hold what they promise for any field, operator and value."""

from hypothesis import given, settings
from hypothesis import strategies as st

from leads.decisions.conditions.parsing import (
    FIELDS,
    OPERATORS,
    Condition,
    ConditionRefused,
    as_json,
    check,
    never_matches,
    parse,
)
from tests.effort import examples


def one(field, operator, value=None):
    return parse([{"field": field, "operator": operator, "value": value}])


NUMBERS = st.one_of(
    st.builds(
        lambda operator, value: Condition("score", operator, value),
        st.sampled_from(["at_least", "more_than", "at_most", "less_than", "is", "is_not"]),
        st.integers(-5, 105),
    ),
    st.builds(
        lambda pair: Condition("score", "between", tuple(sorted(pair))),
        st.tuples(st.integers(0, 100), st.integers(0, 100)),
    ),
    st.sampled_from([Condition("score", "is_known"), Condition("score", "is_unknown")]),
)
WORDS = st.text(alphabet="ab", min_size=1, max_size=2)
TEXTS = st.one_of(
    st.builds(
        lambda operator, value: Condition("city", operator, value),
        st.sampled_from(["is", "is_not", "contains", "not_contains", "starts_with"]),
        WORDS,
    ),
    st.builds(
        lambda operator, values: Condition("city", operator, tuple(values)),
        st.sampled_from(["in", "not_in"]),
        st.lists(WORDS, min_size=1, max_size=3),
    ),
)


@given(st.lists(NUMBERS, max_size=4))
@settings(max_examples=examples(300), deadline=None)
def test_never_matches_agrees_with_trying_every_score(conditions):
    tried = any(check(conditions, {"score": score}).holds for score in [None, *range(101)])
    assert never_matches(conditions) is not tried


@given(st.lists(TEXTS, max_size=4), st.text(alphabet="abc", max_size=5))
@settings(max_examples=examples(300), deadline=None)
def test_never_matches_is_right_about_every_city(conditions, city):
    if check(conditions, {"city": city}).holds:
        assert never_matches(conditions) is False


def naive(condition, facts):
    known, value = facts["score"], condition.value
    if condition.operator == "between":
        return known is not None and known in range(value[0], value[1] + 1)
    if known is None:
        return condition.operator in ("is_not", "is_unknown")
    return {
        "at_least": lambda: not known < value,
        "more_than": lambda: known - value > 0,
        "at_most": lambda: not known > value,
        "less_than": lambda: value - known > 0,
        "is": lambda: known - value == 0,
        "is_not": lambda: known - value != 0,
        "is_known": lambda: True,
        "is_unknown": lambda: False,
    }[condition.operator]()


@given(st.lists(NUMBERS, max_size=5), st.one_of(st.none(), st.integers(0, 100)))
def test_check_agrees_with_a_naive_reading(conditions, score):
    verdict = check(conditions, {"score": score})
    assert [answer for _, answer in verdict.results] == [naive(condition, {"score": score}) for condition in conditions]
    assert verdict.holds is all(answer for _, answer in verdict.results)


@given(
    st.recursive(
        st.one_of(st.none(), st.booleans(), st.integers(-(10**20), 10**20), st.floats(), st.text()),
        lambda inner: st.one_of(st.lists(inner), st.dictionaries(st.text(max_size=8), inner)),
        max_leaves=10,
    )
)
def test_parse_refuses_or_reads_but_nothing_else(raw):
    try:
        parse(raw)
    except ConditionRefused as refused:
        assert refused.code


@given(
    st.sampled_from(sorted(FIELDS)),
    st.sampled_from(sorted({name for names in OPERATORS.values() for name in names})),
    st.one_of(
        st.none(),
        st.integers(-5, 5),
        st.floats(),
        st.text(max_size=3),
        st.lists(st.one_of(st.integers(-3, 3), st.text(max_size=2)), max_size=3),
    ),
    st.one_of(
        st.none(),
        st.integers(),
        st.floats(),
        st.text(max_size=3),
        st.booleans(),
        st.lists(st.text(max_size=2), max_size=2),
    ),
)
@settings(max_examples=examples(500))
def test_check_answers_for_everything_that_parse_accepts(field, operator, value, known):
    try:
        conditions = parse([{"field": field, "operator": operator, "value": value}])
    except ConditionRefused:
        return
    assert check(conditions, {field: known}).holds in (True, False)
    assert parse(as_json(conditions)) == conditions
    assert never_matches(conditions) in (True, False)
