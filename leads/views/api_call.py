"""The door of the REST endpoint (A1b): finds the operation of an address. Its framework loads with the first call."""

from functools import cache

from django.http import HttpRequest, HttpResponse
from django.urls import URLResolver
from django.urls.resolvers import RegexPattern
from django.views.decorators.csrf import csrf_exempt

from leads.api import PREFIX


@csrf_exempt  # as the framework's own views are: a program brings a key and no cookie
def api_call(request: HttpRequest, **_address: str) -> HttpResponse:
    """include() in the list of addresses would load a tenth of a second of packages into every process."""
    found = _operations().resolve(request.path_info)
    return found.func(request, *found.args, **found.kwargs)


@cache
def _operations() -> URLResolver:
    from leads.api.endpoint import api

    patterns, _app_name, _namespace = api.urls
    return URLResolver(RegexPattern(f"^{PREFIX}"), patterns)
