"""Conditions on own fields: the same operators by kind, days, and fields that are not there any more (A9)."""

from decimal import Decimal

import pytest

from leads.decisions.conditions.parsing import Condition, ConditionRefused, as_json, check, derive, never_matches, parse
from leads.decisions.facts.normalisation import Facts


def one(field: str, operator: str, value: object = None, own=None) -> Condition:
    return parse([{"field": field, "operator": operator, "value": value}], own)[0]


def holds(condition: Condition, **own) -> bool:
    return check(
        [condition], derive(Facts(), own={name.replace("__", ":"): value for name, value in own.items()})
    ).holds


@pytest.mark.parametrize(
    ("condition", "value", "answer"),
    [
        (one("choice:quality", "is", "high"), {"choice__quality": "High"}, True),
        (one("choice:quality", "in", ["low", "High"]), {"choice__quality": "high"}, True),
        (one("choice:quality", "is_not", "High"), {}, True),
        (one("number:visits", "at_least", "2.5"), {"number__visits": 2.5}, True),
        (one("number:visits", "is", 0.1), {"number__visits": 0.1}, True),
        (one("number:visits", "less_than", 0), {"number__visits": -1}, True),
        (one("number:visits", "at_least", 3), {"text__visits": "3"}, False),
        (one("date:last_seen", "before", "2026-11-16"), {"date__last_seen": "2026-11-15"}, True),
        (one("date:last_seen", "after", "2026-11-16"), {"date__last_seen": "2026-11-16"}, False),
        (
            one("date:last_seen", "between", ["2026-11-01", "2026-11-30"]),
            {"date__last_seen": "2026-11-30"},
            True,
        ),
        (one("yes_no:consent", "is_true"), {"yes_no__consent": True}, True),
        (one("yes_no:consent", "is_false"), {}, False),
        (one("text:note", "contains", "demo"), {"text__note": "Asked for a DEMO"}, True),
        (one("text:note", "is_unknown"), {"text__note": None}, True),
    ],
)
def test_own_values_are_compared_like_those_of_alur(condition, value, answer):
    assert holds(condition, **value) is answer


def test_a_condition_on_a_field_that_is_gone_is_met_by_no_lead():
    gone = [one("choice:quality", operator, value, own={"text:quality"})
            for operator, value in (("is", "High"), ("is_not", "High"), ("is_unknown", None))]  # fmt: skip
    assert [(each.is_gone, holds(each)) for each in gone] == [(True, False)] * 3
    assert one("choice:quality", "is", "High", own={"choice:quality"}).is_gone is False


@pytest.mark.parametrize(
    ("field", "operator", "value", "code"),
    [
        ("date:last_seen", "before", "soon", "not_a_day"),
        ("date:last_seen", "before", "", "empty_value"),
        ("date:last_seen", "between", ["2026-11-30", "2026-11-01"], "reversed_days"),
        ("date:last_seen", "at_least", "2026-11-30", "unknown_operator"),
        ("number:visits", "contains", "3", "unknown_operator"),
        ("money:visits", "is", "3", "unknown_field"),
    ],
)
def test_what_does_not_fit_the_kind_is_refused(field, operator, value, code):
    with pytest.raises(ConditionRefused) as refused:
        one(field, operator, value)
    assert refused.value.code == code


def test_days_are_stored_as_they_are_read():
    stored = as_json([one("date:last_seen", "between", ["2026-11-01", " 2026-11-30T10:00 "])])
    assert stored == [{"field": "date:last_seen", "operator": "between", "value": ["2026-11-01", "2026-11-30"]}]


@pytest.mark.parametrize(
    ("conditions", "answer"),
    [
        ([("date:d", "after", "2026-11-16"), ("date:d", "before", "2026-11-17")], True),
        ([("date:d", "after", "2026-11-16"), ("date:d", "before", "2026-11-18")], False),
        ([("number:n", "more_than", Decimal("0.001")), ("number:n", "less_than", Decimal("0.002"))], False),
        ([("number:n", "less_than", -5), ("number:n", "more_than", -7)], False),
        ([("number:n", "less_than", -7), ("number:n", "more_than", -5)], True),
        ([("choice:c", "is", "A"), ("choice:c", "is", "B")], True),
        ([("yes_no:y", "is_true", None), ("yes_no:y", "is_false", None)], True),
    ],
)
def test_contradictions_are_found(conditions, answer):
    assert never_matches([one(*each) for each in conditions]) is answer
