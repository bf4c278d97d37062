"""Decide otherwise about a queue's intake: keep it open, pause a source; for sales ops (D5, D8)."""

from datetime import timedelta
from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from leads.models import Source
from queues.actions.intake.source_pauses import QueueIsClear, pause_source, resume_source
from queues.actions.intake.state import keep_open
from queues.models import Queue

ops_only = permission_required("queues.operate_queue", raise_exception=True)
HOURS = {"0": 0, "1": 1, "4": 4, "24": 24}  # 0 ends it


@ops_only
@require_POST
def keep_open_for(request: HttpRequest, slug: str) -> HttpResponse:
    queue, at = get_object_or_404(Queue, slug=slug), timezone.now()
    hours = HOURS.get(request.POST.get("hours", ""))
    if hours is None:
        messages.warning(request, _("Choose for how long leads may enter: 1, 4 or 24 hours."))
    else:
        until = at + timedelta(hours=hours) if hours else None
        keep_open(queue, until=until, by=cast(User, request.user), at=at)
        text = _("Rules add leads to %(queue)s. What is parked enters within a minute.")
        messages.success(
            request, (text if hours else _("The limits of %(queue)s count again.")) % {"queue": queue.name}
        )
    return redirect("dashboards:queue", slug=queue.slug)


@ops_only
@require_POST
def pause(request: HttpRequest, slug: str) -> HttpResponse:
    queue, source = get_object_or_404(Queue, slug=slug), _source(request)
    words = {"queue": queue.name, "lift": queue.depth_lift, "source": source.name if source else ""}
    if source is None:
        messages.warning(request, _("Choose a source."))
        return redirect("dashboards:queue", slug=queue.slug)
    try:
        pause_source(source, queue, by=cast(User, request.user), at=timezone.now())
    except QueueIsClear:
        text = _("%(queue)s is clear: fewer than %(lift)s leads wait. A pause would end at once.")
        messages.warning(request, text % words)
    else:
        text = _("Leads from %(source)s are parked until fewer than %(lift)s leads wait in %(queue)s.")
        messages.success(request, text % words)
    return redirect("dashboards:queue", slug=queue.slug)


@ops_only
@require_POST
def resume(request: HttpRequest, slug: str) -> HttpResponse:
    queue, source = get_object_or_404(Queue, slug=slug), _source(request)
    if source is None:
        messages.warning(request, _("Choose a source."))
    else:
        resume_source(source, queue, at=timezone.now())
        text = _("Leads from %(source)s enter %(queue)s again. What is parked enters within a minute.")
        messages.success(request, text % {"source": source.name, "queue": queue.name})
    return redirect("dashboards:queue", slug=queue.slug)


def _source(request: HttpRequest) -> Source | None:
    typed = request.POST.get("source", "")
    is_number = typed.isascii() and typed.isdecimal() and len(typed) < 16
    return Source.objects.filter(pk=int(typed)).first() if is_number else None
