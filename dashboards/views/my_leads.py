"""The leads behind a figure of My numbers: as many rows as the figure counts, 50 a page, or all as CSV (E10, C9)."""

from typing import Any

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from config.web.ids import read_id
from dashboards.presenters.my_leads import lead_rows, list_header, list_title
from dashboards.queries import my_numbers as queries
from dashboards.views.my_numbers import Asked, asked_of, frame, reps_only
from leads.presenters.csv_response import csv_response
from leads.queries.leads import visible_to

PAGE = 50
MOST_IN_FILE = 20_000
TURNS = "turns"


@require_safe
@reps_only
def my_leads(request: HttpRequest) -> HttpResponse:
    """?figure=taken, or ?figure=turns&rotation=3, with the period of My numbers; 404 for an unknown figure."""
    asked, figure = asked_of(request), request.GET.get("figure", "")
    try:
        rows = _behind(asked, figure, read_id(request.GET.get("rotation", "")))
    except KeyError:
        raise Http404 from None
    if request.GET.get("format") == "csv":
        return _csv(asked, figure, rows)
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    on_page = list(page.object_list)
    context = frame(asked) | {
        "title": list_title(figure),
        "header": list_header(figure),
        "page": page,
        "count": page.paginator.count,
        "rows": lead_rows(figure, on_page, visible=_visible(asked, on_page)),
    }
    return render(request, "dashboards/my_leads.html", context, status=asked.status)


def _behind(asked: Asked, figure: str, rotation: int | None) -> QuerySet:
    span = asked.period.span
    if figure == TURNS:
        if rotation is None:
            raise KeyError(figure)
        return queries.turns_behind(asked.rep, rotation, span)
    return queries.leads_behind(asked.rep.user, figure, span, at=asked.at)


def _visible(asked: Asked, rows: list[Any]) -> set[int]:
    """The leads that the rep may still open; of the others the row stays, without a name."""
    found = visible_to(asked.rep.user).filter(pk__in=[row.lead_id for row in rows])
    return set(found.values_list("pk", flat=True).order_by("pk"))


def _csv(asked: Asked, figure: str, rows: QuerySet) -> HttpResponse:
    found = list(rows[:MOST_IN_FILE])
    lines = lead_rows(figure, found, visible=_visible(asked, found))
    return csv_response(
        f"my-{figure}-{asked.period.key}.csv",
        list_header(figure),
        [(line.lead, line.at.isoformat(), line.fact) for line in lines],
    )
