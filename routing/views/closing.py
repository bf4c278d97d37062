"""Views that end a holder's work on a lead: opportunity, won, lost, disqualified (C4)."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from config.web.responses import back_to
from leads.models import Lead
from routing.actions.closing import close_held_lead
from routing.forms.lead_work import ConvertForm, DisqualifyForm
from routing.models import Assignment
from routing.presenters.choices import DEAL_STAGES
from routing.views.held_lead import holder_only, refused

DEALS = (Assignment.Ended.CONVERTED, Assignment.Ended.WON, Assignment.Ended.LOST)


@holder_only(repeats=DEALS)
def convert(request: HttpRequest, held: Assignment) -> HttpResponse:
    form = ConvertForm(request.POST)
    if not form.is_valid():
        return refused(request, held, form, act="convert")
    close_held_lead(held, **form.cleaned_data, by=request.user, at=timezone.now())
    words = {"lead": held.lead.label, "stage": DEAL_STAGES[form.cleaned_data["stage"]]}
    messages.success(request, _("%(lead)s: %(stage)s.") % words, extra_tags=_undo(held))
    return redirect(back_to(request, "/"))


@holder_only(repeats=[Assignment.Ended.DISQUALIFIED])
def disqualify(request: HttpRequest, held: Assignment) -> HttpResponse:
    form = DisqualifyForm(request.POST)
    if not form.is_valid():
        return refused(request, held, form, act="disqualify")
    close_held_lead(held, stage=Lead.Stage.DISQUALIFIED, **form.cleaned_data, by=request.user, at=timezone.now())
    says = _("%(lead)s is disqualified.") % {"lead": held.lead.label}
    messages.success(request, says, extra_tags=_undo(held))
    return redirect(back_to(request, "/"))


def _undo(held: Assignment) -> str:
    """Where a POST opens the lead again."""
    return reverse("queues:undo_close", args=[held.pk])
