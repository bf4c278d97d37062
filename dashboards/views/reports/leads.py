"""The leads behind a figure of a report: as many rows as the figure counts, 50 a page, or all as CSV (E10)."""

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

from django.contrib.auth.models import User
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from config.web.figures import number
from dashboards.presenters.boards import people
from dashboards.presenters.reports.asked import Asked, Group
from dashboards.presenters.reports.figures import Behind, Figure
from dashboards.presenters.reports.filter_chips import filter_chips
from dashboards.views.reports.asking import asked_of, reports_only
from dashboards.views.reports.page import refused_file
from dashboards.views.reports.registry import BOARDS, FIGURES, QUESTIONS
from leads.models import Lead
from leads.presenters.csv_response import csv_response
from leads.queries.leads import visible_to

PAGE = 50
CHUNK = 2_000
MOST_IN_FILE = 20_000  # a file of more is no work for a request


@reports_only
def leads(request: HttpRequest) -> HttpResponse:
    """Of one figure, and of one row of its table where the address names one; 404 for a figure that is not there."""
    if "figure" not in request.GET:
        return redirect("dashboards:reports")
    figure = FIGURES.get(request.GET["figure"])
    if figure is None or figure.behind is None:
        raise Http404
    asked = asked_of(request, reverse("dashboards:report_leads"))
    group = Group(request.GET.get("by", ""), request.GET.get("value", ""))
    try:
        behind = figure.behind(asked, group)
    except (KeyError, ValueError):
        raise Http404 from None
    if request.GET.get("format") == "csv":
        return refused_file(asked) or _csv(figure, behind)
    page = Paginator(behind.rows, PAGE).get_page(request.GET.get("page"))
    context = {
        "asked": asked,
        "figure": figure,
        "says": behind.says,
        **_origin(asked, figure),
        "facts": behind.facts,
        "page": page,
        "count": page.paginator.count,
        "rows": _shown(asked.user, behind, list(page.object_list)),
        "csv": asked.address(figure=figure.key, by=group.by, value=group.value, format="csv"),
    }
    return render(request, "dashboards/reports/leads.html", context, status=asked.filters.status)


def _origin(asked: Asked, figure: Figure) -> dict[str, object]:
    """The page that shows the figure, and its filters; boards have none."""
    if figure in BOARDS:
        return {"chips": [], **_board(asked.user, figure)}
    question = next(each for each in QUESTIONS if figure in each.figures)
    back = asked.address(reverse("dashboards:report", args=[question.slug]))
    return {"chips": filter_chips(asked, question.unused), "back": back, "title": question.title}


def _board(user: User, figure: Figure) -> dict[str, object]:
    """Sales ops see queues on Flow."""
    if figure in people.FAIRNESS:
        return {"back": reverse("routing:fairness"), "title": _("Fairness")}
    if not user.has_perm("queues.watch_queue"):
        return {"back": reverse("dashboards:flow"), "title": _("Flow")}
    if figure in people.FIGURES:
        return {"back": reverse("dashboards:team"), "title": _("Team")}
    return {"back": reverse("dashboards:queues"), "title": _("Queues")}


def _shown(user: User, behind: Behind, rows: Sequence[Any]) -> list[tuple[Lead | None, bool, list[tuple]]]:
    """Each row's lead, whether this person may open it, and its facts."""
    _make_ready(behind, rows)
    found = [(behind.lead(row), row) for row in rows]
    ids = [lead.pk for lead, _row in found if lead is not None]
    mine = set(visible_to(user).filter(pk__in=ids).values_list("pk", flat=True))
    return [
        (lead, lead is not None and lead.pk in mine, [(fact, fact.text(row)) for fact in behind.facts])
        for lead, row in found
    ]


def _make_ready(behind: Behind, rows: Sequence[Any]) -> None:
    if behind.ready is not None:
        behind.ready(rows)


def _csv(figure: Figure, behind: Behind) -> HttpResponse:
    """Never a part of the leads: a list that is too long is refused with its length."""
    count = behind.rows.count()
    if count > MOST_IN_FILE:
        says = _("A file holds at most %(most)s leads, and these are %(n)s. Choose a shorter period or fewer filters.")
        words = says % {"most": number(MOST_IN_FILE), "n": number(count)}
        return HttpResponse(words, status=400, content_type="text/plain; charset=utf-8")
    header = (_("Lead"), _("Company"), *(fact.label for fact in behind.facts))
    return csv_response(f"leads-{figure.key}.csv", header, _lines(behind))


def _lines(behind: Behind) -> Iterator[list[Any]]:
    found = behind.rows.iterator(chunk_size=CHUNK)
    while rows := list(islice(found, CHUNK)):
        _make_ready(behind, rows)
        for row in rows:
            lead = behind.lead(row)
            names = [lead.pk, lead.label] if lead is not None else ["", ""]
            yield [*names, *(fact.plain(row) for fact in behind.facts)]
