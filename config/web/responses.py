"""What a view answers after an action: where to go next, and one short message, with and without htmx."""

from collections.abc import Sequence

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.http import url_has_allowed_host_and_scheme
from django_htmx.http import trigger_client_event


def back_to(request: HttpRequest, default: str) -> str:
    """The page that the form names as `next`, if it is on this site."""
    return own_address(request, request.POST.get("next", "")) or default


def own_address(request: HttpRequest, wanted: str) -> str:
    """The address if it is on this site, else nothing. A bare word is none: redirect() would look for a view of that
    name."""
    is_ours = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if is_ours and wanted.startswith(("/", "http")) else ""


def toast(
    response: HttpResponse,
    text: str,
    level: str = "success",
    undo: str = "",
    links: Sequence[tuple[str, str]] = (),
) -> HttpResponse:
    """A message beside a part, shown by toasts.js. `undo` is the address that undoes the action; `links` are (name,
    address) pairs after the text."""
    more = ({"undo": undo} if undo else {}) | ({"links": list(links)} if links else {})
    return trigger_client_event(response, "toast", {"text": text, "level": level} | more)


def toast_messages(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Messages that an action left before it redirected here; a whole page shows them itself."""
    waiting = list(messages.get_messages(request))
    if not waiting:
        return response
    undo = waiting[-1].extra_tags or ""
    return toast(response, " ".join(str(message) for message in waiting), waiting[-1].level_tag, undo=undo)
