"""Sees who uses Alur: a middleware of all requests (F5, L6).

What counts as use is the same as for the end of idle sessions (config/web/use.py).
"""

import logging
from collections.abc import Callable

from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from config.web.use import is_used_by_a_person
from routing.actions.presence import note_presence

log = logging.getLogger(__name__)


def see_people(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """After the answer is ready, so that nobody waits for a lock with this. Asks for no user that no view asked for."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        user = getattr(request, "_cached_user", None)
        if user is not None and user.is_authenticated and is_used_by_a_person(request):
            try:
                note_presence(user.pk, at=timezone.now())
            except OperationalError as busy:  # the answer stands; the next request writes it
                log.info("presence of user %s is not noted: %s", user.pk, busy)
        return response

    return middleware
