"""Sees who uses Alur: a middleware of all requests (F5, L6).

A person who opens a page or sends a form is there. A page that only stays open is not a person: its parts ask again by
themselves (htmx, GET), and its stream listens. So a part that somebody asks for with a click does not count either; the
next page or form does.
"""

import logging
from collections.abc import Callable

from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from config.web.htmx import wants_part
from routing.actions.presence import note_presence

log = logging.getLogger(__name__)


def see_people(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """After the answer is ready, so that nobody waits for a lock with this. Asks for no user that no view asked for."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        user = getattr(request, "_cached_user", None)
        if user is not None and user.is_authenticated and _is_used_by_a_person(request):
            try:
                note_presence(user.pk, at=timezone.now())
            except OperationalError as busy:  # the answer stands; the next request writes it
                log.info("presence of user %s is not noted: %s", user.pk, busy)
        return response

    return middleware


def _is_used_by_a_person(request: HttpRequest) -> bool:
    if request.method not in ("GET", "HEAD"):
        return True
    return not wants_part(request) and "text/event-stream" not in request.headers.get("Accept", "")
