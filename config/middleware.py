"""Middleware of all requests: an id, the admin's content security policy, and the sign-in."""

import re
import uuid
from collections.abc import Callable

from csp.constants import UNSAFE_EVAL, UNSAFE_INLINE
from django.conf import settings
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from config.logs import current_request_id

Next = Callable[[HttpRequest], HttpResponse]

ADMIN_POLICY = {"script-src": [UNSAFE_EVAL], "style-src": [UNSAFE_INLINE]}
API_PREFIX = "/api/"  # programs send a key, which the API checks itself


def request_id(get_response: Next) -> Next:
    """Gives each request an id, taken from our own proxy where one stands before us."""

    def middleware(request: HttpRequest) -> HttpResponse:
        given = request.headers.get("X-Request-ID", "") if settings.TRUSTED_PROXIES else ""
        request.id = given if re.fullmatch(r"[\w.-]{8,64}", given, re.ASCII) else uuid.uuid4().hex[:16]
        token = current_request_id.set(request.id)
        try:
            response = get_response(request)
        finally:
            current_request_id.reset(token)
        response["X-Request-ID"] = request.id
        return response

    return middleware


def admin_policy(get_response: Next) -> Next:
    """The admin's theme evaluates expressions and sets styles; no other page may."""
    prefix = reverse("admin:index")

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if request.path.startswith(prefix):
            response._csp_update = ADMIN_POLICY
        return response

    return middleware


class SignInRequired(LoginRequiredMiddleware):
    """Every page needs a sign-in unless its view says @login_not_required (C9)."""

    def process_view(self, request: HttpRequest, view_func: Callable, view_args: tuple, view_kwargs: dict):
        if request.path.startswith(API_PREFIX):
            return None
        return super().process_view(request, view_func, view_args, view_kwargs)

    def handle_no_permission(self, request: HttpRequest, view_func: Callable) -> HttpResponse:
        """The redirect to the sign-in; the mark lets config.kept answer parts and keep forms."""
        request.is_signed_out = True
        return super().handle_no_permission(request, view_func)
