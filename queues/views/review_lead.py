"""Doors to one lead of the review desk: correct it, ask the rules again, take a decision back (A6)."""

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
from queues.actions.review.decisions import AlreadyDecided, TooLateToUndo, ask_again
from queues.actions.review.decisions import undo as put_back
from queues.forms.review import CorrectionForm
from queues.models import ReviewItem
from queues.presenters.review import where_says
from queues.presenters.rules import decided_words
from queues.views.review import desk_answer

ops_only = permission_required("queues.operate_queue", raise_exception=True)


@require_POST
@ops_only
def correct(request: HttpRequest, pk: int) -> HttpResponse:
    """Save corrections; with `then=ask` the entry rules decide anew."""
    item = item_or_404(pk)
    if item.closed_at is not None:
        return too_late(request, item)
    form, at = CorrectionForm(request.POST, instance=item.lead), timezone.now()
    if not form.is_valid():
        return _refused(request, form)
    try:
        correct_lead(Lead.objects.get(pk=item.lead_id), form.changes(), by=request.user, at=at)
    except IdentityTaken as taken:
        form.add_error(taken.kind, identity_taken_text(taken.lead))
        return _refused(request, form)
    except LeadIsMerged:
        return too_late(request, item_or_404(pk))
    except NothingCorrected:
        if request.POST.get("then") != "ask":
            return desk_answer(request, _("Nothing was changed."), level="info")
    if request.POST.get("then") == "ask":
        return _ask(request, item)
    return desk_answer(request, _("Corrected. The lead is still here."))


@require_POST
@ops_only
def ask(request: HttpRequest, pk: int) -> HttpResponse:
    """Before the rules again, as both are now."""
    return _ask(request, item_or_404(pk))


@require_POST
@ops_only
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Back to the desk, open again."""
    item, desk = item_or_404(pk), reverse("queues:review")
    try:
        put_back(item, by=request.user, at=timezone.now())
    except TooLateToUndo:
        if item.closed_at is None:  # a second click is no mistake
            return redirect(f"{desk}?item={item.pk}")
        says = _("Too late to undo: five minutes are over, or something happened to %(lead)s since.")
        messages.warning(request, says % {"lead": item.lead.label})
        return redirect(desk)
    messages.success(request, _("%(lead)s is back on the desk.") % {"lead": item.lead.label})
    return redirect(f"{desk}?item={item.pk}")


def item_or_404(pk: int) -> ReviewItem:
    item = ReviewItem.objects.select_related("lead__source", "lead__account", "closed_by").filter(pk=pk).first()
    if item is None:
        raise Http404
    return item


def _ask(request: HttpRequest, item: ReviewItem) -> HttpResponse:
    try:
        lead = ask_again(item, by=request.user, at=timezone.now())
    except AlreadyDecided as late:
        return too_late(request, late.item)
    return desk_answer(request, where_says(lead))


def too_late(request: HttpRequest, item: ReviewItem) -> HttpResponse:
    return desk_answer(request, decided_words(item), status=409, level="warning")


def _refused(request: HttpRequest, form: CorrectionForm) -> HttpResponse:
    """What was typed stays; the first field with a problem has the focus."""
    form.fields[next((name for name in form.errors if name in form.fields), "first_name")].widget.attrs["autofocus"] = (
        True
    )
    return desk_answer(
        request, _("Look at the marked fields."), status=422, level="error", form=form, is_correcting=True
    )
