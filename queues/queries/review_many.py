"""All leads of the review desk that match its filters, for one act on all of them (A6, A9)."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Count, Max, Q, QuerySet

from leads.decisions.conditions.parsing import ConditionRefused
from leads.models import Lead
from queues.decisions.placement import Outcome, decide
from queues.models import CleanupRun, CleanupStep, Queue, ReviewItem
from queues.queries.review import PARKED, DeskFilters, all_reasons, filtered
from queues.queries.rule_effect import facts_by_lead
from queues.queries.rules import active_rules

MOST_AT_ONCE = 100_000
MOST_ASKED = 1_000  # whose way by the rules of now a page foretells


class ReasonIsGone(Exception):
    """No lead is on the desk for this reason (any more)."""


@dataclass(frozen=True, slots=True)
class Matching:
    """How many match, without those that are parked, which enter by themselves: they count only if the person chose to
    see them by their reason. `alike` resemble another lead; `newest` is the last item that the person could see."""

    total: int = 0
    parked: int = 0
    alike: int = 0
    newest: int = 0


@dataclass(frozen=True, slots=True)
class Foretold:
    """What the rules of now would do with the first `asked` of them: how many for each queue, and for each other
    outcome."""

    asked: int = 0
    queues: Mapping[str, int] = field(default_factory=dict)
    outcomes: Mapping[str, int] = field(default_factory=dict)


def matching(filters: DeskFilters, *, at: datetime) -> Matching:
    """Raises ReasonIsGone, because without it the filters would match all leads."""
    found, seen = _found(filters, at=at)
    is_free = Q() if seen else Q(parked_for__isnull=True)
    row = found.order_by().aggregate(
        n=Count("pk", filter=is_free),
        parked=Count("pk", filter=Q(parked_for__isnull=False)),
        alike=Count("pk", filter=is_free & Q(lead__resembles__isnull=False)),
        newest=Max("pk"),
    )
    return Matching(row["n"], 0 if seen else row["parked"], row["alike"], row["newest"] or 0)


def matching_ids(filters: DeskFilters, *, at: datetime, newest: int) -> list[int]:
    """Those of matching() at that moment that are still on the desk, the longest there first; at most one more than
    can be decided at once."""
    return list(_in_order(filters, at=at).filter(pk__lte=newest).values_list("pk", flat=True)[: MOST_AT_ONCE + 1])


def foretell(filters: DeskFilters, *, at: datetime) -> Foretold:
    """Where the rules would send them now."""
    try:
        rules = active_rules()
    except ConditionRefused:
        return Foretold()
    items = list(_in_order(filters, at=at).values_list("lead", flat=True)[:MOST_ASKED])
    names = dict(Queue.objects.active().order_by("pk").values_list("pk", "name"))
    queues: Counter[str] = Counter()
    outcomes: Counter[str] = Counter()
    for _lead, facts in facts_by_lead(Lead.objects.filter(pk__in=items).order_by("pk")):
        decision = decide(facts, rules)
        if decision.outcome == Outcome.QUEUE and decision.queue_id in names:
            queues[names[decision.queue_id]] += 1
        else:
            is_aside = decision.outcome in (Outcome.NURTURE, Outcome.REJECT)
            outcomes[decision.outcome if is_aside else Outcome.REVIEW] += 1
    return Foretold(len(items), dict(queues.most_common()), dict(outcomes))


def steps_of(run: CleanupRun) -> list[CleanupStep]:
    """Of a run about one page of the desk."""
    return list(CleanupStep.objects.filter(run=run).order_by("pk"))


def refused_steps(run_id: int) -> list[CleanupStep]:
    """The leads that a run, or its undo, left alone."""
    steps = CleanupStep.objects.filter(Q(stayed=True) | ~Q(refused=""), run=run_id)
    return list(steps.select_related("lead").order_by("pk"))


def items_of_steps(steps: Sequence[CleanupStep]) -> dict[int, ReviewItem]:
    """The items of these steps, with who decided about them."""
    ids = [step.before["item"] for step in steps if "item" in step.before]
    return ReviewItem.objects.select_related("lead", "closed_by").in_bulk(ids)


def _in_order(filters: DeskFilters, *, at: datetime) -> QuerySet[ReviewItem]:
    found, seen = _found(filters, at=at)
    return (found if seen else found.filter(parked_for__isnull=True)).order_by("opened_at", "pk")


def _found(filters: DeskFilters, *, at: datetime) -> tuple[QuerySet[ReviewItem], bool]:
    """The items, and whether the person chose parked ones by their reason."""
    chosen = None
    if filters.reason:
        chosen = next((each for each in all_reasons()[0] if each.key == filters.reason), None)
        if chosen is None:
            raise ReasonIsGone
    return filtered(filters, chosen, at=at), chosen is not None and bool(set(chosen.codes) & PARKED)
