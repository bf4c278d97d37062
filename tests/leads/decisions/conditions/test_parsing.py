"""The language of rules: what it accepts, what it refuses, and what holds."""

import json
from decimal import Decimal

import pytest

from leads.decisions.conditions.parsing import (
    OPERATORS,
    Condition,
    ConditionRefused,
    as_json,
    check,
    never_matches,
    parse,
)


def one(field, operator, value=None):
    return parse([{"field": field, "operator": operator, "value": value}])


@pytest.mark.parametrize(
    ("raw", "index", "code"),
    [
        ({"field": "score"}, None, "not_a_list"),
        ("score", None, "not_a_list"),
        ([{"field": "score", "operator": "is", "value": 1}] * 21, None, "too_many"),
        (["score"], 0, "not_an_object"),
        ([{}], 0, "unknown_field"),
        ([{"field": "email", "operator": "is", "value": "x"}], 0, "unknown_field"),
        ([{"field": ["score"], "operator": "is", "value": "x"}], 0, "unknown_field"),
        ([{"field": "score", "operator": "is", "value": 1, "or": 2}], 0, "unknown_key"),
        ([{"field": "score", "operator": "contains", "value": 1}], 0, "unknown_operator"),
        ([{"field": "is_target", "operator": "is", "value": True}], 0, "unknown_operator"),
        ([{"field": "is_target", "operator": "is_true", "value": True}], 0, "unexpected_value"),
        ([{"field": "score", "operator": "at_least", "value": "eighty"}], 0, "not_a_number"),
        ([{"field": "score", "operator": "at_least", "value": True}], 0, "wrong_type"),
        ([{"field": "score", "operator": "at_least", "value": [80]}], 0, "wrong_type"),
        ([{"field": "score", "operator": "at_least"}], 0, "wrong_type"),
        ([{"field": "score", "operator": "at_least", "value": ""}], 0, "empty_value"),
        ([{"field": "score", "operator": "at_least", "value": float("nan")}], 0, "not_a_number"),
        ([{"field": "score", "operator": "at_least", "value": "sNaN"}], 0, "not_a_number"),
        ([{"field": "score", "operator": "at_least", "value": float("inf")}], 0, "not_a_number"),
        ([{"field": "score", "operator": "at_least", "value": 10**400}], 0, "out_of_range"),
        ([{"field": "score", "operator": "between", "value": 50}], 0, "wrong_type"),
        ([{"field": "score", "operator": "between", "value": [80, 50]}], 0, "reversed"),
        ([{"field": "score", "operator": "between", "value": [50, float("nan")]}], 0, "not_a_number"),
        ([{"field": "city", "operator": "is", "value": " "}], 0, "empty_value"),
        ([{"field": "city", "operator": "is", "value": 7}], 0, "wrong_type"),
        ([{"field": "city", "operator": "is", "value": "x" * 201}], 0, "too_long"),
        ([{"field": "city", "operator": "in", "value": []}], 0, "empty_list"),
        ([{"field": "city", "operator": "in", "value": "Bogor"}], 0, "wrong_type"),
        ([{"field": "city", "operator": "in", "value": ["Bogor", ""]}], 0, "empty_value"),
        ([{"field": "city", "operator": "in", "value": ["Bogor"] * 201}], 0, "too_long"),
        ([{"field": "country", "operator": "is", "value": "Atlantis"}], 0, "unknown_choice"),
        ([{"field": "lead_type", "operator": "in", "value": ["mql", "tepid"]}], 0, "unknown_choice"),
        ([{"field": "score", "operator": "is", "value": 1}, {"field": "nope"}], 1, "unknown_field"),
    ],
)
def test_parse_says_which_condition_is_wrong_and_how(raw, index, code):
    with pytest.raises(ConditionRefused) as refused:
        parse(raw)
    assert (refused.value.index, refused.value.code) == (index, code)


@pytest.mark.parametrize(
    ("field", "operator", "value", "read"),
    [
        ("score", "at_least", 80, 80),
        ("score", "at_least", "80", 80),
        ("score", "at_least", 80.0, 80),
        ("deal_size", "more_than", 0.1, Decimal("0.1")),
        ("score", "between", [50, 80], (50, 80)),
        ("city", "is", " Bogor  Barat ", "Bogor Barat"),
        ("country", "in", ["Indonesia", "sg"], ("ID", "SG")),
        ("lead_type", "is", "MQL", "mql"),
        ("is_target", "is_true", None, None),
        ("problems", "contains", "email", "email"),
    ],
)
def test_parse_reads_values_of_each_kind(field, operator, value, read):
    assert one(field, operator, value) == (Condition(field, operator, read),)


def test_parse_takes_no_conditions():
    assert parse([]) == parse(None) == ()


