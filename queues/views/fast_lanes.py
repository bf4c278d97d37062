"""Open a fast lane for the hottest leads of a queue, and close it: managers of the queue and sales ops (D8)."""

from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from queues.actions.entries.placement import QueueIsOff
from queues.actions.fast_lanes import LaneIsClosed, LaneIsOpen, close_lane, open_lane
from queues.actions.intake.source_pauses import QueueIsClear
from queues.actions.loans import EndsTooEarly, LastsTooLong
from queues.forms.fast_lanes import FastLaneForm
from queues.models import FastLane, Queue
from queues.presenters.fast_lanes import closed_message, opened_message
from routing.actions.rotation.turns import RotationIsOff

RIGHTS = ("queues.watch_queue", "queues.operate_queue")


@require_POST
@login_required
def open_one(request: HttpRequest, slug: str) -> HttpResponse:
    """With what the form on the queue's page says; what cannot be is said there."""
    user = _manager(request)
    queue = get_object_or_404(Queue.objects.managed_by(user).distinct(), slug=slug)
    back = redirect("dashboards:queue", slug=queue.slug)
    form = FastLaneForm(request.POST, queue=queue, user=user)
    if not form.is_valid():
        for errors in form.errors.values():
            messages.warning(request, str(errors.as_data()[0].messages[0]))
        return back
    words = {"queue": queue.name, "lift": queue.depth_lift}
    try:
        lane = open_lane(queue, form.cleaned_data.pop("rotation"), **form.cleaned_data, by=user, at=timezone.now())
    except LaneIsOpen:
        messages.info(request, _("%(queue)s has a fast lane already. Close it first to change it.") % words)
    except QueueIsClear:
        text = _("%(queue)s is clear: fewer than %(lift)s leads wait. A fast lane would close at once.")
        messages.warning(request, text % words)
    except (EndsTooEarly, LastsTooLong):
        messages.warning(request, _("Choose today or a later date, within a year."))
    except QueueIsOff:
        messages.warning(request, _("%(queue)s is switched off.") % words)
    except RotationIsOff:
        messages.warning(request, _("This rotation is off or gone. Choose another."))
    else:
        messages.success(request, opened_message(lane), extra_tags=reverse("queues:close_fast_lane", args=[lane.pk]))
    return back


@require_POST
@login_required
def close(request: HttpRequest, pk: int) -> HttpResponse:
    user = _manager(request)
    mine = FastLane.objects.filter(queue__in=Queue.objects.managed_by(user).order_by().values("pk"))
    lane = get_object_or_404(mine.select_related("queue"), pk=pk)
    try:
        messages.success(request, closed_message(close_lane(lane, by=user, at=timezone.now())))
    except LaneIsClosed:
        messages.info(request, _("The fast lane of %(queue)s was closed already.") % {"queue": lane.queue.name})
    return redirect("dashboards:queue", slug=lane.queue.slug)


def _manager(request: HttpRequest) -> User:
    user = cast(User, request.user)
    if not any(user.has_perm(right) for right in RIGHTS):
        raise PermissionDenied
    return user
