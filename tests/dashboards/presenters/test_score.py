"""What a score is made of, in words (A4)."""

import pytest

from dashboards.presenters.score import score_parts
from leads.models import Lead


def rows_of(parts: dict) -> list[tuple]:
    return [
        (part.label, part.points, part.ceiling, part.percent, part.why) for part in score_parts(Lead(score_parts=parts))
    ]


def test_each_part_names_the_rules_that_gave_it():
    parts = {
        "fit": [22, 40, [["50 people or more", 12], ["Head of something", 10]]],
        "engagement": [0, 40, []],
        "source": [5, 20, [["Trade fair", 5]]],
    }
    assert rows_of(parts) == [
        ("Fit", 22, 40, 55, "50 people or more\xa0+12, Head of something\xa0+10"),
        ("Engagement", 0, 40, 0, ""),
        ("Source", 5, 20, 25, "Trade fair\xa0+5"),
    ]


@pytest.mark.parametrize(
    ("points", "rules", "why"),
    [
        (40, [["Big", 30], ["Chief", 25]], "Big\xa0+30, Chief\xa0+25; 55, more than fits"),
        (0, [["Free e-mail", -15]], "Free e-mail\xa0−15; below 0 counts as 0"),
        (15, [["Big", 30], ["Free e-mail", -15]], "Big\xa0+30, Free e-mail\xa0−15"),
    ],
)
def test_what_the_ceiling_or_the_floor_took_is_said(points, rules, why):
    assert rows_of({"fit": [points, 40, rules]})[0][-1] == why


@pytest.mark.parametrize(
    ("parts", "found"),
    [
        ({}, []),
        ({"given": [74, 100]}, [("As delivered", 74, 100, 74, "")]),
        ({"fit": [32, 40]}, [("Fit", 32, 40, 80, "")]),  # scored before rules were kept
    ],
)
def test_a_score_that_no_rule_gave_names_none(parts, found):
    assert rows_of(parts) == found
