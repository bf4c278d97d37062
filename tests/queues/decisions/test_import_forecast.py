"""The counts of a forecast, and the default score that passes a rule (A9)."""

import json

import pytest

from leads.decisions.conditions.parsing import parse
from queues.decisions.import_forecast import MAX_WORDS, SHOWN_LINES, ImportCounts, Place, counts_of, escaping_score


def test_counts_are_the_same_after_they_were_stored():
    counts = ImportCounts()
    counts.add_states(["made", "made", "merged", "refused"])
    counts.add_place(Place("queue", 1, 2), is_made=True, is_unscored=True, is_unreachable=False)
    counts.add_place(Place("queue", 1, 2), is_made=False, is_unscored=False, is_unreachable=True)
    counts.add_refused("no_identifier", 7)
    counts.add_source("fb", "fb")
    again = counts_of(json.loads(json.dumps(counts.as_stored())))
    assert (again.rows, again.made, again.places, again.sources) == (4, 2, counts.places, {"fb": ("fb", 1)})
    assert again.refused_why == {"no_identifier": (1, [7])}
    assert again.places[Place("queue", 1, 2)].leads == 2
    assert counts_of({}) == ImportCounts()


def test_only_the_first_lines_and_words_are_kept():
    counts = ImportCounts()
    for line in range(SHOWN_LINES + 5):
        counts.add_refused("nul", line)
    for number in range(MAX_WORDS + 3):
        counts.add_source(f"word-{number}", f"Word {number}")
    counts.add_source("word-0", "Word 0")
    assert counts.refused_why["nul"] == (SHOWN_LINES + 5, list(range(SHOWN_LINES)))
    assert (len(counts.sources), counts.more_words, counts.sources["word-0"]) == (MAX_WORDS, 3, ("Word 0", 2))


@pytest.mark.parametrize(
    ("field", "operator", "value", "score"),
    [
        ("score", "less_than", 40, 40),
        ("score", "less_than", 39.5, 40),
        ("score", "at_most", 39, 40),
        ("score", "between", [10, 59], 60),
        ("score", "is", 0, 1),
        ("score", "is_unknown", None, 0),
        ("score", "at_least", 80, None),
        ("score", "at_most", 100, None),
        ("city", "is", "Solo", None),
    ],
)
def test_the_least_score_that_a_rule_lets_pass(field, operator, value, score):
    conditions = parse([{"field": field, "operator": operator, "value": value}])
    assert escaping_score(conditions) == score
