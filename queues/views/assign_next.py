"""Door of Assign next: a manager pushes the first lead of a queue to somebody who is free (C3)."""

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
from queues.actions.dispatch.assign_next import NobodyToAssign, auto_assign
from queues.models import Queue
from queues.presenters.assign_next import given_words, nobody_words
from routing.models import Assignment


@require_POST
def assign_next(request: HttpRequest, slug: str) -> HttpResponse:
    """For the managers of the queue and sales ops; a second press of one page gives nothing more."""
    mine = Queue.objects.active().managed_by(request.user).select_related("rotation").distinct()
    queue = get_object_or_404(mine, slug=slug)
    given = _given_since(request, queue)
    try:
        given = given or auto_assign(queue, by=request.user, at=timezone.now())
    except QueueIsEmpty:
        messages.info(request, _("Nothing waits in %(queue)s that could be assigned now.") % {"queue": queue.name})
    except NobodyToAssign as nobody:
        messages.warning(request, nobody_words(queue, nobody.passed))
    else:
        messages.success(request, given_words(given), extra_tags=reverse("queues:undo", args=[given.pk]))
    return redirect(back_to(request, reverse("dashboards:queue", args=[queue.slug])))


def _given_since(request: HttpRequest, queue: Queue) -> Assignment | None:
    """What the same press gave already: the form carries the newest that its page knew of."""
    known = read_id(request.POST.get("known", ""))
    if known is None:
        return None
    mine = Assignment.objects.open().filter(
        assigned_by=request.user, how=Assignment.How.ASSIGN_NEXT, place_name=queue.name, pk__gt=known
    )
    return mine.select_related("lead", "holder").order_by("pk").first()
