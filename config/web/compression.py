"""Sends text compressed: pages, parts, tables to download, and static files that were not compressed when collected."""

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware

TEXT = ("text/", "application/javascript", "application/json", "image/svg+xml")
STREAM = "text/event-stream"


class CompressText(GZipMiddleware):
    """Django's, for text only: it adds random bytes, so that the length of a page does not give away what is in it.

    The live stream (/events) goes out as it is: each word in it must arrive at once. A part of a file (206) is counted
    in bytes of the file itself. Fonts and pictures are compressed already.
    """

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase | HttpResponse:
        kind = response.get("Content-Type", "")
        if not kind.startswith(TEXT) or kind.startswith(STREAM) or response.status_code == 206:
            return response
        return super().process_response(request, response)
