"""The review desk: the leads that a person must decide about, why, and how they are filtered (A6)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.paginator import Page, Paginator
from django.db.models import Count, Min, Q, QuerySet

from leads.decisions.conditions.parsing import ConditionRefused
from leads.models import Lead
from leads.queries.leads import rule_facts
from leads.queries.own_fields import with_value
from leads.queries.search import search_leads
from queues.decisions.placement import Outcome, ReviewReason, Rule, decide
from queues.models import EntryRule, Queue, ReviewItem
from queues.queries.rules import active_rules

PAGE_SIZE = 50
MAX_ROWS_IN_FILE = 10_000
NEWEST, OLDEST = "newest", "oldest"
ORDERS: Mapping[str, tuple[str, ...]] = {
    NEWEST: ("-opened_at", "-pk"),
    OLDEST: ("opened_at", "pk"),
    "score": ("-lead__score", "opened_at", "pk"),
    "company": ("lead__company_name", "opened_at", "pk"),
}
PARKED = {ReviewReason.QUEUE_FULL.value, ReviewReason.QUEUE_AGED.value, ReviewReason.SOURCE_PAUSED.value}
HOUR = timedelta(hours=1)
# half-open ranges (L1): at least, and less than
AGES: Mapping[str, tuple[timedelta, timedelta | None]] = {
    "4h": (0 * HOUR, 4 * HOUR),
    "24h": (4 * HOUR, 24 * HOUR),
    "older": (24 * HOUR, None),
}


@dataclass(frozen=True, slots=True)
class DeskFilters:
    """The filters of the list. An unknown value shows everything."""

    reason: str = ""
    source: str = ""
    age: str = ""
    text: str = ""
    order: str = NEWEST
    own: tuple[str, str | bool] | None = None  # a value of an own field, by value name


@dataclass(frozen=True, slots=True)
class Reason:
    """Why leads are on the desk: the rule that sent them, or a ReviewReason. `key` names the reason in the address;
    `matches` finds exactly the items that are counted."""

    key: str
    rule_id: int | None
    rule_name: str
    codes: tuple[str, ...]
    count: int
    matches: Q


@dataclass(frozen=True, slots=True)
class Desk:
    """The filtered list. `total` counts all open items, whatever the filters are, `parked` those of them that need
    nobody; `oldest_at` is of the others."""

    reasons: list[Reason]
    total: int
    parked: int
    oldest_at: datetime | None
    chosen: str
    page: Page

    @property
    def needing(self) -> int:
        """How many leads need a person."""
        return self.total - self.parked

    @property
    def items(self) -> list[ReviewItem]:
        return list(self.page.object_list)


@dataclass(frozen=True, slots=True)
class RemainingRules:
    """The rules that were not checked, by number. `rule_name` is the first of them that would match, `goes_to` its
    queue; `queue` is the first queue that one of them would choose."""

    first: int
    last: int
    rule_name: str
    goes_to: Queue | None
    queue: Queue | None


def open_items() -> QuerySet[ReviewItem]:
    return ReviewItem.objects.filter(closed_at__isnull=True)


def items_to_decide() -> QuerySet[ReviewItem]:
    """What a person must decide about; leads that are parked for a queue enter by themselves (D5)."""
    return ReviewItem.objects.filter(closed_at__isnull=True, parked_for__isnull=True)


def desk(filters: DeskFilters = DeskFilters(), *, at: datetime, number: object = 1) -> Desk:
    """One page of the desk, in three queries, with further filters in four. An unknown reason shows everything, an
    unknown page the first page."""
    reasons, oldest_at = all_reasons()
    chosen = next((each for each in reasons if each.key == filters.reason), None)
    total = sum(reason.count for reason in reasons)
    pages = Paginator(filtered(filters, chosen, at=at), PAGE_SIZE)
    if not (filters.source or filters.age or filters.text or filters.own):  # the reasons are counted already
        pages.count = chosen.count if chosen is not None else total
    page = pages.get_page(number)
    parked = sum(reason.count for reason in reasons if set(reason.codes) & PARKED)
    return Desk(reasons, total, parked, oldest_at, chosen.key if chosen else "", page)


def all_items(filters: DeskFilters, *, at: datetime) -> list[ReviewItem]:
    """All items that the filters show, for a file; at most ten thousand."""
    chosen = next((each for each in all_reasons()[0] if each.key == filters.reason), None)
    return list(filtered(filters, chosen, at=at)[:MAX_ROWS_IN_FILE])


def filtered(filters: DeskFilters, chosen: Reason | None, *, at: datetime) -> QuerySet[ReviewItem]:
    items = open_items()
    if chosen is not None:
        items = items.filter(chosen.matches)
    if filters.source:
        items = items.filter(lead__source__slug=filters.source)
    if filters.age in AGES:
        least, below_that = AGES[filters.age]
        items = items.filter(opened_at__lte=at - least)
        items = items.filter(opened_at__gt=at - below_that) if below_that else items
    items = with_value(items, filters.own, lead="lead__")
    if filters.text:
        items = items.filter(
            lead__in=search_leads(Lead.objects.filter(stage=Lead.Stage.REVIEW), filters.text).values("pk")
        )
    items = items.select_related("lead__source", "lead__account", "rule", "parked_for")
    return items.order_by(*ORDERS.get(filters.order, ORDERS[NEWEST]))


def chosen_item(found: Desk, pk: int | None) -> ReviewItem | None:
    """The item of the address, else the first of the list. It may be decided by now; then it says by whom."""
    if pk is not None:
        items = ReviewItem.objects.select_related("lead__source", "lead__account", "rule", "closed_by", "parked_for")
        item = items.filter(pk=pk).first()
        if item is not None:
            return item
    return next(iter(found.items), None)


def first_open(pks: Sequence[int | None]) -> int | None:
    """The first of these items that is still open."""
    wanted = [pk for pk in pks if pk is not None]
    left = set(open_items().filter(pk__in=wanted).values_list("pk", flat=True).order_by("pk")) if wanted else set()
    return next((pk for pk in wanted if pk in left), None)


def count_on_desk(lead_ids: Sequence[int]) -> int:
    """How many of these leads are on the desk."""
    return open_items().filter(lead__in=lead_ids).count()


def neighbours(found: Desk, item: ReviewItem | None) -> tuple[int, ReviewItem | None, ReviewItem | None]:
    """The number of the item in the list (0: not on this page), and the items before and after it."""
    items = found.items
    index = next((step for step, each in enumerate(items) if item is not None and each.pk == item.pk), None)
    if index is None:
        return 0, None, next(iter(items), None)
    before = items[index - 1] if index else None
    after = items[index + 1] if index + 1 < len(items) else None
    return found.page.start_index() + index, before, after


def remaining_rules(item: ReviewItem) -> RemainingRules | None:
    """What the rules that were not checked would do with the lead as it is now; None when all were checked."""
    try:
        rules = active_rules()
    except ConditionRefused:
        return None
    asked = [line.get("rule_id") for line in item.trail]
    rest = _rules_after(rules, asked)
    if not rest:
        return None
    facts = rule_facts([item.lead])[item.lead_id]
    decision = decide(facts, rest)
    choice = decide(facts, [rule for rule in rest if rule.outcome == Outcome.QUEUE])
    queues = Queue.objects.active().in_bulk([pk for pk in {decision.queue_id, choice.queue_id} if pk])
    return RemainingRules(
        first=len(rules) - len(rest) + 1,
        last=len(rules),
        rule_name=decision.rule_name,
        goes_to=queues.get(decision.queue_id),
        queue=queues.get(choice.queue_id),
    )


def _rules_after(rules: Sequence[Rule], asked: Sequence[int | None]) -> list[Rule]:
    indexes = [step for step, rule in enumerate(rules) if rule.id in asked]
    return list(rules[max(indexes) + 1 :]) if indexes else []


def all_reasons() -> tuple[list[Reason], datetime | None]:
    """All reasons with their counts, the most frequent first, each item for exactly one reason; and since when the
    oldest lead that is not parked waits for a person."""
    rows = list(
        open_items().values("rule", "reasons").annotate(n=Count("pk"), oldest=Min("opened_at")).order_by("rule", "-n")
    )
    names = dict(EntryRule.objects.filter(pk__in={row["rule"] for row in rows}).values_list("pk", "name"))
    found: dict[str, Reason] = {}
    for row in rows:
        codes = tuple(str(code) for code in row["reasons"])
        key = f"rule-{row['rule']}" if row["rule"] else "-".join(codes) or ReviewReason.UNKNOWN.value
        mine = Q(rule=row["rule"]) if row["rule"] else Q(rule=None, reasons=row["reasons"])
        before = found.get(key)
        count, matches = (before.count + row["n"], before.matches | mine) if before else (row["n"], mine)
        found[key] = Reason(key, row["rule"], names.get(row["rule"], ""), codes, count, matches)
    oldest_at = min((row["oldest"] for row in rows if not set(row["reasons"]) & PARKED), default=None)
    reasons = sorted(found.values(), key=lambda reason: (-reason.count, reason.key))
    return reasons, oldest_at
