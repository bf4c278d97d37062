"""Assign next: a manager has the first lead of a queue assigned to an available rep (C3)."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from config.web.ids import read_id
from config.web.responses import back_to
from queues.actions.claims.take import QueueIsEmpty
from queues.actions.dispatch.assign_next import NobodyToAssign, assign_next
from queues.models import Queue
from queues.presenters.assign_next import assigned_message, nobody_message
from routing.models import Assignment


@require_POST
def assign_next_lead(request: HttpRequest, slug: str) -> HttpResponse:
    """For the managers of the queue and sales ops. A second press on the same page assigns nothing more."""
    mine = Queue.objects.active().managed_by(request.user).select_related("rotation").distinct()
    queue = get_object_or_404(mine, slug=slug)
    given = _same_press(request, queue)
    try:
        given = given or assign_next(queue, by=request.user, at=timezone.now())
    except QueueIsEmpty:
        messages.info(request, _("No lead in %(queue)s can be assigned now.") % {"queue": queue.name})
    except NobodyToAssign as nobody:
        messages.warning(request, nobody_message(queue, nobody.skipped))
    else:
        messages.success(request, assigned_message(given), extra_tags=reverse("queues:undo", args=[given.pk]))
    return redirect(back_to(request, reverse("dashboards:queue", args=[queue.slug])))


def _same_press(request: HttpRequest, queue: Queue) -> Assignment | None:
    """What the same button press has assigned already: the form carries the id of the newest assignment of its page."""
    known = read_id(request.POST.get("known", ""))
    if known is None:
        return None
    mine = Assignment.objects.open().filter(
        assigned_by=request.user, how=Assignment.How.ASSIGN_NEXT, place_name=queue.name, pk__gt=known
    )
    return mine.select_related("lead", "holder").order_by("pk").first()
