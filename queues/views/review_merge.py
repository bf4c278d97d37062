"""Merge two leads from the review desk, and undo the merge (A3)."""

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from config.web.responses import back_to
from leads.actions.merging import MergeRefused, SplitRefused
from leads.models import Merge
from leads.queries.merging import merge_of, possible_duplicates_of
from queues.actions.review.decisions import AlreadyDecided
from queues.actions.review.merging import UndoneMerge, merge_on_desk, undo_merge
from queues.forms.review import MergeForm
from queues.presenters.merging import merge_refused_message, merge_undone_message, merged_message, split_refused_message
from queues.views.review import desk_response
from queues.views.review_lead import already_decided_response, item_or_404
from routing.queries.assignments import open_assignment

ops_only = permission_required("queues.operate_queue", raise_exception=True)


@require_POST
@ops_only
def merge(request: HttpRequest, pk: int) -> HttpResponse:
    """Merge the lead of this item and another one that it resembles. If somebody was faster, the message says who."""
    item, form = item_or_404(pk), MergeForm(request.POST)
    if item.closed_at is not None:
        return already_decided_response(request, item)
    if not form.is_valid():
        return desk_response(request, _("Choose which of the two stays."), status=422, level="error")
    other = next((each for each in possible_duplicates_of(item.lead) if each.pk == form.cleaned_data["other"]), None)
    if other is None:
        says = _("These two leads are no longer compared. The page now shows the current state.")
        return desk_response(request, says, status=409, level="warning")
    chosen = {"keeps_other": form.keeps_other, "picks": form.picks()}
    try:
        made = merge_on_desk(item, other=other, by=request.user, at=timezone.now(), **chosen)
    except AlreadyDecided as late:
        return already_decided_response(request, late.item)
    except MergeRefused as refused:
        return desk_response(
            request, merge_refused_message(refused, merge_of(refused.lead.pk)), status=409, level="warning"
        )
    undo_address = reverse("queues:merge_undo", args=[made.pk])
    return desk_response(request, merged_message(made, open_assignment(made.kept_id)), undo=undo_address)


@require_POST
@ops_only
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    """From the message, or at any time from the page of the lead that stays."""
    made = Merge.objects.select_related("absorbed", "kept", "undone_by").filter(pk=pk).first()
    if made is None:
        raise Http404
    try:
        undone = undo_merge(made, by=request.user, at=timezone.now())
    except SplitRefused as refused:
        level = messages.INFO if refused.code == "undone" else messages.WARNING  # it was a second click
        messages.add_message(request, level, split_refused_message(refused))
        return redirect(_back(request, made, None))
    messages.success(request, merge_undone_message(undone))
    return redirect(_back(request, made, undone))


def _back(request: HttpRequest, made: Merge, undone: UndoneMerge | None) -> str:
    """Back to the page the user came from; on the desk, with the restored lead open."""
    desk, wanted = reverse("queues:review"), back_to(request, reverse("leads:lead", args=[made.kept_id]))
    if undone is not None and undone.item is not None and wanted.startswith(desk):
        return f"{desk}?item={undone.item.pk}"
    return wanted
