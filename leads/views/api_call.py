"""The door of the REST endpoint (A1b): finds the operation of an address. Its framework loads with the first call."""

from functools import cache
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import URLResolver
from django.urls.resolvers import RegexPattern
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from leads.api import PREFIX


@csrf_exempt  # as the framework's own views are: a program brings a key and no cookie
def api_call(request: HttpRequest, **_address: str) -> HttpResponse:
    """include() in the list of addresses would load a tenth of a second of packages into every process."""
    found = _operations().resolve(request.path_info.rstrip("/") if request.path_info != PREFIX else PREFIX)
    answer = found.func(request, *found.args, **found.kwargs)
    return answer if answer.status_code != HTTPStatus.METHOD_NOT_ALLOWED else _not_allowed(answer)


def _not_allowed(answer: HttpResponse) -> HttpResponse:
    allowed = answer["Allow"]
    detail = _("This address takes %(methods)s.") % {"methods": allowed}
    return JsonResponse({"detail": detail, "errors": []}, status=answer.status_code, headers={"Allow": allowed})


@cache
def _operations() -> URLResolver:
    from leads.api.endpoint import api

    patterns, _app_name, _namespace = api.urls
    return URLResolver(RegexPattern(f"^{PREFIX}"), patterns)
