"""Brings together what the review desk shows: the list, the lead on the right, its fields, reasons and trail (A6)."""

from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest

from leads.models import Lead
from queues.comparison import Field, fields_of, side_by_side
from queues.models import Queue, ReviewItem
from queues.queries_review import NEWEST, OLDEST, Below, below, chosen_item, desk, neighbours
from queues.queries_rules import source_names
from queues.review_forms import CorrectionForm
from queues.wording import (
    TrailRow,
    decided_words,
    likely_reason,
    problem_words,
    reason_words,
    reject_choices,
    trail_rows,
    why_words,
)
from routing.models import Assignment
from routing.queries import open_assignment

FILTERS = ("reason", "q", "order", "page")
LONGEST_SEARCH = 100


@dataclass(frozen=True, slots=True)
class Panel:
    """The lead on the right, in words."""

    item: ReviewItem
    why: str
    problems: list[str]
    trail: list[TrailRow]
    below: Below | None
    fields: list[Field]
    other: Lead | None
    other_held: Assignment | None
    queue: Queue | None
    reasons: list[tuple[str, object]]

    @property
    def lead(self) -> Lead:
        return self.item.lead

    @property
    def differing(self) -> int:
        return sum(1 for field in self.fields if field.theirs is not None and not field.is_same)


def page_context(request: HttpRequest, *, at: datetime, pk: int | None = None) -> dict[str, object]:
    """Everything for the whole desk; after an act `pk` is the item on the right, else it is the one of the address."""
    context = list_context(request, at=at, pk=pk)
    item = context["item"]
    if item is None or item.closed_at is not None:
        return context
    queues = context["queues"]
    panel = panel_of(item, queues=queues, last_queue=request.session.get("review_queue"))
    return context | {"panel": panel, "form": CorrectionForm(instance=item.lead)}


def list_context(request: HttpRequest, *, at: datetime, pk: int | None = None) -> dict[str, object]:
    """The list on the left; which boxes are ticked is the browser's business."""
    text = request.GET.get("q", "").strip()[:LONGEST_SEARCH]
    order = OLDEST if request.GET.get("order") == OLDEST else NEWEST
    found = desk(reason=request.GET.get("reason", ""), text=text, order=order, number=request.GET.get("page", 1))
    wanted = pk if request.method == "POST" else number_in(request.GET.get("item", ""))
    item = chosen_item(found, wanted)
    number, before, behind = neighbours(found, item)
    return {
        "at": at,
        "desk": found,
        "chips": [(each, reason_words(each.codes, each.rule_name)) for each in found.reasons],
        "rows": [(each, _row_chips(each)) for each in found.items],
        "text": text,
        "order": order,
        "item": item,
        "number": number,
        "before": before,
        "behind": behind,
        "gone": decided_words(item) if item is not None and item.closed_at is not None else "",
        "queues": list(Queue.objects.active().order_by("position", "name", "pk")),
        "reasons": reject_choices(),
    }


def number_in(text: str) -> int | None:
    """A key in an address, if it is one."""
    return int(text) if text.isdecimal() and len(text) < 19 else None


def panel_of(item: ReviewItem, *, queues: list[Queue], last_queue: object) -> Panel:
    """`last_queue` is the one this person chose last; what the rules below would choose comes first."""
    lead, rest = item.lead, below(item)
    other = _other(lead)
    known = {queue.pk: queue for queue in queues}
    likely = likely_reason(item)
    wanted = rest.queue if rest is not None and rest.queue is not None else known.get(last_queue)
    return Panel(
        item=item,
        why=why_words(item),
        problems=[problem_words(problem) for problem in lead.problems],
        trail=trail_rows(item.trail, source_names()),
        below=rest,
        fields=side_by_side(lead, other) if other else fields_of(lead),
        other=other,
        other_held=open_assignment(other.pk) if other else None,
        queue=wanted,
        reasons=sorted(reject_choices(), key=lambda choice: choice[0] != likely),
    )


def _row_chips(item: ReviewItem) -> list[str]:
    name = item.rule.name if item.rule_id else ""
    chips = [reason_words(item.reasons, name)]
    if item.lead.problems:
        chips += [problem_words({**problem, "value": ""}) for problem in item.lead.problems[:2]]
    return chips


def _other(lead: Lead) -> Lead | None:
    if lead.resembles_id is None:
        return None
    return Lead.objects.select_related("source").filter(pk=lead.resembles_id).first()
