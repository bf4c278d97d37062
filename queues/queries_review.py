"""Reads the review desk: the leads that need a human, why, and what they resemble (A6)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.core.paginator import Page, Paginator
from django.db.models import Count, Min, QuerySet

from leads.decisions.conditions import ConditionRefused
from leads.models import Lead
from leads.queries import matching, rule_facts
from queues.decisions.placement import QUEUE, Rule, decide
from queues.models import EntryRule, Queue, ReviewItem
from queues.queries_rules import active_rules

EACH_PAGE = 50
NEWEST, OLDEST = "newest", "oldest"


@dataclass(frozen=True, slots=True)
class Reason:
    """Why leads stand here: the rule that sent them, or codes of ours; `key` names it in the address."""

    key: str
    rule_id: int | None
    rule_name: str
    codes: tuple[str, ...]
    count: int


@dataclass(frozen=True, slots=True)
class Desk:
    """The list as filtered; `total` and `oldest_at` are of all that wait, whatever the filter says."""

    reasons: list[Reason]
    total: int
    oldest_at: datetime | None
    chosen: str
    page: Page

    @property
    def items(self) -> list[ReviewItem]:
        return list(self.page.object_list)


@dataclass(frozen=True, slots=True)
class Below:
    """The rules that were not asked, by number: which of them would have matched first (`goes_to`: and its queue), and
    the first queue that one of them would have chosen."""

    first: int
    last: int
    rule_name: str
    goes_to: Queue | None
    queue: Queue | None


def open_items() -> QuerySet[ReviewItem]:
    return ReviewItem.objects.filter(closed_at__isnull=True)


def desk(*, reason: str = "", text: str = "", order: str = NEWEST, number: object = 1) -> Desk:
    """One page of the desk; four queries, however many wait. An unknown reason shows all, an unknown page the first."""
    reasons, total, oldest_at = _reasons()
    chosen = next((each for each in reasons if each.key == reason), None)
    items = open_items()
    if chosen is not None:
        items = (
            items.filter(rule=chosen.rule_id) if chosen.rule_id else items.filter(rule=None, reasons=[*chosen.codes])
        )
    if text:
        items = items.filter(lead__in=matching(Lead.objects.filter(stage=Lead.Stage.REVIEW), text).values("pk"))
    ways = {OLDEST: ("opened_at", "pk")}
    items = items.select_related("lead__source", "lead__account", "rule").order_by(
        *ways.get(order, ("-opened_at", "-pk"))
    )
    page = Paginator(items, EACH_PAGE).get_page(number)
    return Desk(reasons, total, oldest_at, chosen.key if chosen else "", page)


def chosen_item(found: Desk, pk: int | None) -> ReviewItem | None:
    """The item of the address, else the first of the list; one that was decided meanwhile comes with who did it."""
    if pk is not None:
        items = ReviewItem.objects.select_related("lead__source", "lead__account", "rule", "closed_by")
        item = items.filter(pk=pk).first()
        if item is not None:
            return item
    return next(iter(found.items), None)


def still_open(pks: Sequence[int | None]) -> int | None:
    """The first of these items that nobody has decided yet."""
    wanted = [pk for pk in pks if pk is not None]
    left = set(open_items().filter(pk__in=wanted).values_list("pk", flat=True).order_by("pk")) if wanted else set()
    return next((pk for pk in wanted if pk in left), None)


def neighbours(found: Desk, item: ReviewItem | None) -> tuple[int, ReviewItem | None, ReviewItem | None]:
    """Its number in the list (0: not on this page), the one before and the one behind."""
    items = found.items
    place = next((step for step, each in enumerate(items) if item is not None and each.pk == item.pk), None)
    if place is None:
        return 0, None, next(iter(items), None)
    before = items[place - 1] if place else None
    behind = items[place + 1] if place + 1 < len(items) else None
    return found.page.start_index() + place, before, behind


def below(item: ReviewItem) -> Below | None:
    """What the rules that were not asked would do with the lead as it is now; None when all were asked."""
    try:
        rules = active_rules()
    except ConditionRefused:
        return None
    asked = [line.get("rule_id") for line in item.trail]
    rest = _behind(rules, asked)
    if not rest:
        return None
    facts = rule_facts([item.lead])[item.lead_id]
    decision = decide(facts, rest)
    choice = decide(facts, [rule for rule in rest if rule.outcome == QUEUE])
    queues = Queue.objects.active().in_bulk([pk for pk in {decision.queue_id, choice.queue_id} if pk])
    return Below(
        first=len(rules) - len(rest) + 1,
        last=len(rules),
        rule_name=decision.rule_name,
        goes_to=queues.get(decision.queue_id),
        queue=queues.get(choice.queue_id),
    )


def _behind(rules: Sequence[Rule], asked: Sequence[int | None]) -> list[Rule]:
    places = [step for step, rule in enumerate(rules) if rule.id in asked]
    return list(rules[max(places) + 1 :]) if places else []


def _reasons() -> tuple[list[Reason], int, datetime | None]:
    """Every reason with its count, the most frequent first."""
    rows = list(
        open_items().values("rule", "reasons").annotate(n=Count("pk"), oldest=Min("opened_at")).order_by("rule", "-n")
    )
    names = dict(EntryRule.objects.filter(pk__in={row["rule"] for row in rows}).values_list("pk", "name"))
    found: dict[str, Reason] = {}
    for row in rows:
        codes = tuple(str(code) for code in row["reasons"])
        key = f"rule-{row['rule']}" if row["rule"] else "-".join(codes) or "unknown"
        before = found[key].count if key in found else 0
        found[key] = Reason(key, row["rule"], names.get(row["rule"], ""), codes, before + row["n"])
    oldest_at = min((row["oldest"] for row in rows), default=None)
    reasons = sorted(found.values(), key=lambda reason: (-reason.count, reason.key))
    return reasons, sum(reason.count for reason in reasons), oldest_at
