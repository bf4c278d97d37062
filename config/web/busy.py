"""Answers 503 with Retry-After while the database is too busy, and 507 while the disk is full: JSON for programs,
words for htmx, a page for people."""

import logging
import sys
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views import defaults

from config.database_busy import is_busy
from config.disk_full import is_full
from config.middleware import API_PREFIX

RETRY_AFTER = 5  # seconds
log = logging.getLogger(__name__)


def retry_later(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware for what a view raises. What goes wrong around a view comes to server_error."""

    def middleware(request: HttpRequest) -> HttpResponse:
        return get_response(request)

    def process_exception(request: HttpRequest, problem: Exception) -> HttpResponse | None:
        return unable_answer(request, problem)

    middleware.process_exception = process_exception  # type: ignore[attr-defined]
    return middleware


def server_error(request: HttpRequest) -> HttpResponse:
    """handler500: Django calls it while the exception is at hand."""
    problem = sys.exception()
    return unable_answer(request, problem) or defaults.server_error(request)


def unable_answer(request: HttpRequest, problem: BaseException | None) -> HttpResponse | None:
    """None for a failure that says nothing of the database or the disk."""
    if is_busy(problem):
        log.warning("the database was too busy for %s %s: %s", request.method, request.path, problem)
        busy = _("Alur is very busy right now. Nothing was saved. Please try again in a few seconds.")
        response = _in_their_form(request, busy, status=503)
        response["Retry-After"] = str(RETRY_AFTER)
        return response
    if is_full(problem):
        log.error("no room on the disk for %s %s: %s", request.method, request.path, problem)
        return _in_their_form(request, no_room_text(), status=507)
    return None


def no_room_text() -> str:
    return _("Alur has no room to write. Nothing was saved. Please tell the person who runs Alur, and try again later.")


def _in_their_form(request: HttpRequest, detail: str, *, status: int) -> HttpResponse:
    if request.path.startswith(API_PREFIX):
        return JsonResponse({"detail": detail, "errors": []}, status=status)
    if request.headers.get("HX-Request") and not request.headers.get("HX-Boosted"):
        return HttpResponse(detail, content_type="text/plain; charset=utf-8", status=status)
    return HttpResponse(render_to_string(f"{status}.html"), status=status)
