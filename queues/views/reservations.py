"""Reserve one lead of the list while looking at it, and release it (C4c)."""

from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from config.web.htmx import wants_part
from queues.actions.claims.guards import LeadIsLocked, LeadIsReserved, TooManyUncontacted
from queues.actions.claims.reservations import release, reserve
from queues.actions.claims.take import AlreadyTaken, NotPickable, NotYourQueue
from queues.queries.access import claimable_entry
from queues.views.claim_refusals import (
    already_taken_message,
    contact_first_response,
    not_pickable_message,
    refusal_response,
    reserved_message,
)
from queues.views.claims import reps_only


@require_POST
@reps_only
def reserve_lead(request: HttpRequest, pk: int) -> HttpResponse:
    """The list, with this lead open and reserved for the user."""
    at = timezone.now()
    entry = claimable_entry(request.user, pk, at=at)
    if entry is None:
        raise Http404
    try:
        reserve(entry, by=request.user, at=at)
    except NotYourQueue as refused:
        raise Http404 from refused
    except NotPickable:
        return refusal_response(request, not_pickable_message(entry.queue))
    except TooManyUncontacted as full:
        return contact_first_response(request, full)
    except LeadIsReserved as reserved:
        return refusal_response(request, reserved_message(reserved, at=at))
    except LeadIsLocked:
        return refusal_response(request, _("Somebody else is opening or taking this lead right now. Try again."))
    except AlreadyTaken as late:
        return refusal_response(request, already_taken_message(late.assignment))
    return _list(request, pk)


@require_POST
@reps_only
def release_lead(request: HttpRequest) -> HttpResponse:
    """The list, with no lead open."""
    release(by=request.user)
    return _list(request, None)


def _list(request: HttpRequest, pk: int | None) -> HttpResponse:
    """The list as it was filtered."""
    kept = {name: request.POST[name] for name in ("queue", "page") if request.POST.get(name)}
    query = f"?{urlencode(kept)}" if kept else ""
    if wants_part(request):
        return redirect(reverse("dashboards:desk_waiting") + query)
    return redirect(f"{reverse('dashboards:desk')}{query}#{f'entry-{pk}' if pk else 'waiting'}")
