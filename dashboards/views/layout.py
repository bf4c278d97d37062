"""Live parts of the layout: the navigation with its badges, and the link to the inbox (C10)."""

from typing import cast

from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from config.web.htmx import unchanged
from dashboards.queries.frame import frame_of
from dashboards.queries.navigation import navigation
from routing.queries.notifications import unread_count


@require_safe
@login_required
def nav(request: HttpRequest) -> HttpResponse:
    """`here` is the path of the page that asks: its entry stays marked."""
    here = request.GET.get("here", "/")
    user = cast(User, request.user)
    found = navigation(user, path=here, badges=frame_of(user, at=timezone.now()).badges)
    return unchanged(request, found.version) or render(request, "_parts/nav.html", {"nav": found, "here": here})


@require_safe
@login_required
def inbox_link(request: HttpRequest) -> HttpResponse:
    unread = unread_count(request.user)
    return unchanged(request, unread) or render(request, "_parts/inbox_link.html", {"unread": unread})
