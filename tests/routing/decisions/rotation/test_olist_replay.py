"""A year of real leads through the real decisions: 32 qualifiers have even shares, where in fact one had 140 leads and
others one (F2, F4, H1). The files are Olist's "Marketing Funnel" (CC BY-NC-SA 4.0) and no part of the project."""

from collections import Counter
from fractions import Fraction

import pytest

from routing.decisions.fairness import Share, gini, verdict
from routing.decisions.rotation.state import Candidate, RotationState
from routing.decisions.rotation.turns import apply_pick, join_available, pick_next
from tests.factories.files import olist_by_day, won_by_qualifier

PEOPLE = 32
PLAIN = [1] * PEOPLE
WEIGHTED = [3] * 4 + [2] * 10 + [1] * 18  # by what they won in fact
WON = won_by_qualifier()
AWKWARD = [3] * 7 + [2] * 10 + [1] * 15  # a cycle of 56, which divides neither 8,000 nor 842


def replayed(weights: list[int], leads: list[str]) -> Counter[int]:
    """Who got how many, by place; at every single lead nobody is a whole lead off the share."""
    line = RotationState(tuple(Candidate(n, n, n, weight=weight * 100) for n, weight in enumerate(weights)))
    line, owner, got, total = join_available(line), {}, Counter(), sum(weights)
    for number, lead in enumerate(leads, start=1):
        pick = pick_next(line)
        line, owner[lead] = apply_pick(line, pick), pick.chosen.rep_id
        got[pick.chosen.rep_id] += 1
        assert all(abs(got[place] * total - number * weight) < total for place, weight in enumerate(weights))
    assert len(owner) == len(leads)
    return got


def per_weight(got: Counter[int], weights: list[int]) -> list[float]:
    return [got[place] / weight for place, weight in enumerate(weights)]


@pytest.mark.parametrize("weights", [PLAIN, WEIGHTED, AWKWARD], ids=["plain", "weighted", "awkward"])
def test_a_year_of_leads_is_shared_evenly(weights):
    leads = olist_by_day()
    got = replayed(weights, leads)
    assert sum(got.values()) == len(leads)
    assert gini(per_weight(got, weights)) < 0.001


if WON:  # the file is no part of the project, and must not be: beside it, it is held against

    def test_what_happened_in_fact_was_far_from_even():
        assert (len(WON), sum(WON.values()), max(WON.values()), min(WON.values())) == (PEOPLE, 842, 140, 1)
        assert round(gini(list(WON.values())), 2) == 0.62
        got = replayed(PLAIN, [f"won {n}" for n in range(sum(WON.values()))])
        found = verdict([Share(place, got[place], Fraction(842, PEOPLE)) for place in range(PEOPLE)])
        assert (found.level, found.gini == found.least_gini, found.gini < 0.01) == ("ideal", True, True)
