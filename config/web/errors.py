"""Answers for what went wrong before or around a view."""

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from config.middleware import OWN_KEYS


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """413 for too much, 400 for the rest; JSON for programs, a page for people."""
    too_big = isinstance(exception, RequestDataTooBig)
    status = 413 if too_big else 400
    if request.path.startswith(OWN_KEYS):
        detail = _("The request is too large.") if too_big else _("The request could not be read.")
        return JsonResponse({"detail": detail}, status=status)
    return HttpResponse(render_to_string(f"{status}.html"), status=status)
