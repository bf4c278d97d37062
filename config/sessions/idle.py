"""Ends sessions that are not used: a middleware that moves the end of a session on with each use (J4)."""

from collections.abc import Callable
from typing import cast

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from config.sessions.store import SessionStore
from config.web.use import is_used_by_a_person


def moves_on_with_use(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Row and cookie end SESSION_IDLE_HOURS after the last use; an open page alone is no use."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        user = request.__dict__.get("_cached_user")  # a user that no view asked for is not read
        if user is not None and user.is_authenticated and is_used_by_a_person(request):
            cast("SessionStore", request.session).move_on(at=timezone.now())
        return response

    return middleware
