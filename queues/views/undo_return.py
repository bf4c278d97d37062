"""Undo that a lead was returned to its queue (M7)."""

from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import User
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from config.web.people import display_name
from config.web.responses import back_to
from queues.actions.claims.undo_return import NotReturned, ReturnStands, WhyStays, undo_return
from routing.actions.undo import TooLateToUndo
from routing.models import Assignment
from routing.queries.assignments import closed_by_holder


@require_POST
@login_required
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    """For the person who returned it, and the managers; for others the address does not exist."""
    user = cast("User", request.user)
    ended = closed_by_holder(user, pk)
    if ended is None:
        raise Http404
    try:
        undo_return(ended, by=user, at=timezone.now())
    except NotReturned:
        pass  # it was a second press
    except TooLateToUndo:
        text = _("Five minutes are over, so the return of %(lead)s cannot be undone.")
        messages.warning(request, text % {"lead": ended.lead.label})
    except ReturnStands as stands:
        messages.warning(request, _stands_message(stands, ended))
    else:
        messages.success(request, _undone_message(ended, viewer=user))
    return redirect(_where_to(request, ended))


def _undone_message(ended: Assignment, *, viewer: User) -> str:
    is_own = ended.holder_id == viewer.pk
    text = _("Undone: you hold %(lead)s again.") if is_own else _("Undone: %(lead)s is with %(name)s again.")
    return text % {"lead": ended.lead.label, "name": display_name(ended.holder)}


def _stands_message(stands: ReturnStands, ended: Assignment) -> str:
    words = {"lead": ended.lead.label, "name": display_name(stands.who) if stands.who else _("somebody else")}
    if stands.code == WhyStays.TAKEN:
        return _("%(name)s has %(lead)s by now, so the return cannot be undone.") % words
    if stands.code == WhyStays.LOOKED_AT:
        return _("%(name)s is looking at %(lead)s at this moment. Try again in a minute.") % words
    return _("%(lead)s has moved on since, so the return cannot be undone.") % words


def _where_to(request: HttpRequest, ended: Assignment) -> str:
    """The page the person came from, unless it is that of a lead which is out of reach."""
    page = reverse("leads:lead", args=[ended.lead_id])
    back = back_to(request, page)
    ended.lead.refresh_from_db(fields=["stage"])
    return back if not back.startswith(page) or request.user.has_perm("leads.view_lead", ended.lead) else "/"
