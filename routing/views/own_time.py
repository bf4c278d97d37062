"""Shows times, and counts days, by the clock of the person who reads: a middleware of all requests (J1).

The zone is in the session; it is read again every hour, and at once after the person chose another.
"""

import logging
from collections.abc import Callable
from datetime import timedelta
from typing import cast
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.auth.models import User
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone

from config.company import company_zone
from routing.actions.own_time import ZONE, keep_zone
from routing.queries.availability.zones import zone_named

log = logging.getLogger(__name__)
KEPT_FOR = timedelta(hours=1)


def in_own_time(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """For a visitor without a session nothing is asked, and times are the installation's. The live stream shows none,
    and what is written after its view would hold a connection for as long as it is open."""
    stream = reverse("events")

    def middleware(request: HttpRequest) -> HttpResponse:
        if settings.SESSION_COOKIE_NAME not in request.COOKIES or request.path == stream:
            return get_response(request)
        if not request.user.is_authenticated:
            return get_response(request)
        with timezone.override(_zone(request)):
            return get_response(request)

    return middleware


def _zone(request: HttpRequest) -> ZoneInfo:
    """While the database is busy the zone is as it was."""
    name, read_at = request.session.get(ZONE, ("", 0))
    known, at = zone_named(name), timezone.now()
    if known is not None and at.timestamp() - read_at < KEPT_FOR.total_seconds():
        return known
    try:
        return keep_zone(request.session, cast("User", request.user), at=at)
    except OperationalError as busy:
        log.info("the time zone of a reader is not read again: %s", busy)
        return known or company_zone()
