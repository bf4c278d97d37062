"""Reads the review desk: the leads that need a human, why, and what they resemble (A6)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.paginator import Page, Paginator
from django.db.models import Count, Min, Q, QuerySet

from leads.decisions.conditions.parsing import ConditionRefused
from leads.models import Lead
from leads.queries.leads import rule_facts, search_leads
from queues.decisions.placement import QUEUE, Rule, decide
from queues.models import EntryRule, Queue, ReviewItem
from queues.queries.rules import active_rules

EACH_PAGE = 50
MOST_IN_FILE = 10_000
NEWEST, OLDEST = "newest", "oldest"
ORDERS: Mapping[str, tuple[str, ...]] = {
    NEWEST: ("-opened_at", "-pk"),
    OLDEST: ("opened_at", "pk"),
    "score": ("-lead__score", "opened_at", "pk"),
    "company": ("lead__company_name", "opened_at", "pk"),
}
HOUR = timedelta(hours=1)
# Half-open (L1): from so long on, and less than.
AGES: Mapping[str, tuple[timedelta, timedelta | None]] = {
    "4h": (0 * HOUR, 4 * HOUR),
    "24h": (4 * HOUR, 24 * HOUR),
    "older": (24 * HOUR, None),
}


@dataclass(frozen=True, slots=True)
class Filters:
    """What of the desk is shown; an unknown value shows all."""

    reason: str = ""
    source: str = ""
    age: str = ""
    text: str = ""
    order: str = NEWEST


@dataclass(frozen=True, slots=True)
class Reason:
    """Why leads stand here: the rule that sent them, or codes of ours; `key` names it in the address and `matches`
    finds exactly the items that are counted."""

    key: str
    rule_id: int | None
    rule_name: str
    codes: tuple[str, ...]
    count: int
    matches: Q


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


def review_count() -> int:
    return ReviewItem.objects.filter(closed_at__isnull=True).count()


def desk(filters: Filters = Filters(), *, at: datetime, number: object = 1) -> Desk:
    """One page of the desk; four queries, however many wait. An unknown reason shows all, an unknown page the first."""
    reasons, total, oldest_at = _reasons()
    chosen = next((each for each in reasons if each.key == filters.reason), None)
    page = Paginator(_filtered(filters, chosen, at=at), EACH_PAGE).get_page(number)
    return Desk(reasons, total, oldest_at, chosen.key if chosen else "", page)


def all_items(filters: Filters, *, at: datetime) -> list[ReviewItem]:
    """Everything that the filters show, for a file; at most ten thousand."""
    chosen = next((each for each in _reasons()[0] if each.key == filters.reason), None)
    return list(_filtered(filters, chosen, at=at)[:MOST_IN_FILE])


def _filtered(filters: Filters, chosen: Reason | None, *, at: datetime) -> QuerySet[ReviewItem]:
    items = open_items()
    if chosen is not None:
        items = items.filter(chosen.matches)
    if filters.source:
        items = items.filter(lead__source__slug=filters.source)
    if filters.age in AGES:
        least, below_that = AGES[filters.age]
        items = items.filter(opened_at__lte=at - least)
        items = items.filter(opened_at__gt=at - below_that) if below_that else items
    if filters.text:
        items = items.filter(
            lead__in=search_leads(Lead.objects.filter(stage=Lead.Stage.REVIEW), filters.text).values("pk")
        )
    items = items.select_related("lead__source", "lead__account", "rule")
    return items.order_by(*ORDERS.get(filters.order, ORDERS[NEWEST]))


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


def still_here(lead_ids: Sequence[int]) -> int:
    """How many of these leads stand on the desk."""
    return open_items().filter(lead__in=lead_ids).count()


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
    """Every reason with its count, the most frequent first; each item counts for exactly one."""
    rows = list(
        open_items().values("rule", "reasons").annotate(n=Count("pk"), oldest=Min("opened_at")).order_by("rule", "-n")
    )
    names = dict(EntryRule.objects.filter(pk__in={row["rule"] for row in rows}).values_list("pk", "name"))
    found: dict[str, Reason] = {}
    for row in rows:
        codes = tuple(str(code) for code in row["reasons"])
        key = f"rule-{row['rule']}" if row["rule"] else "-".join(codes) or "unknown"
        mine = Q(rule=row["rule"]) if row["rule"] else Q(rule=None, reasons=row["reasons"])
        before = found.get(key)
        count, matches = (before.count + row["n"], before.matches | mine) if before else (row["n"], mine)
        found[key] = Reason(key, row["rule"], names.get(row["rule"], ""), codes, count, matches)
    oldest_at = min((row["oldest"] for row in rows), default=None)
    reasons = sorted(found.values(), key=lambda reason: (-reason.count, reason.key))
    return reasons, sum(reason.count for reason in reasons), oldest_at
