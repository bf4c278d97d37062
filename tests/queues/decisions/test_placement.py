"""Placement: the first rule that matches, the trail it leaves, and priority tiers."""

import pytest

from leads.decisions.conditions.parsing import Condition
from queues.decisions.placement import Decision, Rule, Tier, TrailLine, decide, tier_for

HOT = Rule(1, "Hot", (Condition("score", "more_than", 80), Condition("is_free_mail", "is_false")), "queue", queue_id=7)
STUDENT = Rule(2, "Students", (Condition("is_student", "is_true"),), "review", reason="student")
ABROAD = Rule(3, "Abroad", (Condition("country", "not_in", ("ID", "SG")),), "nurture")
COMPETITOR = Rule(4, "Competitors", (Condition("is_competitor", "is_true"),), "reject", reason="competitor")
RULES = (HOT, STUDENT, ABROAD, COMPETITOR)

LEAD = {"score": 60, "is_free_mail": False, "is_student": False, "country": "ID", "is_competitor": False}


def test_decide_takes_the_first_rule_that_matches_and_asks_no_further():
    assert decide(LEAD | {"score": 81, "is_student": True}, RULES) == Decision(
        outcome="queue",
        queue_id=7,
        rule_id=1,
        rule_name="Hot",
        reasons=("Hot",),
        trail=(TrailLine(1, "Hot", matched=True),),
    )


def test_decide_keeps_the_trail_of_the_rules_that_did_not_match():
    decision = decide(LEAD | {"is_competitor": True}, RULES)
    assert (decision.outcome, decision.queue_id, decision.rule_id, decision.reasons) == (
        "reject",
        None,
        4,
        ("competitor",),
    )
    assert decision.trail == (
        TrailLine(1, "Hot", matched=False, failed_on="score more_than 80"),
        TrailLine(2, "Students", matched=False, failed_on="is_student is_true"),
        TrailLine(3, "Abroad", matched=False, failed_on="country not_in ID, SG"),
        TrailLine(4, "Competitors", matched=True),
    )


def test_decide_names_the_first_condition_that_failed():
    decision = decide(LEAD | {"score": 90, "is_free_mail": True}, [HOT])
    assert decision.trail[0].failed_on == "is_free_mail is_false"


@pytest.mark.parametrize(
    ("change", "outcome", "reasons"),
    [
        ({"is_student": True}, "review", ("student",)),
        ({"country": "DE"}, "nurture", ("Abroad",)),
        ({}, "review", ("no_rule",)),
    ],
)
def test_decide_always_tells_a_reason(change, outcome, reasons):
    decision = decide(LEAD | change, RULES)
    assert (decision.outcome, decision.reasons) == (outcome, reasons)


def test_decide_sends_a_lead_without_any_rule_to_the_review_desk():
    assert decide(LEAD, []) == Decision("review", None, None, "", ("no_rule",), ())


def test_decide_sends_a_lead_whose_queue_is_missing_to_the_review_desk():
    homeless = Rule(5, "Homeless", (), "queue")
    assert decide(LEAD, [homeless]) == Decision(
        "review", None, 5, "Homeless", ("no_queue",), (TrailLine(5, "Homeless", matched=True),)
    )


def test_a_rule_without_conditions_takes_every_lead():
    assert decide({}, [Rule(9, "Rest", (), "queue", queue_id=3)]).queue_id == 3


def test_only_the_outcome_queue_has_a_queue():
    assert decide({}, [Rule(9, "Rest", (), "nurture", queue_id=3)]).queue_id is None


DEMO = Tier(1, "Demo request of an enterprise", (Condition("source", "is", "demo"), Condition("is_target", "is_true")))
TRIAL = Tier(2, "Engaged trial", (Condition("source", "is", "trial"), Condition("engagement", "at_least", 70)))
MQL = Tier(5, "MQL", (Condition("lead_type", "is", "mql"),))


@pytest.mark.parametrize(
    ("facts", "position"),
    [
        ({"source": "demo", "is_target": True, "lead_type": "mql"}, 1),
        ({"source": "Trial", "engagement": 70}, 2),
        ({"source": "trial", "engagement": 69, "lead_type": "mql"}, 5),
        ({"source": "demo", "is_target": False}, 6),
        ({}, 6),
    ],
)
def test_tier_for_is_the_first_that_matches_or_behind_the_last(facts, position):
    assert tier_for(facts, [MQL, DEMO, TRIAL]) == position


def test_tier_for_without_tiers_is_one():
    assert tier_for({}, []) == 1


def test_tiers_on_one_position_keep_their_order():
    tiers = [Tier(0, "Trial", TRIAL.conditions), Tier(0, "MQL", MQL.conditions), Tier(0, "Demo", DEMO.conditions)]
    facts = [{"source": "trial", "engagement": 90}, {"lead_type": "mql"}, {"source": "demo", "is_target": True}, {}]
    assert [tier_for(fact, tiers) for fact in facts] == [0, 1, 2, 3]
