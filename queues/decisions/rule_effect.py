"""What another list of entry rules would have done with leads: how many would have gone elsewhere, and where (A7)."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest

from leads.decisions.conditions.parsing import Condition, comparable_form, holds
from queues.decisions.placement import QUEUE, REVIEW, Rule

KEPT = 10  # examples of one way


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a lead would go; `queue_id` for the outcome "queue"."""

    outcome: str
    queue_id: int | None = None


@dataclass(frozen=True, slots=True)
class Way:
    """Leads that went to one spot and would have gone to another; `examples` are the first of them."""

    before: Spot
    after: Spot
    count: int
    examples: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Effect:
    """Of `leads` in all; `ways` is only of those that would have gone elsewhere, the widest first. `caught_before` and
    `caught_after`: how many each rule would have decided about, by its id; `went_before` and `went_after`: how many
    would have gone to each spot."""

    leads: int
    ways: tuple[Way, ...]
    caught_before: Mapping[int, int]
    caught_after: Mapping[int, int]
    went_before: Mapping[Spot, int] = field(default_factory=dict)
    went_after: Mapping[Spot, int] = field(default_factory=dict)

    @property
    def moved(self) -> int:
        return sum(way.count for way in self.ways)

    def examples(self, most: int = KEPT) -> list[tuple[int, Way]]:
        """Some leads that would have gone elsewhere: in turn from every way, so that each is seen."""
        columns = [[(lead_id, way) for lead_id in way.examples] for way in self.ways]
        return [pair for row in zip_longest(*columns) for pair in row if pair is not None][:most]


def compare(
    leads: Iterable[tuple[int, Mapping[str, object]]],
    before: Sequence[Rule] | None,
    after: Sequence[Rule] | None,
    *,
    open_queues: Collection[int],
) -> Effect:
    """Reads the leads (id, facts) once and keeps none of them. None is a list with a rule that cannot be read: every
    lead goes to the review desk then, as it does when the rule's queue is off (A8)."""
    numbers: dict[tuple[Condition, ...], int] = {}
    lists = [_plan(rules, numbers, open_queues) for rules in (before, after)]
    asked = list(numbers)
    count, ways, caught, went = 0, {}, (Counter(), Counter()), (Counter(), Counter())
    for lead_id, facts in leads:
        count += 1
        answers: dict[int, bool] = {}  # conditions that both lists have are looked at once
        spots = []
        for plan, by_rule, by_spot in zip(lists, caught, went, strict=True):
            rule_id, spot = _first(plan, asked, facts, answers)
            by_rule[rule_id] += rule_id is not None
            by_spot[spot] += 1
            spots.append(spot)
        if spots[0] != spots[1]:
            seen = ways.setdefault(tuple(spots), [0, []])
            seen[0] += 1
            if len(seen[1]) < KEPT:
                seen[1].append(lead_id)
    found = [Way(was, now, n, tuple(examples)) for (was, now), (n, examples) in ways.items()]
    found.sort(key=lambda way: (-way.count, way.before.outcome, way.before.queue_id or 0, way.after.outcome))
    by_rule = ({key: n for key, n in each.items() if key is not None} for each in caught)
    return Effect(count, tuple(found), *by_rule, *map(dict, went))


def decides_alike(before: Sequence[Rule] | None, after: Sequence[Rule] | None) -> bool:
    """Whether two lists send every lead the same way, as far as the lists themselves tell; names do not count."""
    if before is None or after is None:
        return before is after
    return [essence(rule) for rule in before] == [essence(rule) for rule in after]


def essence(rule: Rule) -> tuple:
    """What a rule decides: not its name and number, nor the order of what must hold."""
    return sorted((comparable_form(each) for each in rule.conditions), key=repr), rule.outcome, rule.queue_id


def _plan(
    rules: Sequence[Rule] | None, numbers: dict[tuple[Condition, ...], int], open_queues: Collection[int]
) -> list[tuple[int, int, Spot]]:
    """Each rule as the number of its conditions, its id and its spot."""
    return [
        (numbers.setdefault(tuple(rule.conditions), len(numbers)), rule.id, _spot(rule, open_queues))
        for rule in rules or ()
    ]


def _spot(rule: Rule, open_queues: Collection[int]) -> Spot:
    if rule.outcome != QUEUE:
        return Spot(rule.outcome)
    return Spot(QUEUE, rule.queue_id) if rule.queue_id in open_queues else Spot(REVIEW)


def _first(
    plan: Sequence[tuple[int, int, Spot]],
    asked: Sequence[tuple[Condition, ...]],
    facts: Mapping[str, object],
    answers: dict[int, bool],
) -> tuple[int | None, Spot]:
    for number, rule_id, spot in plan:
        if number not in answers:
            answers[number] = all(holds(condition, facts) for condition in asked[number])
        if answers[number]:
            return rule_id, spot
    return None, Spot(REVIEW)
