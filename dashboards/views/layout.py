"""The navigation of the layout, with its live badges and a bar for each role; the own state; the inbox (C10)."""

from typing import cast

from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import trigger_client_event

from config.web.htmx import unchanged
from config.web.themes import YEAR
from dashboards.queries.frame import Frame, frame_of
from dashboards.queries.navigation import Navigation, bars_of, navigation, start_of
from routing.presenters.own_state import state_words
from routing.queries.availability.own_state import own_state
from routing.queries.notifications import pending_count
from routing.queries.rings import newest_ring

BAR = "bar"  # the cookie


def navigation_of(request: HttpRequest, frame: Frame, *, path: str) -> Navigation:
    user, chosen = cast(User, request.user), request.COOKIES.get(BAR, "")
    return navigation(user, path=path, badges=frame.badges, chosen=chosen, is_rep=frame.rep is not None)


@require_POST
@login_required
def choose_bar(request: HttpRequest) -> HttpResponse:
    """Of the roles of this person; kept in this browser."""
    bar = next((bar for bar in bars_of(request.user) if bar.slug == request.POST.get(BAR)), None)
    if bar is None:
        raise PermissionDenied
    response = redirect(start_of(bar))
    response.set_cookie(BAR, bar.slug, max_age=YEAR, samesite="Lax", secure=request.is_secure(), httponly=True)
    return response


@require_safe
@login_required
def nav(request: HttpRequest) -> HttpResponse:
    """`here` is the path of the page that asks: its entry stays marked."""
    here = request.GET.get("here", "/")
    user = cast(User, request.user)
    found = navigation_of(request, frame_of(user, at=timezone.now()), path=here)
    return unchanged(request, found.version) or render(request, "_parts/nav.html", {"nav": found, "here": here})


@require_safe
@login_required
def availability(request: HttpRequest) -> HttpResponse:
    """The own switch, with how much of the capacity is used."""
    own = own_state(cast(User, request.user), at=timezone.now())
    if own is None:
        raise Http404
    words = state_words(own)
    context = {"own_rep": own.rep, "own_words": words}
    return unchanged(request, words.version) or render(request, "_parts/availability.html", context)


@require_safe
@login_required
def inbox_link(request: HttpRequest) -> HttpResponse:
    """What came may ask for a sound (sound.js)."""
    user = cast(User, request.user)
    unread = pending_count(user)
    if same := unchanged(request, unread):
        return same
    response = render(request, "_parts/inbox_link.html", {"unread": unread})
    ring = newest_ring(user, at=timezone.now())
    return response if ring is None else trigger_client_event(response, "alur:ring", {"id": ring})
