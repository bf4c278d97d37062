"""Pages beside the desk: all queues of a rep, and the leads closed today (C1, C5)."""

from typing import cast

from django.contrib.auth.decorators import permission_required
from django.contrib.auth.models import User
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from config.web.htmx import page_or_part, unchanged, wants_part
from dashboards.queries import desk, waiting
from dashboards.views.waiting import number_of
from queues.models import Queue
from queues.queries.limits import type_limits
from queues.queries.loans import lent_until

reps_only = permission_required("queues.claim_entry", raise_exception=True)


@require_safe
@reps_only
def my_queues(request: HttpRequest) -> HttpResponse:
    """The queues whose leads can come to this rep, push queues included; or one of them with all its places."""
    at, slug = timezone.now(), request.GET.get("queue", "")
    user = cast(User, request.user)
    visible = list(Queue.objects.active().visible_to(user, at=at).order_by("position", "pk"))
    only = next((queue for queue in visible if queue.slug == slug), None)
    if slug and only is None and not wants_part(request):  # an open part shows the others
        raise Http404
    counts, limits = waiting.depths(visible, at=at), type_limits([queue.pk for queue in visible])
    line, page = None, None
    if only is not None:
        number = number_of(request.GET.get("page", ""))
        line, page = waiting.page_of_queue(only, user=user, at=at, number=number, limits=limits)
    lent = lent_until(user, at=at)
    version = waiting.version((waiting.version_of([*counts, *([line] if line else [])], at=at), lent), at=at)
    if same := unchanged(request, version):
        return same
    context = {
        "at": at,
        "counts": counts,
        "only": only,
        "shown": [line],
        "page": page,
        "version": version,
        "lent": lent,
        "limits": limits,
    }
    context["topics"] = " ".join(queue.topic for queue in visible)
    return page_or_part(request, "dashboards/my_queues.html", "dashboards/_my_queues.html", context)


@require_safe
@reps_only
def closed_today(request: HttpRequest) -> HttpResponse:
    at = timezone.now()
    rows = desk.closed_today(request.user, at=at)[: desk.MAX_LEADS]
    return render(request, "dashboards/closed_today.html", {"at": at, "rows": rows})
