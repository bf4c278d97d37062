"""A person takes back a contact, a note or a snooze, or corrects a contact (M7)."""

from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import User
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from config.web.responses import back_to
from leads.models import Activity, Lead
from routing.actions.act_undo import ActIsUndone, correct_contact, undo_act
from routing.actions.assignment import NotTheHolder
from routing.actions.contact import ContactRefused
from routing.actions.undo import TooLateToUndo
from routing.decisions.contact import ContactRefusal
from routing.forms.lead_work import CorrectContactForm
from routing.models import Assignment
from routing.presenters.choices import CORRECTION_ERRORS
from routing.queries.acts import is_plan, own_act, shown_act, undone_by_act
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


@login_required
def correct(request: HttpRequest, pk: int) -> HttpResponse:
    """Kind, outcome and time of a contact, for the person who logged it while he or she has the lead; for others the
    address does not exist."""
    user = cast("User", request.user)
    act = own_act(user, pk)
    held = held_by(user, act.lead_id) if act is not None and act.kind == Kind.CONTACTED else None
    if act is None or held is None or held.assigned_at > act.at:
        raise Http404
    if undone_by_act([act.pk]):
        messages.warning(request, _("The contact was taken back, so it cannot be corrected."))
        return redirect(after_act(request, act.lead))
    now_as = shown_act(act)
    shown = {"kind": now_as.kind, "outcome": now_as.outcome, "made_at": now_as.made_at.replace(microsecond=0)}
    form = CorrectContactForm(request.POST or None, initial=shown)
    if request.method == "POST" and form.is_valid():
        wanted = dict(form.cleaned_data)
        if wanted["made_at"] == shown["made_at"]:
            wanted["made_at"] = now_as.made_at  # the field has no parts of a second
        try:
            correct_contact(act, **wanted, by=user, at=timezone.now())
        except ContactRefused as refusal:
            form.add_error(None, CORRECTION_ERRORS.get(refusal.code, CORRECTION_ERRORS[ContactRefusal.TIME]))
        except (NotTheHolder, ActIsUndone):
            messages.warning(request, _("%(lead)s has moved on since, or the contact was taken back.") % _label(act))
            return redirect(after_act(request, act.lead))
        else:
            messages.success(request, _corrected_message(act, held))
            return redirect(after_act(request, act.lead))
    status = 422 if form.is_bound else 200
    return render(request, "routing/correct_contact.html", {"form": form, "act": act}, status=status)


def _label(act: Activity) -> dict[str, str]:
    return {"lead": act.lead.label}


def _corrected_message(act: Activity, held: Assignment) -> str:
    held.refresh_from_db()
    if held.first_contact_at is None:
        return _("%(lead)s: the contact is corrected, and the clock to first contact runs.") % _label(act)
    return _("%(lead)s: the contact is corrected.") % _label(act)


def after_act(request: HttpRequest, lead: Lead) -> str:
    """The page the person came from, unless it is that of a lead which is now out of reach."""
    page = reverse("leads:lead", args=[lead.pk])
    back = back_to(request, page)
    return back if not back.startswith(page) or request.user.has_perm("leads.view_lead", lead) else "/"


def _undone_message(act: Activity, held: Assignment | None) -> str:
    words = {"lead": act.lead.label}
    if act.kind == Kind.NOTED:
        return _("The note is taken back.")
    if is_plan(act):
        return _("%(lead)s: that follow-up is taken back.") % words
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
