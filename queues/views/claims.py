"""Claim leads from queues: take next, a batch, one from the list (C2)."""

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST
from django_htmx.http import HttpResponseClientRedirect, push_url, trigger_client_event

from config.web.htmx import wants_part
from config.web.ids import read_id
from config.web.responses import toast
from queues.actions.claims.guards import BatchOutsideLimits, LeadIsReserved, TakeNextOnly, TooManyUncontacted
from queues.actions.claims.presses import Claimed, claim_once
from queues.actions.claims.take import (
    AlreadyTaken,
    NotPickable,
    NotYourQueue,
    QueueIsEmpty,
    pick,
    take_batch,
    take_next_at,
    take_next_of,
)
from queues.models import Queue
from queues.queries.access import claimable_entry, claimable_queues
from queues.queries.guards import full_queues
from queues.views.claim_refusals import (
    already_taken_message,
    batch_limits_message,
    contact_first_response,
    not_pickable_message,
    refusal_response,
    reserved_message,
)
from routing.models import Assignment

reps_only = permission_required("queues.claim_entry", raise_exception=True)


@require_POST
def take(request: HttpRequest) -> HttpResponse:
    """Take next, from one queue or from all queues of the rep. A second click returns the same lead.

    The action itself checks the permission and the queue, so that the plain case needs no extra query.
    """
    at = timezone.now()
    slug = request.POST.get("queue", "")
    try:
        if slug:
            taken = _once(request, partial(take_next_at, slug, by=request.user, at=at))
        else:
            taken = _once(request, partial(take_next_of, _all_mine(request, at=at), by=request.user, at=at))
    except (NotYourQueue, Queue.DoesNotExist) as refused:
        if not request.user.has_perm("queues.claim_entry"):
            raise PermissionDenied from refused
        raise Http404 from refused
    except TooManyUncontacted as full:
        return contact_first_response(request, full)
    except QueueIsEmpty:
        return _nothing_response(request, list(Queue.objects.filter(slug=slug)) if slug else _all_mine(request, at=at))
    return _show(request, taken, at=at)


@require_POST
@reps_only
def batch(request: HttpRequest) -> HttpResponse:
    """Several leads at once; fewer if fewer wait, with a message (L8). A size that the queue does not allow is refused
    with its limits (L14). Without a size it is the largest."""
    at = timezone.now()
    queue = _one(request, at=at)
    count = request.POST.get("count", "").strip()
    wanted = (read_id(count) or 0) if count else queue.batch_size
    try:
        taken = _once(request, partial(take_batch, queue, count=wanted, by=request.user, at=at))
    except TakeNextOnly:
        return refusal_response(request, not_pickable_message(queue))
    except BatchOutsideLimits:
        return refusal_response(request, batch_limits_message(queue, count))
    except TooManyUncontacted as full:
        return contact_first_response(request, full)
    except QueueIsEmpty:
        return _nothing_response(request, [queue])
    if isinstance(taken, Assignment):
        return redirect("dashboards:desk")
    undo = reverse("queues:undo_batch", args=[taken[0].pk])
    is_full = len(taken) < wanted and bool(full_queues([queue], request.user))
    messages.success(request, _batch_message(queue, len(taken), wanted, is_full=is_full), extra_tags=undo)
    desk = f"{reverse('dashboards:desk')}?lead={taken[0].lead_id}"
    return HttpResponseClientRedirect(desk) if wants_part(request) else redirect(desk)


def _batch_message(queue: Queue, count: int, wanted: int, *, is_full: bool) -> str:
    """`is_full`: the limit of uncontacted leads allowed no more (C4c)."""
    words = {"n": count, "queue": queue.name, "limit": queue.uncontacted_limit}
    if is_full:
        text = ngettext(
            "Took %(n)s lead from %(queue)s: you may have %(limit)s that are not contacted yet.",
            "Took %(n)s leads from %(queue)s: you may have %(limit)s that are not contacted yet.",
            count,
        )
    elif count < wanted:
        text = ngettext(
            "Took %(n)s lead: all that %(queue)s had for you.",
            "Took %(n)s leads: all that %(queue)s had for you.",
            count,
        )
    else:
        text = ngettext("Took %(n)s lead from %(queue)s.", "Took %(n)s leads from %(queue)s.", count)
    return text % words


@require_POST
@reps_only
def take_one(request: HttpRequest, pk: int) -> HttpResponse:
    """One lead of the list, where the queue allows it (the cherry-pick guard, C2)."""
    at = timezone.now()
    entry = claimable_entry(request.user, pk, at=at)
    if entry is None:
        raise Http404
    try:
        taken = pick(entry, by=request.user, at=at)
    except NotYourQueue as refused:
        raise Http404 from refused
    except NotPickable:
        return refusal_response(request, not_pickable_message(entry.queue))
    except TooManyUncontacted as full:
        return contact_first_response(request, full)
    except LeadIsReserved as reserved:
        return refusal_response(request, reserved_message(reserved, at=at))
    except AlreadyTaken as late:
        if late.assignment is not None and late.assignment.holder_id == request.user.pk and late.assignment.is_open:
            return _show(request, late.assignment, at=at)
        return refusal_response(request, already_taken_message(late.assignment))
    return _show(request, taken, at=at)


def _all_mine(request: HttpRequest, *, at: datetime) -> list[Queue]:
    if not request.user.has_perm("queues.claim_entry"):
        raise PermissionDenied
    return list(claimable_queues(request.user, at=at))


def _one(request: HttpRequest, *, at: datetime) -> Queue:
    return get_object_or_404(claimable_queues(request.user, at=at), slug=request.POST.get("queue", ""))


def _once(request: HttpRequest, claim: Callable[[], Claimed]) -> Claimed | Assignment:
    """A plain form carries the id of the newest claim of its page. With htmx the page itself sends one press at a
    time, so that the usual case costs no lock."""
    known = None if wants_part(request) else read_id(request.POST.get("known", ""))
    return claim() if known is None else claim_once(claim, known=known, by=cast(User, request.user))


def _show(request: HttpRequest, taken: Assignment, *, at: datetime) -> HttpResponse:
    """The card of the lead; lists, counts and the dock reload by themselves."""
    desk = f"{reverse('dashboards:desk')}?lead={taken.lead_id}"
    says, undo = _taken_message(taken), _undo(taken)
    if not wants_part(request):
        messages.success(request, says, extra_tags=undo)
        return redirect(f"{desk}#lead")
    context = {"lead": taken.lead, "assignment": taken, "at": at, "is_fresh": True, "on_desk": True}
    response = render(request, "leads/_card.html", context)
    response = trigger_client_event(toast(response, says, undo=undo), "acted", {})
    return push_url(response, desk)


def _undo(taken: Assignment) -> str:
    """A lead from a blind queue is skipped with a reason, not undone (C4c)."""
    return "" if taken.is_skippable else reverse("queues:undo", args=[taken.pk])


def _taken_message(taken: Assignment) -> str:
    return _("%(lead)s is yours, from %(queue)s.") % {"lead": taken.lead.label, "queue": taken.place_name}


def _nothing_response(request: HttpRequest, queues: Sequence[Queue]) -> HttpResponse:
    """No lead waits: a friendly message, and nothing changes (L8)."""
    if len(queues) == 1:
        says = _("Nothing is waiting for you in %(queue)s. Well done.") % {"queue": queues[0].name}
    else:
        says = _("Nothing is waiting for you in any of your queues. Well done.")
    if wants_part(request):
        return trigger_client_event(toast(HttpResponse(status=204), says, "info"), "acted", {})
    messages.info(request, says)
    return redirect("dashboards:desk")
