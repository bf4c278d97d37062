"""Responses when a claim is refused: a friendly message with status 409; the list then shows the current state."""

from collections.abc import Sequence
from datetime import datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django_htmx.http import trigger_client_event

from config.web.htmx import wants_part
from config.web.people import display_name
from config.web.responses import toast
from config.web.times import duration, exact
from queues.actions.claims.guards import LeadIsReserved, TooManyUncontacted
from queues.models import Queue
from routing.models import Assignment

MAX_NAMED = 5
MAX_ASKED = 12  # characters


def refusal_response(request: HttpRequest, says: str, links: Sequence[tuple[str, str]] = ()) -> HttpResponse:
    """`links` are leads of the user, as (name, address)."""
    if wants_part(request):
        response = HttpResponse(says, status=409, headers={"HX-Reswap": "none"})
        return trigger_client_event(toast(response, says, "warning", links=links), "acted", {})
    if links:
        says = format_html("{} {}", says, format_html_join(", ", '<a href="{1}">{0}</a>', links))
    messages.warning(request, says)
    return redirect("dashboards:desk")


def contact_first_response(request: HttpRequest, full: TooManyUncontacted) -> HttpResponse:
    """The queue gives no lead until some of these leads are contacted (C4c)."""
    text = ngettext(
        "%(queue)s gives you its next lead after %(k)s more first contact. Still to contact (%(n)s):",
        "%(queue)s gives you its next lead after %(k)s more first contacts. Still to contact (%(n)s):",
        full.more,
    )
    desk = reverse("dashboards:desk")
    links = [(held.lead.label, f"{desk}?lead={held.lead_id}") for held in full.held[:MAX_NAMED]]
    return refusal_response(request, text % {"queue": full.queue.name, "k": full.more, "n": len(full.held)}, links)


def not_pickable_message(queue: Queue) -> str:
    if not queue.picks_within:
        return _("%(queue)s gives leads only through Take next.") % {"queue": queue.name}
    text = _("In %(queue)s you can pick from the first %(n)s leads. This lead is further back now.")
    return text % {"queue": queue.name, "n": queue.picks_within}


def batch_limits_message(queue: Queue, asked: str) -> str:
    """`asked` is what was typed."""
    words = {"queue": queue.name, "most": queue.batch_size, "asked": asked[:MAX_ASKED]}
    if queue.batch_size == 1:
        return _("%(queue)s gives 1 lead at once, and you asked for %(asked)s. No lead was taken.") % words
    return _("%(queue)s gives 1 to %(most)s leads at once, and you asked for %(asked)s. No lead was taken.") % words


def already_taken_message(assignment: Assignment | None) -> str:
    if assignment is None:
        return _("This lead no longer waits here.")
    name = display_name(assignment.holder)
    return _("Somebody was faster: %(name)s took this lead at %(time)s.") % {
        "name": name,
        "time": exact(assignment.assigned_at),
    }


def reserved_message(kept: LeadIsReserved, *, at: datetime) -> str:
    """With the first name only, as in the list."""
    entry = kept.entry
    words = {"name": entry.viewer_name, "time": duration(entry.reserved_until - at)}
    return _("%(name)s is looking at this lead. It is free again in %(time)s, unless %(name)s takes it.") % words
