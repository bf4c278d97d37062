"""Compare two lists of entry rules on the same leads: how many leads would go elsewhere, and where (A7)."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest

from leads.decisions.conditions.parsing import Condition, comparable_form, holds
from queues.decisions.placement import Outcome, Rule

MAX_EXAMPLES = 10  # of each reroute


@dataclass(frozen=True, slots=True)
class Destination:
    """Where a lead would go; `queue_id` is set for the outcome "queue"."""

    outcome: str
    queue_id: int | None = None


@dataclass(frozen=True, slots=True)
class Reroute:
    """Leads that would go to another destination; `examples` are the ids of the first of them."""

    before: Destination
    after: Destination
    count: int
    examples: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Effect:
    """The comparison over `leads` leads. `reroutes` covers only leads that would go elsewhere, the most frequent first.
    `caught_before` and `caught_after` count the leads that each rule decides, by rule id; `went_before` and
    `went_after` count the leads by destination; `taken_first` those that fit the watched rule, by the rule above it
    that takes them."""

    leads: int
    reroutes: tuple[Reroute, ...]
    caught_before: Mapping[int, int]
    caught_after: Mapping[int, int]
    went_before: Mapping[Destination, int] = field(default_factory=dict)
    went_after: Mapping[Destination, int] = field(default_factory=dict)
    taken_first: Mapping[int, int] = field(default_factory=dict)

    @property
    def rerouted(self) -> int:
        return sum(reroute.count for reroute in self.reroutes)

    def examples(self, limit: int = MAX_EXAMPLES) -> list[tuple[int, Reroute]]:
        """Some leads that would go elsewhere, taken from every reroute in turn, so that each is represented."""
        columns = [[(lead_id, reroute) for lead_id in reroute.examples] for reroute in self.reroutes]
        return [pair for row in zip_longest(*columns) for pair in row if pair is not None][:limit]


def compare(
    leads: Iterable[tuple[int, Mapping[str, object]]],
    before: Sequence[Rule] | None,
    after: Sequence[Rule] | None,
    *,
    open_queues: Collection[int],
    watched: Rule | None = None,
) -> Effect:
    """Reads the leads (id, facts) once and keeps none of them in memory. `None` stands for a list with an unreadable
    rule: then every lead goes to the review desk, as it does when the rule's queue is off (A8). Of `watched`, a rule of
    the list after, it counts the leads that fit and that a rule above it takes."""
    numbers: dict[tuple[Condition, ...], int] = {}
    lists = [_compiled(rules, numbers, open_queues) for rules in (before, after)]
    asked = list(numbers)
    count = 0
    reroutes: dict[tuple[Destination, Destination], list[int]] = {}  # ids, as many as are kept
    counts: Counter[tuple[Destination, Destination]] = Counter()
    caught: tuple[Counter[int | None], ...] = (Counter(), Counter())
    went: tuple[Counter[Destination], ...] = (Counter(), Counter())
    taken_first: Counter[int] = Counter()
    for lead_id, facts in leads:
        count += 1
        answers: dict[int, bool] = {}  # conditions that both lists share are checked once
        destinations = []
        for plan, by_rule, by_destination in zip(lists, caught, went, strict=True):
            rule_id, destination = _first_match(plan, asked, facts, answers)
            by_rule[rule_id] += rule_id is not None
            by_destination[destination] += 1
            destinations.append(destination)
        if watched is not None and rule_id not in (None, watched.id) and fits(watched, facts):
            taken_first[rule_id] += 1
        if destinations[0] != destinations[1]:
            pair = destinations[0], destinations[1]
            counts[pair] += 1
            examples = reroutes.setdefault(pair, [])
            if len(examples) < MAX_EXAMPLES:
                examples.append(lead_id)
    found = [Reroute(*pair, counts[pair], tuple(examples)) for pair, examples in reroutes.items()]
    found.sort(
        key=lambda reroute: (
            -reroute.count,
            reroute.before.outcome,
            reroute.before.queue_id or 0,
            reroute.after.outcome,
        )
    )
    by_rule_before, by_rule_after = ({key: n for key, n in each.items() if key is not None} for each in caught)
    went_before, went_after = map(dict, went)
    return Effect(count, tuple(found), by_rule_before, by_rule_after, went_before, went_after, dict(taken_first))


def fits(rule: Rule, facts: Mapping[str, object]) -> bool:
    return all(holds(condition, facts) for condition in rule.conditions)


def are_equivalent(before: Sequence[Rule] | None, after: Sequence[Rule] | None) -> bool:
    """Whether two lists decide the same for every lead. Only their rules are compared; names do not count."""
    if before is None or after is None:
        return before is after
    return [decision_key(rule) for rule in before] == [decision_key(rule) for rule in after]


def decision_key(rule: Rule) -> tuple:
    """What a rule decides, without its name, its number and the order of its conditions."""
    return sorted((comparable_form(each) for each in rule.conditions), key=repr), rule.outcome, rule.queue_id


def _compiled(
    rules: Sequence[Rule] | None, numbers: dict[tuple[Condition, ...], int], open_queues: Collection[int]
) -> list[tuple[int, int, Destination]]:
    """Each rule as the number of its set of conditions, its id and its destination."""
    return [
        (numbers.setdefault(tuple(rule.conditions), len(numbers)), rule.id, _destination(rule, open_queues))
        for rule in rules or ()
    ]


def _destination(rule: Rule, open_queues: Collection[int]) -> Destination:
    if rule.outcome != Outcome.QUEUE:
        return Destination(rule.outcome)
    return Destination(Outcome.QUEUE, rule.queue_id) if rule.queue_id in open_queues else Destination(Outcome.REVIEW)


def _first_match(
    plan: Sequence[tuple[int, int, Destination]],
    asked: Sequence[tuple[Condition, ...]],
    facts: Mapping[str, object],
    answers: dict[int, bool],
) -> tuple[int | None, Destination]:
    for number, rule_id, destination in plan:
        if number not in answers:
            answers[number] = all(holds(condition, facts) for condition in asked[number])
        if answers[number]:
            return rule_id, destination
    return None, Destination(Outcome.REVIEW)
