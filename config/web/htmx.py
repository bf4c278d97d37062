"""Answers a request with the whole page or with the one part that htmx asked for."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers


def wants_part(request: HttpRequest) -> bool:
    """htmx asks for a part, except when it restores a page from history or follows a boosted link."""
    htmx = request.htmx
    return bool(htmx) and not htmx.boosted and not htmx.history_restore_request


def page_or_part(
    request: HttpRequest, page_template: str, part_template: str, context: dict[str, Any] | None = None
) -> HttpResponse:
    """One URL, two answers; Vary keeps caches from mixing them."""
    response = render(request, part_template if wants_part(request) else page_template, context)
    patch_vary_headers(response, ["HX-Request", "HX-Boosted", "HX-History-Restore-Request"])
    return response


def unchanged(request: HttpRequest, version: object) -> HttpResponse | None:
    """204 ("keep what you have") when the part shows this version already, else None.

    The part carries its version in its own address: hx-get="...?v={{ version }}".
    """
    if wants_part(request) and request.GET.get("v") == str(version):
        return HttpResponse(status=204)
    return None
