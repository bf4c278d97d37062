"""Sends text compressed: pages, parts, tables to download, and static files that were not compressed when collected."""

from collections.abc import Callable

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware

TEXT = ("text/", "application/javascript", "application/json", "image/svg+xml")
STREAM = "text/event-stream"


def compress_text(get_response: Callable[[HttpRequest], HttpResponseBase]) -> Callable:
    """Django's GZipMiddleware, for text only: fonts and pictures are compressed already.

    It adds random bytes, so that the length of a page does not give away what is in it.
    """
    compression = GZipMiddleware(get_response)

    def middleware(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        return compression.process_response(request, response) if _may_be_compressed(response) else response

    return middleware


def _may_be_compressed(response: HttpResponseBase) -> bool:
    """Not the live stream, which must not wait for a full buffer; nor a part of a file (206): it counts bytes."""
    kind = response.get("Content-Type", "")
    return kind.startswith(TEXT) and not kind.startswith(STREAM) and response.status_code != 206
