"""Authentication of the REST endpoint, the size limit of bodies, and the JSON of refusals."""

from collections.abc import Sequence
from typing import Any, cast

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, Throttled, ValidationError
from ninja.security import APIKeyHeader, HttpBearer

from config.bodies.limits import is_too_large
from config.web.sign_in_limits import is_key_tried_too_often
from leads.actions.api.calls import KeyRefused, TooManyCalls, authenticate_call
from leads.models import ApiKey

MAX_BODY_BYTES = 256 * 1024


class Refused(HttpError):
    """A refusal that names fields, or how many seconds to wait."""

    def __init__(self, status_code: int, message: str, errors: Sequence[dict] = (), *, wait: int = 0) -> None:
        self.errors, self.wait = list(errors), wait
        super().__init__(status_code, message)


class WrongKeys(Exception):
    """Too many wrong keys came from one address."""


class BearerKey(HttpBearer):
    """Authorization: Bearer KEY"""

    def authenticate(self, request: HttpRequest, token: str) -> ApiKey:
        return _authenticate(request, token)


class HeaderKey(APIKeyHeader):
    """X-API-Key: KEY"""

    param_name = "X-API-Key"

    def authenticate(self, request: HttpRequest, key: str | None) -> ApiKey | None:
        return _authenticate(request, key) if key else None


def key_of(request: HttpRequest) -> ApiKey:
    """The key of this call, which the framework keeps on the request."""
    return cast(Any, request).auth


def check_may(request: HttpRequest, right: str) -> ApiKey:
    """The key of this call, if it has this right (a field of ApiKey). Raises Refused."""
    key = key_of(request)
    if getattr(key, right):
        return key
    words = {
        "may_send_leads": _("This key may not send leads. Sales ops can allow it in the settings, under API keys."),
        "may_make_hooks": _(
            "This key may not subscribe to webhooks. Sales ops can allow it in the settings, under API keys."
        ),
    }
    raise Refused(403, words[right])


def register_refusals(api: NinjaAPI) -> None:
    """Answer every refusal with JSON: "detail" in words, and "errors" if fields are wrong."""
    api.add_exception_handler(AuthenticationError, lambda request, _problem: _unknown_key(api, request))
    api.add_exception_handler(WrongKeys, lambda request, _problem: _wrong_keys(api, request))
    api.add_exception_handler(Throttled, lambda request, problem: _too_many(api, request, problem))
    api.add_exception_handler(Refused, lambda request, problem: _refused(api, request, problem))
    api.add_exception_handler(ValidationError, lambda request, problem: _wrong_fields(api, request, problem))
    api.add_exception_handler(HttpError, lambda request, problem: _http_error(api, request, problem))


def _authenticate(request: HttpRequest, secret: str) -> ApiKey:
    """Check the key before the size, so that callers without a key learn nothing and no large body is read for them."""
    try:
        key = authenticate_call(secret, at=timezone.now())
    except KeyRefused:
        if is_key_tried_too_often(request):
            raise WrongKeys from None
        raise AuthenticationError from None
    except TooManyCalls as problem:
        raise Throttled(wait=problem.wait) from None
    announced = int(request.META.get("CONTENT_LENGTH") or 0)
    if is_too_large(request) or announced > MAX_BODY_BYTES or len(request.body) > MAX_BODY_BYTES:
        raise Refused(
            413, _("The body is larger than %(kb)d kB. Send fewer leads at once.") % {"kb": MAX_BODY_BYTES // 1024}
        )
    return key


def _unknown_key(api: NinjaAPI, request: HttpRequest) -> HttpResponse:
    detail = _("Send a valid API key as “Authorization: Bearer KEY” or “X-API-Key: KEY”.")
    response = api.create_response(request, {"detail": detail, "errors": []}, status=401)
    response["WWW-Authenticate"] = "Bearer"
    return response


def _too_many(api: NinjaAPI, request: HttpRequest, problem: Throttled) -> HttpResponse:
    detail = _("Too many calls with this key in one minute. Try again in %(n)d s.") % {"n": problem.wait}
    response = api.create_response(request, {"detail": detail, "errors": []}, status=429)
    response["Retry-After"] = str(problem.wait)
    return response


def _wrong_keys(api: NinjaAPI, request: HttpRequest) -> HttpResponse:
    detail = _(
        "Too many calls with a wrong API key came from your address. Check the key, and try again in 15 minutes."
    )
    response = api.create_response(request, {"detail": detail, "errors": []}, status=429)
    response["Retry-After"] = str(round(settings.AXES_COOLOFF_TIME.total_seconds()))
    return response


def _refused(api: NinjaAPI, request: HttpRequest, problem: Refused) -> HttpResponse:
    detail = {"detail": problem.message, "errors": problem.errors}
    response = api.create_response(request, detail, status=problem.status_code)
    if problem.wait:
        response["Retry-After"] = str(problem.wait)
    return response


def _wrong_fields(api: NinjaAPI, request: HttpRequest, problem: ValidationError) -> HttpResponse:
    """Of an address or a header, whose path begins with where it was sent."""
    errors = [{"field": str(error["loc"][-1]), "problem": error["msg"]} for error in problem.errors]
    return api.create_response(request, {"detail": _("Some fields are wrong."), "errors": errors}, status=422)


def _http_error(api: NinjaAPI, request: HttpRequest, problem: HttpError) -> HttpResponse:
    return api.create_response(request, {"detail": str(problem), "errors": []}, status=problem.status_code)
