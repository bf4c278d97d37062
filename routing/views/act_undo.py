"""A person takes back a contact, a note or a snooze (M7)."""

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

from config.web.responses import back_to
from leads.models import Activity, Lead
from routing.actions.act_undo import ActIsUndone, undo_act
from routing.actions.assignment import NotTheHolder
from routing.actions.undo import TooLateToUndo
from routing.models import Assignment
from routing.queries.acts import own_act
from routing.queries.assignments import held_by

Kind = Activity.Kind


@require_POST
@login_required
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    """For the person who did it; for others the address does not exist. A second press changes nothing."""
    user = cast("User", request.user)
    act = own_act(user, pk)
    if act is None:
        raise Http404
    try:
        undo_act(act, by=user, at=timezone.now())
    except ActIsUndone:
        pass
    except (NotTheHolder, TooLateToUndo) as refused:
        messages.warning(request, _refusal_message(refused, act))
    else:
        messages.success(request, _undone_message(act, held_by(user, act.lead_id)))
    return redirect(after_act(request, act.lead))


def after_act(request: HttpRequest, lead: Lead) -> str:
    """The page the person came from, unless it is that of a lead which is now out of reach."""
    page = reverse("leads:lead", args=[lead.pk])
    back = back_to(request, page)
    return back if not back.startswith(page) or request.user.has_perm("leads.view_lead", lead) else "/"


def _undone_message(act: Activity, held: Assignment | None) -> str:
    words = {"lead": act.lead.label}
    if act.kind == Kind.NOTED:
        return _("The note is taken back.")
    if act.kind == Kind.SNOOZED:
        return _("%(lead)s is no longer snoozed by this.") % words
    if held is not None and held.first_contact_at is None and held.contact_due_at is not None:
        return _("%(lead)s: the contact is taken back, and its clock runs as before.") % words
    return _("%(lead)s: the contact is taken back.") % words


def _refusal_message(refused: Exception, act: Activity) -> str:
    words = {"lead": act.lead.label}
    if isinstance(refused, TooLateToUndo):
        if act.kind == Kind.CONTACTED:
            return _("Five minutes are over. Correct the contact in the timeline of %(lead)s instead.") % words
        return _("Five minutes are over, so this cannot be undone.")
    return _("%(lead)s is no longer yours, so this cannot be undone.") % words
