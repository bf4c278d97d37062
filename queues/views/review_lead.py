"""One lead on the review desk: correct it, apply the rules again, undo a decision (A6)."""

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from leads.actions.corrections import IdentityTaken, LeadIsMerged, NothingCorrected, correct_lead
from leads.forms.leads import identity_taken_text
from leads.models import Lead
from queues.actions.review.decisions import AlreadyDecided, DecisionCannotBeUndone, reapply_rules, undo_decision
from queues.forms.review import CorrectionForm
from queues.models import ReviewItem
from queues.presenters.review import placement_message
from queues.presenters.rules import decided_sentence
from queues.views.review import desk_response

ops_only = permission_required("queues.operate_queue", raise_exception=True)


@require_POST
@ops_only
def correct(request: HttpRequest, pk: int) -> HttpResponse:
    """Save corrections; with `then=ask` also apply the entry rules again."""
    item = item_or_404(pk)
    if item.closed_at is not None:
        return already_decided_response(request, item)
    form, at = CorrectionForm(request.POST, instance=item.lead), timezone.now()
    if not form.is_valid():
        return _refused(request, form)
    try:
        correct_lead(Lead.objects.get(pk=item.lead_id), form.changes(), by=request.user, at=at)
    except IdentityTaken as taken:
        form.add_error(taken.kind, identity_taken_text(taken.lead))
        return _refused(request, form)
    except LeadIsMerged:
        return already_decided_response(request, item_or_404(pk))
    except NothingCorrected:
        if request.POST.get("then") != "ask":
            return desk_response(request, _("Nothing was changed."), level="info")
    if request.POST.get("then") == "ask":
        return _reapply(request, item)
    return desk_response(request, _("Corrected. The lead is still on the desk."))


@require_POST
@ops_only
def ask(request: HttpRequest, pk: int) -> HttpResponse:
    """Apply the entry rules again to the lead as it is now."""
    return _reapply(request, item_or_404(pk))


@require_POST
@ops_only
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Undo a decision: the lead is on the desk again."""
    item, desk = item_or_404(pk), reverse("queues:review")
    try:
        undo_decision(item, by=request.user, at=timezone.now())
    except DecisionCannotBeUndone:
        if item.closed_at is None:  # it was a second click
            return redirect(f"{desk}?item={item.pk}")
        says = _("Too late to undo: five minutes are over, or %(lead)s has moved on since.")
        messages.warning(request, says % {"lead": item.lead.label})
        return redirect(desk)
    messages.success(request, _("%(lead)s is back on the desk.") % {"lead": item.lead.label})
    return redirect(f"{desk}?item={item.pk}")


def item_or_404(pk: int) -> ReviewItem:
    item = ReviewItem.objects.select_related("lead__source", "lead__account", "closed_by").filter(pk=pk).first()
    if item is None:
        raise Http404
    return item


def _reapply(request: HttpRequest, item: ReviewItem) -> HttpResponse:
    try:
        lead = reapply_rules(item, by=request.user, at=timezone.now())
    except AlreadyDecided as late:
        return already_decided_response(request, late.item)
    return desk_response(request, placement_message(lead))


def already_decided_response(request: HttpRequest, item: ReviewItem) -> HttpResponse:
    return desk_response(request, decided_sentence(item), status=409, level="warning")


def _refused(request: HttpRequest, form: CorrectionForm) -> HttpResponse:
    """The typed values stay; the first field with an error has the focus."""
    form.fields[next((name for name in form.errors if name in form.fields), "first_name")].widget.attrs["autofocus"] = (
        True
    )
    return desk_response(
        request, _("Look at the marked fields."), status=422, level="error", form=form, is_correcting=True
    )
