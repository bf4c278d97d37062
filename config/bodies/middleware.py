"""Refuses bodies that are too large (413) and texts with a NUL character (400), once for every form."""

from collections.abc import Callable

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.http import HttpRequest, HttpResponse, UnreadablePostError
from django.urls import get_resolver

from config.bodies.limits import is_too_large
from config.kept.form import page_of, person_of_browser
from config.middleware import API_PREFIX

FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")
HAVE_OWN_WORDS = (API_PREFIX, "/forms/")  # for both
NUL = "\0"


def only_readable(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """PostgreSQL cannot store a NUL character, and people do not type it."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if is_too_large(request) and not request.path.startswith(HAVE_OWN_WORDS):
            if _is_signed_out(request):
                return redirect_to_login(page_of(request))
            return _refused(request, RequestDataTooBig("larger than its address and sender may"))
        if _is_in_address(request) or _is_in_form(request):
            return _refused(request, SuspiciousOperation("NUL character"))
        return get_response(request)

    return middleware


def _refused(request: HttpRequest, problem: Exception) -> HttpResponse:
    """Raised, it would be logged as an error."""
    refuse: Callable[..., HttpResponse] = get_resolver().resolve_error_handler(400)
    return refuse(request, exception=problem)


def _is_signed_out(request: HttpRequest) -> bool:
    """A page of somebody whose session has ended brings a file: that is too large for a visitor alone."""
    brings_files = request.path in settings.BODY_LIMITS_OF_FILES
    return brings_files and SESSION_KEY not in request.session and person_of_browser(request) is not None


def _is_in_address(request: HttpRequest) -> bool:
    return NUL in request.path or "%00" in request.META.get("QUERY_STRING", "")


def _is_in_form(request: HttpRequest) -> bool:
    """However it was sent: escaped, as it is, or as a part of several; in names of fields too."""
    if request.content_type not in FORMS or request.path.startswith(HAVE_OWN_WORDS):
        return False
    try:
        return any(NUL in text for name, values in request.POST.lists() for text in (name, *values))
    except UnreadablePostError:
        return False  # the sender is gone
