"""What a door says after an act: where to go on, and one short message, for htmx and for plain pages alike."""

from collections.abc import Sequence

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.http import url_has_allowed_host_and_scheme
from django_htmx.http import trigger_client_event


def back_to(request: HttpRequest, default: str) -> str:
    """The page that the form names as `next`, if it is one of ours."""
    return own_address(request, request.POST.get("next", "")) or default


def own_address(request: HttpRequest, wanted: str) -> str:
    """The address, when it is one of ours; else nothing."""
    is_ours = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if is_ours else ""


def toast(
    response: HttpResponse,
    text: str,
    level: str = "success",
    undo: str = "",
    links: Sequence[tuple[str, str]] = (),
) -> HttpResponse:
    """A message beside a part: toasts.js shows it.

    `undo` is the address that takes the act back, `links` follow the text as (name, address).
    """
    more = ({"undo": undo} if undo else {}) | ({"links": list(links)} if links else {})
    return trigger_client_event(response, "toast", {"text": text, "level": level} | more)


def toast_messages(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """What an act left to say before it redirected here; a whole page shows it by itself."""
    told = list(messages.get_messages(request))
    if not told:
        return response
    return toast(response, " ".join(str(message) for message in told), told[-1].level_tag)
