"""The context of the page of the weekly cleanup (D7)."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import uuid4

from django.core.paginator import Paginator
from django.http import HttpRequest

from leads.models import Lead
from leads.queries.leads import source_names
from queues.models import PartnerPool, Queue
from queues.presenters.cleanup import (
    Row,
    last_sentence,
    place_labels,
    row_of,
    tab_labels,
)
from queues.presenters.rules import reject_choices
from queues.presenters.runs import run_rows
from queues.queries.cleanup import (
    KEPT,
    MAX_ROWS_IN_FILE,
    OLD,
    OLDEST_FIRST,
    PAGE_SIZE,
    PLACES,
    TABS,
    TO_DO,
    CleanupFilters,
    counts,
    last_cleaned,
    matching,
    nurture_due,
    ordered,
    read_in_order,
    recent_runs,
    where_of,
)
from queues.queries.stale import LOG_DAYS, leaving, next_cleanup

FILTERS = ("tab", "place", "source", "queue", "pool", "sort", "page")
SHOWN_RUNS = 10
WEEK = timedelta(days=7)
ACTS = {
    "alike": ("merge", "apart", "nurture", "archive", "keep"),
    "junk": ("reject", "nurture", "archive", "keep"),
    "partner": ("recall",),
}
ALWAYS = (*TO_DO, KEPT)  # the other tabs are there when they have leads
USUAL_ACTS = ("nurture", "recycle", "archive", "reject", "move", "partner", "keep")


def filters_of(request: HttpRequest) -> CleanupFilters:
    """What the address says; unknown values show everything."""
    asked = request.GET
    tab = asked.get("tab", OLD)
    place = asked.get("place", "")
    return CleanupFilters(
        tab=tab if tab in TABS else OLD,
        place=place if place in PLACES else "",
        source=asked.get("source", "")[:80],
        queue=asked.get("queue", "")[:80],
        pool=asked.get("pool", "")[:18],
    )


def page_context(request: HttpRequest, *, at: datetime) -> dict[str, object]:
    filters, sort = filters_of(request), request.GET.get("sort", OLDEST_FIRST)
    page = Paginator(ordered(matching(filters, at=at), sort), PAGE_SIZE).get_page(request.GET.get("page"))
    totals, labels, last = counts(at=at), tab_labels(), last_cleaned()
    return {
        "at": at,
        "filters": filters,
        "sort": sort,
        "page": page,
        "rows": rows_of(read_in_order(list(page.object_list)), filters.tab, at=at),
        "tabs": [(tab, labels[tab], totals[tab]) for tab in TABS if tab in ALWAYS or totals[tab] or tab == filters.tab],
        "listed": sum(totals[tab] for tab in TO_DO),
        "places": place_labels(),
        "sources": source_names(),
        "queues": list(Queue.objects.active().order_by("position", "name", "pk")),
        "pools": list(PartnerPool.objects.filter(is_active=True).order_by("name", "pk")),
        "reasons": reject_choices(),
        "acts": ACTS.get(filters.tab, USUAL_ACTS),
        "token": uuid4(),
        "tonight": leaving(at=next_cleanup(at=at)),
        "last": last_sentence(last, at=at),
        "is_due": last is None or at - last.at >= WEEK,
    } | runs_context(at=at)


def rows_of(leads: Sequence[Lead], tab: str, *, at: datetime) -> list[Row]:
    where = where_of(leads, at=at)
    due = nurture_due(leads, where)
    return [row_of(lead, where[lead.pk], tab, due.get(lead.pk), at=at) for lead in leads]


def file_rows(request: HttpRequest, *, at: datetime) -> list[Row]:
    """The whole list, for a file; at most ten thousand."""
    filters = filters_of(request)
    leads = ordered(matching(filters, at=at), request.GET.get("sort", OLDEST_FIRST))[:MAX_ROWS_IN_FILE]
    ids, found = list(leads), list[Row]()
    for start in range(0, len(ids), 500):
        found += rows_of(read_in_order(ids[start : start + 500]), filters.tab, at=at)
    return found


def runs_context(*, at: datetime) -> dict[str, object]:
    """What was done lately, and what is under way."""
    runs = recent_runs(at=at, since=timedelta(days=LOG_DAYS), most=SHOWN_RUNS)
    rows = run_rows(runs, at=at)
    return {"runs": rows, "is_running": any(row.is_open for row in rows), "at": at}