@pytest.mark.parametrize(
    ("condition", "facts", "answer"),
    [
        (("score", "at_least", 80), {"score": 80}, True),
        (("score", "at_least", 80), {"score": 79}, False),
        (("score", "more_than", 80), {"score": 80}, False),
        (("score", "at_most", 50), {"score": 50}, True),
        (("score", "less_than", 50), {"score": 50}, False),
        (("score", "between", [50, 80]), {"score": 50}, True),
        (("score", "between", [50, 80]), {"score": 80}, True),
        (("score", "between", [50, 80]), {"score": 81}, False),
        (("deal_size", "is", 0.1), {"deal_size": Decimal("0.10")}, True),
        (("city", "is", "BOGOR"), {"city": "Bogor"}, True),
        (("city", "contains", "gor"), {"city": "Bogor"}, True),
        (("city", "not_contains", "GOR"), {"city": "Bogor"}, False),
        (("city", "starts_with", "bo"), {"city": "Bogor"}, True),
        (("city", "in", ["Depok", "bogor"]), {"city": "Bogor"}, True),
        (("city", "not_in", ["Depok", "bogor"]), {"city": "Bogor"}, False),
        (("is_target", "is_true"), {"is_target": True}, True),
        (("is_target", "is_false"), {"is_target": True}, False),
        (("problems", "contains", "Email"), {"problems": ("email", "phone")}, True),
        (("problems", "not_contains", "mail"), {"problems": ("email",)}, True),
    ],
)
def test_check_compares(condition, facts, answer):
    assert check(one(*condition), facts).holds is answer


@pytest.mark.parametrize("unknown", [{}, {"score": None}, {"score": "80"}, {"score": float("nan")}, {"score": True}])
def test_check_takes_an_unknown_number_for_no_number(unknown):
    answers = {operator: check((Condition("score", operator, 80),), unknown).holds for operator in OPERATORS["number"]}
    assert {operator for operator, answer in answers.items() if answer} == {"is_not", "is_unknown"}


@pytest.mark.parametrize("unknown", [{}, {"city": None}, {"city": ""}, {"city": "  "}])
def test_check_takes_an_unknown_text_for_no_text(unknown):
    answers = {operator: check((Condition("city", operator, "x"),), unknown).holds for operator in OPERATORS["text"]}
    assert {operator for operator, answer in answers.items() if answer} == {
        "is_not",
        "not_in",
        "not_contains",
        "is_unknown",
    }


def test_check_takes_an_unknown_truth_for_neither():
    answers = [
        check(one("is_target", operator), {}).holds for operator in ("is_true", "is_false", "is_known", "is_unknown")
    ]
    assert answers == [False, False, False, True]


def test_check_wants_all_conditions_and_gives_each_answer():
    conditions = parse(
        [
            {"field": "score", "operator": "at_least", "value": 80},
            {"field": "city", "operator": "is", "value": "Bogor"},
        ]
    )
    verdict = check(conditions, {"score": 90, "city": "Depok"})
    assert verdict.holds is False
    assert verdict.results == ((conditions[0], True), (conditions[1], False))


def test_check_without_conditions_holds_for_every_lead():
    assert check((), {}).holds is True


def test_as_json_is_what_parse_reads():
    raw = [
        {"field": "deal_size", "operator": "between", "value": [0.5, 80]},
        {"field": "city", "operator": "in", "value": ["Bogor", "Depok"]},
        {"field": "is_target", "operator": "is_true", "value": None},
    ]
    assert json.loads(json.dumps(as_json(parse(raw)))) == raw


@pytest.mark.parametrize(
    "conditions",
    [
        [("score", "at_least", 80), ("score", "less_than", 50)],
        [("score", "more_than", 80), ("score", "less_than", 81)],
        [("score", "more_than", 100)],
        [("score", "between", [0, 10]), ("score", "between", [11, 20])],
        [("score", "is", 10), ("score", "is_not", 10)],
        [("score", "is", 10.5)],
        [("score", "is_unknown"), ("score", "at_least", 0)],
        [("company_size", "less_than", 0)],
        [("city", "is", "Bogor"), ("city", "is", "Depok")],
        [("city", "is", "Bogor"), ("city", "not_in", ["bogor"])],
        [("city", "in", ["Bogor"]), ("city", "in", ["Depok", "Bekasi"])],
        [("city", "is", "Bogor"), ("city", "contains", "x")],
        [("city", "starts_with", "Bo"), ("city", "starts_with", "De")],
        [("city", "contains", "bogor"), ("city", "not_contains", "gor")],
        [("city", "is_known"), ("city", "is_unknown")],
        [("lead_type", "not_in", ["hot_inbound", "mql", "warm", "cold"]), ("lead_type", "is_known")],
        [("is_target", "is_true"), ("is_target", "is_false")],
        [("problems", "contains", "email"), ("problems", "not_contains", "email")],
    ],
)
def test_never_matches_finds_contradictions(conditions):
    assert never_matches([one(*condition)[0] for condition in conditions]) is True


@pytest.mark.parametrize(
    "conditions",
    [
        [],
        [("score", "at_least", 80), ("city", "is", "Bogor")],
        [("score", "more_than", 80), ("score", "less_than", 82)],
        [("deal_size", "more_than", 80), ("deal_size", "less_than", 81)],
        [("city", "is", "Bogor"), ("city", "is", "BOGOR")],
        [("city", "contains", "a"), ("city", "is_not", "a")],
        [
            ("city", "starts_with", "bo"),
            ("city", "starts_with", "bogor"),
            ("city", "contains", "x"),
            ("city", "not_contains", "y"),
        ],
        [("is_target", "is_unknown")],
        [("problems", "not_contains", "email"), ("problems", "is_known")],
    ],
)
def test_never_matches_leaves_what_can_happen(conditions):
    assert never_matches([one(*condition)[0] for condition in conditions]) is False
