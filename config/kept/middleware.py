"""What happens when somebody without a session asks for a part or sends a form, and how a kept form comes back (M7)."""

from collections.abc import Callable
from typing import cast

from django.conf import settings
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.middleware.csrf import get_token
from django.shortcuts import redirect, resolve_url
from django.template.loader import render_to_string
from django.utils import timezone
from django.views.csrf import csrf_failure
from django_htmx.http import HttpResponseClientRedirect, trigger_client_event

from config.kept.filling import OWN, Filled, fill
from config.kept.form import KeptForm, forget_form, keep_form, kept_form, person_of_browser, remember_person
from config.web.htmx import wants_part

Next = Callable[[HttpRequest], HttpResponse]

SIGNED_OUT = "signed-out"  # the event that signed_out.js hears


class BackToItsPage(HttpResponseRedirect):
    """The answer to a form that is kept just now."""


def nothing_is_lost(get_response: Next) -> Next:
    """Parts that find no session answer 401 and move nothing; a form is kept, and comes back after the sign-in."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if getattr(request, "is_signed_out", False):  # says config.middleware.SignInRequired
            return _without_session(request, response)
        user = request.__dict__.get("_cached_user")  # a user that no view asked for is not read
        if user is None or not user.is_authenticated or not request.user.is_authenticated:
            return response
        return _with_session(request, response)

    return middleware


def _without_session(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    if wants_part(request):
        return trigger_client_event(HttpResponse(status=401), SIGNED_OUT)
    htmx = request.__dict__["htmx"]
    if htmx:
        return HttpResponseClientRedirect(_sign_in(htmx.current_url_abs_path or "/"))
    person = person_of_browser(request)
    if request.method == "POST" and person is not None:
        return _kept_until_sign_in(request, person)
    return response


def _kept_until_sign_in(request: HttpRequest, person: int) -> HttpResponse:
    kept = keep_form(request, person=person, was_signed_out=True, at=timezone.now())
    return redirect(_sign_in(kept.page))


def _sign_in(back: str) -> str:
    query = QueryDict(mutable=True)
    query["next"] = back
    return f"{resolve_url(settings.LOGIN_URL)}?{query.urlencode(safe='/')}"


def refused_for_its_token(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The answer to a form whose CSRF token is not that of the browser (settings.CSRF_FAILURE_VIEW).

    A sign-in in another tab changes the token, so people meet this. A form that surely came from our own pages (by its
    Origin) is kept and comes back filled. It is never sent by itself.
    """
    if wants_part(request):
        return trigger_client_event(csrf_failure(request, reason=reason), SIGNED_OUT)
    needs_sign_in = getattr(request.resolver_match.func, "login_required", True) if request.resolver_match else False
    if not needs_sign_in or not _is_from_here(request):
        return csrf_failure(request, reason=reason)
    if request.user.is_authenticated:
        kept = keep_form(request, person=request.user.pk, was_signed_out=False, at=timezone.now())
        return BackToItsPage(kept.page)
    person = person_of_browser(request)
    return csrf_failure(request, reason=reason) if person is None else _kept_until_sign_in(request, person)


def _is_from_here(request: HttpRequest) -> bool:
    return request.headers.get("Origin") == f"{request.scheme}://{request.get_host()}"


def _with_session(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    if request.method == "POST":
        _forget_what_is_saved(request, response)
    elif request.method == "GET" and not wants_part(request) and _is_page(response):
        remember_person(request, response, cast("User", request.user))
        kept = kept_form(request, at=timezone.now())
        if kept is not None:
            _show(request, response, kept)
    return response


def _forget_what_is_saved(request: HttpRequest, response: HttpResponse) -> None:
    if response.status_code >= 400 or isinstance(response, BackToItsPage):
        return
    kept = kept_form(request, at=timezone.now())
    if kept is not None and kept.action == request.path:
        forget_form(request)


def _is_page(response: HttpResponse) -> bool:
    return not response.streaming and response.headers.get("Content-Type", "").startswith("text/html")


def _show(request: HttpRequest, response: HttpResponse, kept: KeptForm) -> None:
    """On the page that the form was sent from it is filled; every other page says that it is there."""
    html = response.content.decode(response.charset)
    filled = Filled(html, "", [name for name in kept.fields if name not in OWN])
    is_its_page = request.get_full_path() == kept.page
    if is_its_page and response.status_code == 200:
        filled = fill(html, kept.fields, page=kept.page, action=kept.action)
    texts = [value for name in filled.left for value in kept.fields[name] if any(map(str.isalpha, value))]
    context = {
        "kept": kept,
        "form_id": filled.form_id,
        "texts": texts,
        "page": "" if is_its_page else kept.page,
        "csrf_token": get_token(request),
    }
    notice = render_to_string("_parts/kept_form.html", context)
    before, main, after = filled.html.partition("<main")
    response.content = f"{before}{notice}{main}{after}" if main else filled.html.replace("</body", f"{notice}</body", 1)
