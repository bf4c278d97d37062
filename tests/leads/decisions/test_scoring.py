"""Scores: parts, ceilings, and who gave the points."""

from leads.decisions.conditions.parsing import Condition
from leads.decisions.scoring import PointsRule, Score, score

BIG = PointsRule("fit", "Big company", (Condition("company_size", "at_least", 200),), 30)
CHIEF = PointsRule("fit", "Decides", (Condition("title", "contains", "head"),), 25)
FREE = PointsRule("fit", "Free mail", (Condition("is_free_mail", "is_true"),), -15)
BUSY = PointsRule("engagement", "Active", (Condition("engagement", "at_least", 50),), 35)
ASKED = PointsRule("source", "Asked for a demo", (Condition("source", "is", "Demo request"),), 20)
RULES = (BIG, CHIEF, FREE, BUSY, ASKED)


def test_score_adds_up_the_rules_that_hold():
    facts = {"company_size": 500, "is_free_mail": True, "engagement": 60, "source": "demo request"}
    assert score(facts, RULES) == Score(
        70, {"fit": (15, 40), "engagement": (35, 40), "source": (20, 20)}, (BIG, FREE, BUSY, ASKED)
    )


def test_score_holds_each_part_between_zero_and_its_ceiling():
    assert score({"company_size": 500, "title": "Head of Operations"}, RULES).parts["fit"] == (40, 40)
    assert score({"is_free_mail": True}, RULES).parts["fit"] == (0, 40)


def test_score_does_not_let_one_part_pay_for_another():
    assert score({"is_free_mail": True, "engagement": 60}, RULES).total == 35


def test_score_without_rules_is_zero():
    assert score({}, ()) == Score(0, {"fit": (0, 40), "engagement": (0, 40), "source": (0, 20)})


def test_score_takes_other_ceilings_but_never_more_than_100():
    rules = (
        PointsRule("fit", "All", (), 90),
        PointsRule("engagement", "All", (), 90),
        PointsRule("luck", "No part", (), 90),
    )
    assert score({}, rules, {"fit": 80, "engagement": 80}).total == 100
