"""Likely mistakes in a list of entry rules: gaps and overlaps of number ranges, rules that never decide (F11c)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from itertools import groupby

from leads.decisions.conditions.parsing import FIELDS, PERCENTS, Condition, FieldKind, check
from queues.decisions.placement import Rule

TRUSTED_AGE, TRUSTED_LEADS = timedelta(days=14), 50


@dataclass(frozen=True, slots=True)
class Gap:
    """No rule takes values of this field from `low` to `high`, though rules take smaller and larger values."""

    field: str
    low: int
    high: int


@dataclass(frozen=True, slots=True)
class Shadow:
    """`rule` never decides: rules above it take every lead that it matches. `by` is the first of them."""

    rule: Rule
    by: Rule


@dataclass(frozen=True, slots=True)
class Overlap:
    """Two number ranges that overlap in part and send leads to different places. `first` takes the overlap."""

    field: str
    low: int
    high: int
    first: Rule
    second: Rule


def is_telling(decided: int, age: timedelta | None) -> bool:
    """Whether it means anything that a rule caught no lead: it is at least 14 days old (None: older than the period)
    and the rules decided about at least 50 leads (M5)."""
    return decided >= TRUSTED_LEADS and (age is None or age >= TRUSTED_AGE)


def place_of_new(rules: Sequence[Rule]) -> Rule | None:
    """The rule before which a new one stands by default: the first of those at the end that together take every lead, a
    rule without conditions or ranges of one number without a gap (M5). None: at the end."""
    first = None
    for index in range(len(rules) - 1, -1, -1):
        if not rules[index].conditions:
            first = rules[index]
        elif _takes_all(rules[index:]):
            return rules[index]
    return first


def _takes_all(tail: Sequence[Rule]) -> bool:
    field = tail[0].conditions[0].field if tail[0].conditions else ""
    if field not in _numbers() or not all(_is_band(rule, field) for rule in tail):
        return False
    values = _values(field, [condition for rule in tail for condition in rule.conditions])
    return all(any(check(rule.conditions, {field: value}).holds for rule in tail) for value in values)


def gaps(rules: Sequence[Rule]) -> list[Gap]:
    """Only rules about one number and nothing else are ranges. A rule without conditions fills all gaps."""
    if any(not rule.conditions for rule in rules):
        return []
    return [gap for field in _numbers() for gap in _gaps_of(field, [rule for rule in rules if _is_band(rule, field)])]


def shadows(rules: Sequence[Rule]) -> list[Shadow]:
    """Rules below one with the same or fewer conditions, and ranges that lie within the ranges above them."""
    found = []
    for index, rule in enumerate(rules):
        above = rules[:index]
        wider = next((each for each in above if set(each.conditions) <= set(rule.conditions)), None)
        if wider or (wider := _band_above(rule, above)):
            found.append(Shadow(rule, wider))
    return found


def overlaps(rules: Sequence[Rule]) -> list[Overlap]:
    """At least one of the two ranges must have two ends: "at least 80", then "at least 50" is a normal way to write
    falling thresholds, not a mistake."""
    found = []
    for field in _numbers():
        bands = [rule for rule in rules if _is_band(rule, field)]
        for index, second in enumerate(bands):
            found += [each for first in bands[:index] if (each := _overlap(field, first, second))]
    return found


def _overlap(field: str, first: Rule, second: Rule) -> Overlap | None:
    if (first.outcome, first.queue_id) == (second.outcome, second.queue_id):
        return None
    if not (_has_both_ends(first) or _has_both_ends(second)):
        return None
    values = _values(field, [*first.conditions, *second.conditions])
    mine, other = (
        {value for value in values if check(each.conditions, {field: value}).holds} for each in (first, second)
    )
    both = mine & other
    return Overlap(field, min(both), max(both), first, second) if both and both != mine and both != other else None


def _has_both_ends(rule: Rule) -> bool:
    used = {condition.operator for condition in rule.conditions}
    return "between" in used or bool(used & {"at_least", "more_than"} and used & {"at_most", "less_than"})


def _numbers() -> list[str]:
    return [field for field, kind in FIELDS.items() if kind is FieldKind.NUMBER]


def _is_band(rule: Rule, field: str) -> bool:
    return bool(rule.conditions) and all(condition.field == field for condition in rule.conditions)


def _gaps_of(field: str, bands: Sequence[Rule]) -> list[Gap]:
    values = _values(field, [condition for band in bands for condition in band.conditions])
    taken = [any(check(band.conditions, {field: value}).holds for band in bands) for value in values]
    if len(bands) < 2 or not any(taken):
        return []
    first, last = taken.index(True), len(taken) - 1 - taken[::-1].index(True)
    span = list(zip(values, taken, strict=True))[first : last + 1]
    runs = [(is_taken, [value for value, _taken in run]) for is_taken, run in groupby(span, key=lambda pair: pair[1])]
    return [Gap(field, run[0], run[-1]) for is_taken, run in runs if not is_taken]


def _band_above(rule: Rule, above: Sequence[Rule]) -> Rule | None:
    field = rule.conditions[0].field if rule.conditions else ""
    if field not in _numbers() or not _is_band(rule, field):
        return None
    bands = [each for each in above if _is_band(each, field)]
    conditions = [condition for each in (*bands, rule) for condition in each.conditions]
    mine = [value for value in (None, *_values(field, conditions)) if check(rule.conditions, {field: value}).holds]
    takers = [next((b for b in bands if check(b.conditions, {field: value}).holds), None) for value in mine]
    return takers[0] if takers and all(takers) else None


def _values(field: str, conditions: Iterable[Condition]) -> list[int]:
    """Every whole number at which a condition can change its answer, with its neighbours; for percentages 0 to 100."""
    if field in PERCENTS:
        return list(range(101))
    bounds = {0}
    for condition in conditions:
        values = condition.value if isinstance(condition.value, tuple) else (condition.value,)
        bounds |= {int(value) for value in values if isinstance(value, int | Decimal)}
    return sorted({value for bound in bounds for value in (bound - 1, bound, bound + 1) if value >= 0})
