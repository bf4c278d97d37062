"""Correct what a lead says, on its page or on the desk: its holder, managers and sales ops (M8)."""

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
from django_htmx.http import reswap, retarget

from config.web.htmx import wants_part
from config.web.responses import back_to
from leads.actions.correction_undo import CorrectionIsUndone, CorrectionStays, undo_correction
from leads.actions.corrections import IdentityTaken, LeadIsMerged, NothingCorrected, Outdated, correct_lead
from leads.forms.edit import EDITABLE, EditForm
from leads.models import Lead
from leads.presenters.own_fields import field_names
from leads.queries.corrections import own_correction
from leads.queries.own_fields import own_fields
from routing.queries.assignments import last_held_by
from routing.views.act_undo import after_act
from routing.views.held_lead import current_holder_sentence


@login_required
def edit(request: HttpRequest, lead_id: int) -> HttpResponse:
    """For those who may change the lead; who held it before keeps what was typed, and reads who has it now."""
    user = cast("User", request.user)
    lead = _lead(lead_id)
    if lead is None or not user.has_perm("leads.change_lead", lead):
        return _out_of_reach(request, user, lead_id)
    if request.method != "POST":
        return _show(request, lead, EditForm(None, instance=lead, by=user))
    form = EditForm(request.POST, instance=lead, by=user)
    if not form.is_valid():
        return _show(request, lead, form)
    return _save(request, user, lead, form)


@require_POST
@login_required
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    """For the person who made the correction, while he or she may change the lead. A second press changes nothing."""
    user = cast("User", request.user)
    act = own_correction(user, pk)
    if act is None or not user.has_perm("leads.change_lead", act.lead):
        raise Http404
    words = {"lead": act.lead.label}
    try:
        undo_correction(act, by=user, at=timezone.now())
    except (CorrectionIsUndone, NothingCorrected):
        pass
    except CorrectionStays:
        messages.warning(request, _("Five minutes are over. Edit %(lead)s again instead.") % words)
    except (Outdated, LeadIsMerged, IdentityTaken):
        messages.warning(request, _("%(lead)s was changed since, so this cannot be undone.") % words)
    else:
        messages.success(request, _("Undone: %(lead)s says what it said before.") % words)
    return redirect(after_act(request, act.lead))


def _save(request: HttpRequest, user: User, lead: Lead, form: EditForm) -> HttpResponse:
    changes = form.changes()
    expected = {name: form.read[name] for name in changes}
    done = None
    try:
        done = correct_lead(lead, changes, by=user, at=timezone.now(), expected=expected)
    except NothingCorrected:
        messages.info(request, _("Nothing was changed."))
    except IdentityTaken as taken:
        form.add_error(taken.kind, form.taken_text(taken.lead))
        return _show(request, lead, form)
    except (Outdated, LeadIsMerged):  # at this very moment: asked once more, of the lead as it is now
        return edit(request, lead.pk)
    if done is not None:
        names = ", ".join(field_names(done.activity.details["fields"]))
        words = {"lead": done.lead.label, "fields": names}
        undo_at = reverse("routing:undo_edit", args=[done.activity.pk])
        messages.success(request, _("%(lead)s is corrected: %(fields)s.") % words, extra_tags=undo_at)
    return redirect(back_to(request, reverse("leads:lead", args=[lead.pk])))


def _show(request: HttpRequest, lead: Lead, form: EditForm) -> HttpResponse:
    status = 422 if form.is_bound else 200
    first = next((name for name in form.fields if name in form.errors), "first_name")
    form.fields[first].widget.attrs["autofocus"] = True
    on_desk = request.GET.get("on_desk") == "1"
    context = {"lead": lead, "form": form, "on_desk": on_desk, "next": back_to(request, "")}
    if not wants_part(request):
        return render(request, "routing/edit_lead.html", context | {"alone": True}, status=status)
    response = render(request, "routing/_edit_lead.html", context, status=status)
    return reswap(retarget(response, "#form-edit"), "outerHTML") if form.is_bound else response


def _out_of_reach(request: HttpRequest, user: User, lead_id: int) -> HttpResponse:
    last = last_held_by(user, lead_id)
    if last is None or request.method != "POST":
        raise Http404
    names = [*EDITABLE, *(each.value_name for each in own_fields() if each.is_shown)]
    typed = [(name, request.POST.get(name, "").strip()) for name in names]
    changed = {name: text for name, text in typed if text != request.POST.get(f"was_{name}", "")}
    texts = [f"{label}: {text}" for label, text in zip(field_names(list(changed)), changed.values(), strict=True)]
    context = {"lead": last.lead, "says": current_holder_sentence(last, viewer=user), "texts": texts, "is_kept": False}
    page = "routing/_no_longer_yours.html" if wants_part(request) else "routing/no_longer_yours.html"
    return render(request, page, context, status=409)


def _lead(pk: int) -> Lead | None:
    return Lead.objects.select_related("source", "account").filter(pk=pk).first()
