"""Two lists of rules over the same leads: who would have gone elsewhere (A7)."""

from hypothesis import given
from hypothesis import strategies as st

from leads.decisions.conditions.parsing import Condition
from queues.decisions.placement import Rule, decide
from queues.decisions.rule_effect import MAX_EXAMPLES, Destination, Effect, Reroute, are_equivalent, compare

OPEN = frozenset({1, 2})
REVIEW, SMB, ENTERPRISE = Destination("review"), Destination("queue", 1), Destination("queue", 2)


def at_least(score: int) -> tuple[Condition, ...]:
    return (Condition("score", "at_least", score),)


def rule(number: int, conditions: tuple[Condition, ...] = (), outcome: str = "queue", queue_id: int | None = 1) -> Rule:
    return Rule(number, f"Rule {number}", conditions, outcome, queue_id if outcome == "queue" else None)


def leads(*scores: int):
    return ((number, {"score": score}) for number, score in enumerate(scores, start=1))


def test_leads_that_would_go_elsewhere_are_counted_by_way():
    before = [rule(1, at_least(50))]
    after = [rule(2, at_least(80), queue_id=2), rule(1, at_least(50))]
    assert compare(leads(90, 85, 60, 10), before, after, open_queues=OPEN) == Effect(
        leads=4,
        reroutes=(Reroute(SMB, ENTERPRISE, 2, (1, 2)),),
        caught_before={1: 3},
        caught_after={2: 2, 1: 1},
        went_before={SMB: 3, REVIEW: 1},
        went_after={ENTERPRISE: 2, SMB: 1, REVIEW: 1},
    )


def test_a_rule_that_says_the_same_again_moves_nobody():
    before = [rule(1, at_least(50))]
    effect = compare(leads(90, 60, 10), before, [rule(2, at_least(80)), *before], open_queues=OPEN)
    assert (effect.rerouted, effect.caught_after) == (0, {2: 1, 1: 1})


def test_the_widest_way_comes_first_and_examples_come_from_every_way():
    after = [rule(1, at_least(50)), rule(2, queue_id=2)]
    effect = compare(leads(*[60] * 30, 10, 20), [], after, open_queues=OPEN)
    assert [(way.after, way.count, len(way.examples)) for way in effect.reroutes] == [
        (SMB, 30, MAX_EXAMPLES),
        (ENTERPRISE, 2, 2),
    ]
    assert [lead_id for lead_id, _way in effect.examples(5)] == [1, 31, 2, 32, 3]


def test_a_queue_that_is_off_and_a_list_that_cannot_be_read_mean_the_review_desk():
    closed = compare(leads(90), [rule(1)], [rule(1, queue_id=7)], open_queues=OPEN)
    broken = compare(leads(90), None, [rule(1)], open_queues=OPEN)
    assert [(way.before, way.after) for way in (*closed.reroutes, *broken.reroutes)] == [(SMB, REVIEW), (REVIEW, SMB)]


def test_only_conditions_outcomes_and_order_count_as_another_list():
    one, two = rule(1, at_least(50)), rule(2, outcome="reject")
    cities = [
        rule(1, (Condition("city", "in", each), *at_least(50))) for each in (("Bogor", "Solo"), ("Solo", "Bogor"))
    ]
    renamed = Rule(1, "Other name", at_least(50), "queue", 1, "why")
    assert [
        are_equivalent([one, two], [renamed, two]),
        are_equivalent(cities[:1], cities[1:]),
        are_equivalent([one, two], [two, one]),
        are_equivalent([one], [one, two]),
        are_equivalent([one], [rule(1, at_least(51))]),
        are_equivalent(None, None),
        are_equivalent(None, []),
    ] == [True, True, False, False, False, True, False]


rules = st.lists(
    st.builds(
        rule,
        st.integers(1, 9),
        st.sampled_from([(), *(at_least(score) for score in (20, 40, 60, 80))]),
        st.sampled_from(["queue", "review", "nurture", "reject"]),
        st.sampled_from([1, 2, 3, None]),
    ),
    max_size=5,
)


def spot_by_placement(facts: dict, listed: list[Rule]) -> Destination:
    """The same from the decision that places leads."""
    decision = decide(facts, listed)
    return Destination(decision.outcome, decision.queue_id) if decision.queue_id in {None, *OPEN} else REVIEW


@given(st.lists(st.integers(0, 100), max_size=12), rules, rules)
def test_the_effect_is_what_placing_each_lead_by_both_lists_gives(scores, before, after):
    effect = compare(leads(*scores), before, after, open_queues=OPEN)
    pairs = [tuple(spot_by_placement({"score": score}, listed) for listed in (before, after)) for score in scores]
    elsewhere = [pair for pair in pairs if pair[0] != pair[1]]
    assert {(way.before, way.after): way.count for way in effect.reroutes} == {p: elsewhere.count(p) for p in elsewhere}
    assert (effect.leads, effect.rerouted) == (len(scores), len(elsewhere))
    for place, went in enumerate((effect.went_before, effect.went_after)):
        spots = [pair[place] for pair in pairs]
        assert went == {spot: spots.count(spot) for spot in spots}
    ids = [decide({"score": score}, after).rule_id for score in scores]
    assert effect.caught_after == {each: ids.count(each) for each in ids if each is not None}
