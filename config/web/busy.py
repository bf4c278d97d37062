"""Answers 503 with Retry-After while the database is too busy: JSON for programs, words for htmx, a page for people."""

import logging
import sys
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views import defaults

from config.database_busy import is_busy
from config.middleware import API_PREFIX

RETRY_AFTER = 5  # seconds
log = logging.getLogger(__name__)


def retry_later(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware for what a view raises. What goes wrong around a view comes to server_error."""

    def middleware(request: HttpRequest) -> HttpResponse:
        return get_response(request)

    def process_exception(request: HttpRequest, problem: Exception) -> HttpResponse | None:
        return busy_answer(request, problem) if is_busy(problem) else None

    middleware.process_exception = process_exception  # type: ignore[attr-defined]
    return middleware


def server_error(request: HttpRequest) -> HttpResponse:
    """handler500: Django calls it while the exception is at hand."""
    problem = sys.exception()
    return busy_answer(request, problem) if is_busy(problem) else defaults.server_error(request)


def busy_answer(request: HttpRequest, problem: BaseException | None) -> HttpResponse:
    log.warning("the database was too busy for %s %s: %s", request.method, request.path, problem)
    detail = _("Alur is very busy right now. Nothing was saved. Please try again in a few seconds.")
    if request.path.startswith(API_PREFIX):
        response: HttpResponse = JsonResponse({"detail": detail, "errors": []}, status=503)
    elif request.headers.get("HX-Request") and not request.headers.get("HX-Boosted"):
        response = HttpResponse(detail, content_type="text/plain; charset=utf-8", status=503)
    else:
        response = HttpResponse(render_to_string("503.html"), status=503)
    response["Retry-After"] = str(RETRY_AFTER)
    return response
