"""What is for a signed-in person is kept by no cache: neither that of a proxy nor that of a shared computer (J4)."""

from collections.abc import Callable

from django.contrib.auth import SESSION_KEY
from django.http import HttpRequest
from django.http.response import HttpResponseBase

NOT_KEPT = "private, no-store"


def keep_nothing(get_response: Callable[[HttpRequest], HttpResponseBase]) -> Callable[[HttpRequest], HttpResponseBase]:
    """Pages, parts and files that were answered with a session. Static files are answered before, and what is the same
    for everybody says so itself ("public")."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        # a session that was not read yet has nothing to do with the answer, and is not read for this
        is_own = request.session.accessed and SESSION_KEY in request.session
        if is_own and "public" not in response.headers.get("Cache-Control", ""):
            response.headers["Cache-Control"] = NOT_KEPT
        return response

    return middleware
