"""The list of waiting leads on the desk: the first of each queue, or one queue with all its places (C1, C10)."""

from datetime import datetime
from urllib.parse import parse_qs, urlencode, urlsplit

from django.contrib.auth.decorators import permission_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe
from django_htmx.http import replace_url

from config.web.htmx import unchanged, wants_part
from config.web.ids import read_id
from dashboards.queries import waiting
from queues.models import Queue
from queues.queries.access import claimable_queues
from queues.queries.limits import TypeLimits, type_limits

reps_only = permission_required("queues.claim_entry", raise_exception=True)


@require_safe
@reps_only
def waiting_list(request: HttpRequest) -> HttpResponse:
    """The first places of each queue, or one queue with all its places."""
    at = timezone.now()
    queues = list(claimable_queues(request.user, at=at))
    context = waiting_context(request, queues, None, type_limits([queue.pk for queue in queues]), at=at)
    if same := unchanged(request, context["waiting_version"]):
        return same
    response = render(request, "queues/_waiting.html", context)
    return response if "v" in request.GET else replace_url(response, _address(request, context))


def _address(request: HttpRequest, context: dict) -> str:
    """The address of the desk with this filter and page, and the open lead."""
    current = urlsplit(request.htmx.current_url_abs_path or "") if request.htmx else urlsplit("")
    kept = [("lead", lead) for lead in parse_qs(current.query).get("lead", [])[:1] if read_id(lead)]
    if context["only"] is not None:
        kept += [("queue", context["only"].slug), ("page", context["page"].number)]
    desk_url = reverse("dashboards:desk")
    return f"{desk_url}?{urlencode(kept)}" if kept else desk_url


def waiting_context(
    request: HttpRequest,
    queues: list[Queue],
    lines: list[waiting.QueueLine] | None,
    limits: TypeLimits,
    *,
    at: datetime,
) -> dict:
    """`lines`: the first rows of each queue, if the caller has read them already. A part that is open when its queue
    goes, as at the end of a loan, shows the others instead."""
    slug, page = request.GET.get("queue", ""), None
    only = next((queue for queue in queues if queue.slug == slug), None)
    if slug and only is None and not wants_part(request):
        raise Http404
    if only is not None:
        line, page = waiting.page_of_queue(
            only, user=request.user, at=at, number=number_of(request.GET.get("page", "")), limits=limits
        )
        shown = [line]
        counts = lines or waiting.depths(queues, at=at)
    else:
        if lines is None:
            lines = waiting.first_rows_of_each(queues, user=request.user, at=at, limits=limits)
        shown = counts = lines
    version = waiting.version_of([*shown, *counts], at=at)
    return {
        "at": at,
        "queues": queues,
        "topics": " ".join(queue.topic for queue in queues),
        "only": only,
        "lines": shown,
        "counts": counts,
        "page": page,
        "limits": limits,
        "waiting_version": version,
    }


def number_of(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 6 else 1
