"""The context of the review desk: the list, the lead on the right, its fields, reasons and trail (A6)."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.http import HttpRequest
from django.urls import reverse

from config.web.htmx import wants_part
from config.web.ids import read_id
from leads.decisions.facts.text import is_placeholder
from leads.models import Lead, OwnField
from leads.presenters.lists import Table
from leads.presenters.own_fields import own_rows
from leads.queries.leads import source_names
from leads.queries.merging import possible_duplicates_of
from leads.queries.own_fields import field_of_title, own_fields
from leads.queries.web_forms import held_count
from queues.forms.review import CorrectionForm
from queues.models import Queue, ReviewItem
from queues.presenters.comparison import MINE, Field, fields_of, side_by_side
from queues.presenters.doubts import problem_sentences
from queues.presenters.merging import merge_preview, must_stay_reason
from queues.presenters.review import age_labels, order_labels
from queues.presenters.review_list import REVIEW, filters_of, row_chips
from queues.presenters.rules import (
    TrailRow,
    decided_sentence,
    likely_reason,
    reason_sentence,
    reason_text,
    reject_choices,
    trail_rows,
)
from queues.presenters.runs import run_rows
from queues.queries.cleanup import is_run_under_way, recent_runs
from queues.queries.review import (
    RemainingRules,
    chosen_item,
    desk,
    neighbours,
    remaining_rules,
)
from queues.queries.stale import LOG_PERIOD
from queues.queries.waiting import waiting_entry
from routing.models import Assignment
from routing.queries.assignments import open_assignment

LATELY, RUNS_AT_DESK, MOST_RUNS = timedelta(days=1), 3, 50
FILTERS = ("reason", "source", "age", "own", "q", "order", "columns", "view", "page")


@dataclass(frozen=True, slots=True)
class Comparison:
    """The lead on the right compared with another one, and what a merge would do. `stuck` says why the other lead must
    be the one that stays, if so."""

    other: Lead
    others: list[Lead]
    held: Assignment | None
    keeps_other: bool
    would_do: list[str]
    stuck: str


@dataclass(frozen=True, slots=True)
class Panel:
    """The lead on the right, as shown."""

    item: ReviewItem
    why: str
    problems: list[str]
    own: list[tuple[str, str]]
    extras: list[tuple[str, str]]
    trail: list[TrailRow]
    below: RemainingRules | None
    fields: list[Field]
    beside: Comparison | None
    queue: Queue | None
    reasons: list[tuple[str, object]]

    @property
    def lead(self) -> Lead:
        return self.item.lead

    @property
    def differing(self) -> int:
        return sum(1 for field in self.fields if field.theirs is not None and not field.is_same)


def page_context(
    request: HttpRequest, *, at: datetime, pk: int | None = None, table: Table | None = None
) -> dict[str, object]:
    """The context of the whole page. After an act `pk` is the item on the right, otherwise the address names it."""
    context = list_context(request, at=at, pk=pk, table=table)
    context |= {"is_part": True} if wants_part(request) else runs_context(at=at)
    item = context["item"]
    if item is None or item.closed_at is not None:
        return context
    beside = comparison_of(item.lead, other=request.GET.get("other", ""), stays=request.GET.get("stays", ""))
    panel = panel_of(item, beside, queues=context["queues"], last_queue=request.session.get("review_queue"))
    return context | {"panel": panel, "form": CorrectionForm(instance=item.lead)}


def runs_context(*, at: datetime, is_whole: bool = False) -> dict[str, object]:
    """What was done with many leads at once: lately, or all that can still be undone."""
    since, most = (LOG_PERIOD, MOST_RUNS) if is_whole else (LATELY, RUNS_AT_DESK)
    rows = run_rows(recent_runs(at=at, since=since, most=most, is_desk=True), at=at)
    return {"runs": rows, "is_running": any(row.is_open for row in rows), "is_whole": is_whole, "at": at}


def list_context(
    request: HttpRequest, *, at: datetime, pk: int | None = None, table: Table | None = None
) -> dict[str, object]:
    """The list on the left. The browser keeps which boxes are ticked."""
    table, sources = table or Table(request, REVIEW, path=reverse("queues:review")), source_names()
    filters = filters_of(table, sources)
    found = desk(filters, at=at, number=request.GET.get("page", 1))
    table.known("reason", {each.key for each in found.reasons})
    wanted = pk if request.method == "POST" else read_id(request.GET.get("item", ""))
    item = chosen_item(found, wanted)
    number, before, behind = neighbours(found, item)
    return {
        "at": at,
        "desk": found,
        "chips": [(each, reason_text(each.codes, each.rule_name)) for each in found.reasons],
        "rows": [(each, row_chips(each)) for each in found.items],
        "filters": filters,
        "table": table,
        "sources": sources,
        "ages": age_labels(),
        "orders": order_labels(),
        "item": item,
        "number": number,
        "before": before,
        "behind": behind,
        "gone": decided_sentence(item) if item is not None and item.closed_at is not None else "",
        "queues": list(Queue.objects.active().order_by("position", "name", "pk")),
        "reasons": reject_choices(),
        "is_deciding": is_run_under_way(),
        "held": held_count(),
    }


def comparison_of(lead: Lead, *, other: str, stays: str) -> Comparison | None:
    """`other` is the id of the lead to compare with, if there are several; `stays` is "mine" to keep this lead."""
    others = possible_duplicates_of(lead)
    if not others:
        return None
    chosen = next((each for each in others if str(each.pk) == other), others[0])
    held = open_assignment(chosen.pk)
    stuck = must_stay_reason(chosen, held)
    keeps_other = bool(stuck) or stays != MINE
    entry = waiting_entry(chosen.pk)
    preview = merge_preview(lead, chosen, keeps_other=keeps_other, held=held, entry=entry)
    return Comparison(chosen, others, held, keeps_other, preview, stuck)


def panel_of(item: ReviewItem, beside: Comparison | None, *, queues: list[Queue], last_queue: object) -> Panel:
    """`last_queue` is the queue that the user chose last; a queue that the remaining rules would choose comes first."""
    lead, rest, own = item.lead, remaining_rules(item), own_fields()
    known = {queue.pk: queue for queue in queues}
    likely = likely_reason(item)
    wanted = rest.queue if rest is not None and rest.queue is not None else known.get(last_queue)
    return Panel(
        item=item,
        why=reason_sentence(item),
        problems=problem_sentences(item),
        own=own_rows(lead, own),
        extras=_left_over(lead, own),
        trail=trail_rows(item.trail, source_names()),
        below=rest,
        fields=side_by_side(lead, beside.other, keeps_other=beside.keeps_other) if beside else fields_of(lead),
        beside=beside,
        queue=wanted,
        reasons=sorted(reject_choices(), key=lambda choice: choice[0] != likely),
    )


def _left_over(lead: Lead, own: list[OwnField]) -> list[tuple[str, str]]:
    """What came beside the fields of Alur and is read by no own field; without placeholders."""
    return [
        (title, text)
        for title, text in lead.extra.items()
        if not is_placeholder(text, strict=True)
        and ((field := field_of_title(title, own)) is None or field.value_name not in lead.own)
    ]
