"""Gaps and overlaps of bands, and rules that are never asked."""

from dataclasses import replace

import pytest

from leads.decisions.conditions.parsing import parse
from queues.decisions.placement import Rule
from queues.decisions.rule_coverage import gaps, overlaps, shadows


def rules(**conditions: list[tuple]) -> list[Rule]:
    """Rules by name, each with (field, operator, value) rows."""
    return [
        Rule(
            number,
            name,
            parse([dict(zip(("field", "operator", "value"), row, strict=False)) for row in rows]),
            "review",
        )
        for number, (name, rows) in enumerate(conditions.items(), start=1)
    ]


@pytest.mark.parametrize(
    ("senior", "standard", "expected"),
    [
        (("score", "more_than", 80), ("score", "between", [50, 80]), []),
        (("score", "at_least", 80), ("score", "between", [50, 78]), [("score", 79, 79)]),
        (("score", "more_than", 80), ("score", "less_than", 50), [("score", 50, 80)]),
        (("score", "more_than", 80), ("score", "at_least", 50), []),
        (("company_size", "less_than", 50), ("company_size", "more_than", 50), [("company_size", 50, 50)]),
        (("company_size", "at_most", 50), ("company_size", "at_least", 500), [("company_size", 51, 499)]),
        (("company_size", "at_most", 50), ("score", "at_least", 80), []),
    ],
)
def test_gaps_lie_between_bands(senior, standard, expected):
    found = gaps(rules(senior=[senior], standard=[standard]))
    assert [(gap.field, gap.low, gap.high) for gap in found] == expected


def test_below_the_lowest_band_is_no_gap():
    assert gaps(rules(hot=[("score", "at_least", 80)], warm=[("score", "between", [50, 79])])) == []


def test_a_rule_for_every_lead_fills_all_gaps():
    assert gaps(rules(hot=[("score", "at_least", 80)], cold=[("score", "less_than", 50)], rest=[])) == []


def test_a_rule_with_more_conditions_is_no_band():
    hot = [("score", "at_least", 80), ("is_target", "is_true")]
    assert gaps(rules(hot=hot, cold=[("score", "less_than", 50)])) == []


@pytest.mark.parametrize(
    ("above", "below", "is_shadowed"),
    [
        ([], [("score", "at_least", 80)], True),
        ([], [], True),
        ([("score", "at_least", 80)], [("score", "at_least", 80)], True),
        ([("is_target", "is_true")], [("is_target", "is_true"), ("score", "at_least", 80)], True),
        ([("is_target", "is_true"), ("score", "at_least", 80)], [("is_target", "is_true")], False),
        ([("score", "at_least", 50)], [("score", "at_least", 80)], True),
        ([("score", "at_least", 80)], [("score", "at_least", 50)], False),
        (
            [("score", "at_least", 50)],
            [
                (
                    "score",
                    "is_unknown",
                )
            ],
            False,
        ),
        ([("score", "at_least", 50)], [("is_target", "is_true")], False),
        ([("company_size", "less_than", 50)], [("company_size", "less_than", 10)], True),
    ],
)
def test_shadows_are_rules_that_are_never_asked(above, below, is_shadowed):
    found = shadows(rules(above=above, below=below))
    assert [(shadow.rule.name, shadow.by.name) for shadow in found] == ([("below", "above")] if is_shadowed else [])


def test_two_bands_together_shadow_a_third():
    bands = rules(
        high=[("score", "at_least", 50)], low=[("score", "less_than", 50)], both=[("score", "between", [40, 60])]
    )
    assert [(shadow.rule.name, shadow.by.name) for shadow in shadows(bands)] == [("both", "low")]


def test_a_contradiction_is_not_called_a_shadow():
    never = [("score", "at_least", 80), ("score", "less_than", 50)]
    assert shadows(rules(hot=[("score", "at_least", 10)], never=never)) == []


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ([("score", "more_than", 80)], [("score", "between", [50, 85])], [(81, 85)]),
        ([("score", "between", [50, 80])], [("score", "between", [80, 100])], [(80, 80)]),
        ([("company_size", "less_than", 60)], [("company_size", "between", [50, 200])], [(50, 59)]),
        ([("score", "at_least", 40), ("score", "at_most", 60)], [("score", "less_than", 50)], [(40, 49)]),
        ([("score", "more_than", 80)], [("score", "between", [50, 80])], []),
        ([("score", "at_least", 80)], [("score", "at_least", 50)], []),
        ([("score", "between", [90, 95])], [("score", "between", [80, 100])], []),
        ([("score", "between", [50, 85])], [("company_size", "between", [50, 85])], []),
        ([("score", "between", [50, 85])], [("score", "between", [80, 100]), ("is_target", "is_true")], []),
    ],
)
def test_overlaps_are_bands_that_meet_in_part(first, second, expected):
    one, two = rules(one=first, two=second)
    found = overlaps([one, replace(two, outcome="queue", queue_id=1)])
    assert [(each.low, each.high, each.first.name, each.second.name) for each in found] == [
        (low, high, "one", "two") for low, high in expected
    ]


def test_bands_that_lead_to_one_place_do_not_overlap():
    assert overlaps(rules(one=[("score", "between", [50, 85])], two=[("score", "between", [80, 100])])) == []
