"""The search page: leads that this user may see, by company, name, e-mail, phone or id (A3)."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from leads.decisions.lists import in_order
from leads.models import Lead
from leads.presenters.lists import Table
from leads.presenters.search import SEARCH, SORTS, stage_choices
from leads.queries.leads import source_names, visible_to
from leads.queries.own_fields import with_value
from leads.queries.search import filling, search_leads
from leads.views.lists import shows_list

MIN_LENGTH = 2
MAX_RESULTS = 50
MAX_LENGTH = 100


@require_safe
@shows_list(SEARCH)
def search(request: HttpRequest, table: Table) -> HttpResponse:
    """The newest leads that match, at most MAX_RESULTS; the page says if there are more. The order is of these."""
    text = " ".join(table.text("q").split())[:MAX_LENGTH]
    is_short = len(text) < MIN_LENGTH
    sources = source_names()
    stage, source = table.known("stage", stage_choices()), table.known("source", sources)
    found = [] if is_short else _found(table, text, stage=stage, source=source)
    rows = in_order(found[:MAX_RESULTS], table.sort, {**SORTS, **table.own_sorts})
    if request.GET.get("format") == "csv":
        return table.csv("leads.csv", rows)
    context = {
        "q": text,
        "is_short": is_short,
        "rows": rows,
        "has_more": len(found) > MAX_RESULTS,
        "most": MAX_RESULTS,
        "at": timezone.now(),
        "table": table,
        "filling": filling(),
        "filters": {"stage": stage, "source": source},
        "stages": stage_choices(),
        "sources": sources,
    }
    return render(request, "leads/search.html", context)


def _found(table: Table, text: str, *, stage: str, source: str) -> list[Lead]:
    leads = with_value(search_leads(visible_to(table.user), text), table.own_value).select_related("source")
    leads = leads.filter(stage=stage) if stage else leads
    leads = leads.filter(source__slug=source) if source else leads
    return list(leads[: MAX_RESULTS + 1])
