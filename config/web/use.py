"""Which requests are a person's (F5, J4, L6).

A person opens pages, sends forms, and presses or types something shortly before a part is asked for: then scripts say
so in a header (signed_out.js). A page that only stays open is not a person: its parts ask again by themselves, and its
stream listens.
"""

from django.http import HttpRequest

from config.web.htmx import wants_part

USED = "Alur-Used"


def is_used_by_a_person(request: HttpRequest) -> bool:
    """Asked once the view has answered. What is written for a stream then would hold a connection while it is open."""
    if request.method not in ("GET", "HEAD") or request.headers.get(USED) == "1":
        return True
    view = request.resolver_match.view_name if request.resolver_match else ""
    is_stream = view == "events" or "text/event-stream" in request.headers.get("Accept", "")
    return not wants_part(request) and not is_stream
