"""Doors of a closer look: open one lead of the list, and let go of it (C4c)."""

from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from config.web.htmx import wants_part
from queues.actions.claims.guards import BeingLookedAt, InOtherHands, TooManyUncontacted
from queues.actions.claims.reservations import look_away, look_closer
from queues.actions.claims.take import NotPickable, NotYourQueue, TakenMeanwhile
from queues.queries.access import entry_in_reach
from queues.views.claim_refusals import contact_first, looked_at, not_pickable, told_off, too_late
from queues.views.claims import reps_only


@require_POST
@reps_only
def look(request: HttpRequest, pk: int) -> HttpResponse:
    """The list, in which this lead is open and kept for the viewer."""
    entry, at = entry_in_reach(request.user, pk), timezone.now()
    if entry is None:
        raise Http404
    try:
        look_closer(entry, by=request.user, at=at)
    except NotYourQueue as strange:
        raise Http404 from strange
    except NotPickable:
        return told_off(request, not_pickable(entry.queue))
    except TooManyUncontacted as full:
        return contact_first(request, full)
    except BeingLookedAt as kept:
        return told_off(request, looked_at(kept, at=at))
    except InOtherHands:
        return told_off(request, _("Somebody is at this lead at this very moment. Try again."))
    except TakenMeanwhile as late:
        return told_off(request, too_late(late.assignment))
    return _list(request, pk)


@require_POST
@reps_only
def leave(request: HttpRequest) -> HttpResponse:
    """The list, with nothing open."""
    look_away(by=request.user)
    return _list(request, None)


def _list(request: HttpRequest, pk: int | None) -> HttpResponse:
    """As it was filtered; pages compose by address."""
    kept = {name: request.POST[name] for name in ("queue", "page") if request.POST.get(name)}
    query = f"?{urlencode(kept)}" if kept else ""
    if wants_part(request):
        return redirect(reverse("dashboards:desk_waiting") + query)
    return redirect(f"{reverse('dashboards:desk')}{query}#{f'entry-{pk}' if pk else 'waiting'}")
