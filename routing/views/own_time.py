"""Shows times, counts days and speaks as the person who reads does: a middleware of all requests (J1).

Zone and language are in the session; they are read again every hour, and at once after the person chose others. Who has
no language yet, and every visitor, has that of the browser (LocaleMiddleware, which comes before).
"""

import logging
from collections.abc import Callable
from datetime import timedelta
from typing import cast

from django.conf import settings
from django.contrib.auth.models import User
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone, translation

from config.company import company_zone
from routing.actions.own_time import READS, Reading, keep_reading
from routing.queries.availability.zones import zone_named

log = logging.getLogger(__name__)
KEPT_FOR = timedelta(hours=1)


def as_the_person_reads(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """For a visitor without a session nothing is asked, and times are the installation's. The live stream shows none,
    and what is written after its view would hold a connection for as long as it is open."""
    stream = reverse("events")

    def middleware(request: HttpRequest) -> HttpResponse:
        if settings.SESSION_COOKIE_NAME not in request.COOKIES or request.path == stream:
            return get_response(request)
        if not request.user.is_authenticated:
            return get_response(request)
        reading = _reading(request)
        if reading.language:  # not taken back afterwards: LocaleMiddleware names it in the answer
            translation.activate(reading.language)
            request.LANGUAGE_CODE = reading.language
        with timezone.override(reading.zone):
            return get_response(request)

    return middleware


def _reading(request: HttpRequest) -> Reading:
    """While the database is busy it is as it was."""
    name, language, read_at = request.session.get(READS, ("", "", 0))
    zone, at = zone_named(name), timezone.now()
    if zone is not None and at.timestamp() - read_at < KEPT_FOR.total_seconds():
        return Reading(zone, language)
    try:
        return keep_reading(request.session, cast("User", request.user), at=at)
    except OperationalError as busy:
        log.info("zone and language of a reader are not read again: %s", busy)
        return Reading(zone or company_zone(), language)
