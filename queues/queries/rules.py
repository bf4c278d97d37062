"""The entry rules with how many leads each caught, and a preview for a sample lead (A5, A7)."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count

from leads.decisions.conditions.parsing import Condition, ConditionRefused, parse
from leads.models import Activity
from leads.queries.own_fields import OwnFields
from queues.decisions.placement import Decision, Rule, decide
from queues.decisions.rule_coverage import is_telling
from queues.models import Entry, EntryRule, PriorityTier, Queue, ReviewItem

COUNTED_PERIOD = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class CountedRule:
    """One rule with its counts. `conditions` is None when they cannot be read; then no lead is placed by rules.

    `share` is that of all leads that the rules decided about, None without any (L2). `made_at` is set if the rule was
    made within these 30 days. `is_telling`: that it caught nothing means something (M5).
    """

    rule: EntryRule
    conditions: tuple[Condition, ...] | None
    caught: int
    share: float | None = None
    made_at: datetime | None = None
    is_telling: bool = False


def active_rules() -> list[Rule]:
    """The active entry rules in order. Raises ConditionRefused if one of them cannot be read."""
    rows, own = EntryRule.objects.filter(is_active=True).order_by("position", "pk"), OwnFields()
    return [
        Rule(
            id=row.pk,
            name=row.name,
            conditions=parse(row.conditions, own),
            outcome=row.outcome,
            queue_id=row.queue_id,
            reason=row.name,
        )
        for row in rows
    ]


def tier_names(*queues: Queue) -> dict[int, str]:
    """The names of the priority tiers by the number stored in entries; one after the last means no tier (B4). No query
    if none of these queues uses tiers."""
    if not any(queue.order == Queue.Order.PRIORITY for queue in queues):
        return {}
    return dict(PriorityTier.objects.order_by("-pk").values_list("position", "name"))


def rules_in_order() -> list[EntryRule]:
    return list(EntryRule.objects.select_related("queue").order_by("position", "pk"))


def counted_rules(*, at: datetime) -> list[CountedRule]:
    """All rules with how many leads each decided about in 30 days; seven queries."""
    since = at - COUNTED_PERIOD
    caught, made = caught_since(since), _made_since(since)
    decided = caught.total() + ReviewItem.objects.filter(opened_at__gte=since, rule__isnull=True).count()
    found, own = [], OwnFields()
    for rule in rules_in_order():
        n, made_at = caught[rule.pk], made.get(rule.pk)
        telling = is_telling(decided, at - made_at if made_at is not None else None)
        found.append(CountedRule(rule, _conditions(rule, own), n, n / decided if decided else None, made_at, telling))
    return found


def _made_since(since: datetime) -> dict[int, datetime]:
    rows = EntryRule.history.filter(history_type="+", history_date__gte=since).order_by("history_date")
    return dict(rows.values_list("id", "history_date"))


def waiting_by_tier() -> Counter[int]:
    """How many leads wait in priority queues, by tier number; one query (B4)."""
    waiting = Entry.objects.waiting().filter(queue__order=Queue.Order.PRIORITY)
    return Counter(dict(waiting.values("tier").annotate(n=Count("pk")).order_by("tier").values_list("tier", "n")))


def priority_queues() -> list[Queue]:
    return list(Queue.objects.active().filter(order=Queue.Order.PRIORITY).order_by("position", "name", "pk"))


def caught_since(since: datetime) -> Counter[int]:
    """How many leads each rule decided about: into a queue, to the desk, to nurture, or rejected. A lead that returned
    to its queue keeps its rule and counts once."""
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


def preview_decision(facts: Mapping[str, object]) -> Decision:
    """What the rules would do with a lead with these facts; nothing is stored. Raises ConditionRefused if a rule cannot
    be read."""
    return decide(facts, active_rules())


def _conditions(rule: EntryRule, own: OwnFields) -> tuple[Condition, ...] | None:
    try:
        return parse(rule.conditions, own)
    except ConditionRefused:
        return None
