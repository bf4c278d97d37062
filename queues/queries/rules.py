"""Reads the entry rules with what they caught, and tries a lead that does not exist (A5, A7's first form)."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count

from leads.decisions.conditions.parsing import Condition, ConditionRefused, parse
from leads.models import Activity
from queues.decisions.placement import Decision, Rule, decide
from queues.models import Entry, EntryRule, PriorityTier, Queue, ReviewItem

COUNTED = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class RuleRow:
    """One rule as people read it; `conditions` None when they cannot be read (then no lead is placed by rules).

    `share`: of the leads about which the rules decided, None when there were none (L2); `made_at`: when it was made
    within these 30 days.
    """

    rule: EntryRule
    conditions: tuple[Condition, ...] | None
    caught: int
    share: float | None = None
    made_at: datetime | None = None


def active_rules() -> list[Rule]:
    """The entry rules that are on, in order; raises ConditionRefused when one of them is broken."""
    rows = EntryRule.objects.filter(is_active=True).order_by("position", "pk")
    return [
        Rule(
            id=row.pk,
            name=row.name,
            conditions=parse(row.conditions),
            outcome=row.outcome,
            queue_id=row.queue_id,
            reason=row.name,
        )
        for row in rows
    ]


def tiers_of(*queues: Queue) -> dict[int, str]:
    """The names of the priority tiers by the number that entries keep, behind the last there is none (B4); nothing is
    read where none of these queues goes by them."""
    if not any(queue.order == Queue.Order.PRIORITY for queue in queues):
        return {}
    return dict(PriorityTier.objects.order_by("-pk").values_list("position", "name"))


def rules_in_order() -> list[EntryRule]:
    return list(EntryRule.objects.select_related("queue").order_by("position", "pk"))


def rule_rows(*, at: datetime) -> list[RuleRow]:
    """All rules with how many leads each sent somewhere in 30 days; seven queries."""
    since = at - COUNTED
    caught, made = caught_since(since), _made_since(since)
    decided = caught.total() + ReviewItem.objects.filter(opened_at__gte=since, rule__isnull=True).count()
    return [
        RuleRow(rule, _conditions(rule), n := caught[rule.pk], n / decided if decided else None, made.get(rule.pk))
        for rule in rules_in_order()
    ]


def _made_since(since: datetime) -> dict[int, datetime]:
    rows = EntryRule.history.filter(history_type="+", history_date__gte=since).order_by("history_date")
    return dict(rows.values_list("id", "history_date"))


def waiting_by_tier() -> Counter[int]:
    """How many leads wait in priority queues, by the number of their tier; one query (B4)."""
    waiting = Entry.objects.waiting().filter(queue__order=Queue.Order.PRIORITY)
    return Counter(dict(waiting.values("tier").annotate(n=Count("pk")).order_by("tier").values_list("tier", "n")))


def priority_queues() -> list[Queue]:
    return list(Queue.objects.active().filter(order=Queue.Order.PRIORITY).order_by("position", "name", "pk"))


def caught_since(since: datetime) -> Counter[int]:
    """Leads by the rule that decided: into a queue, to the desk, to nurture, or rejected. A lead that came back to its
    queue keeps its rule and counts once for its first stay."""
    found: Counter[int] = Counter()
    queues = list(Queue.objects.order_by("pk").values_list("pk", flat=True))
    entries = Entry.objects.filter(queue__in=queues, entered_at__gte=since, rule__isnull=False)
    for row in entries.values("rule").annotate(n=Count("lead", distinct=True)).order_by("rule"):
        found[row["rule"]] += row["n"]
    items = ReviewItem.objects.filter(opened_at__gte=since, rule__isnull=False)
    for row in items.values("rule").annotate(n=Count("pk")).order_by("rule"):
        found[row["rule"]] += row["n"]
    aside = Activity.objects.filter(
        by__isnull=True,
        kind__in=(Activity.Kind.NURTURED, Activity.Kind.CLOSED),
        at__gte=since,
        details__rule__isnull=False,
    )
    for row in aside.values("details__rule").annotate(n=Count("pk")).order_by("details__rule"):
        found[row["details__rule"]] += row["n"]
    return found


def tried(facts: Mapping[str, object]) -> Decision:
    """What the rules would do with such a lead; nothing is kept. Raises ConditionRefused when a rule is broken."""
    return decide(facts, active_rules())


def _conditions(rule: EntryRule) -> tuple[Condition, ...] | None:
    try:
        return parse(rule.conditions)
    except ConditionRefused:
        return None
