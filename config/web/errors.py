"""Responses to errors before or around a view."""

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from config.middleware import API_PREFIX


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """413 when the request is too large, else 400; JSON for programs, a page for people."""
    too_big = isinstance(exception, RequestDataTooBig)
    status = 413 if too_big else 400
    if request.path.startswith(API_PREFIX):
        detail = _("The request is too large.") if too_big else _("The request could not be read.")
        return JsonResponse({"detail": detail}, status=status)
    return HttpResponse(render_to_string(f"{status}.html"), status=status)
