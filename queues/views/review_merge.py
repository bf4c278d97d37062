"""Doors to a merge: two leads of the review desk become one, and two again (A3)."""

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
from queues.actions.review.merging import Undone, merge_on_desk, undo_merge
from queues.forms.review import MergeForm
from queues.presenters.merging import merged_says, not_undone_says, refused_says, undone_says
from queues.views.review import desk_answer
from queues.views.review_lead import item_or_404, too_late
from routing.queries.assignments import open_assignment

ops_only = permission_required("queues.operate_queue", raise_exception=True)


@require_POST
@ops_only
def merge(request: HttpRequest, pk: int) -> HttpResponse:
    """The lead of this item and another one that it resembles; who is too late reads who was faster."""
    item, form = item_or_404(pk), MergeForm(request.POST)
    if item.closed_at is not None:
        return too_late(request, item)
    if not form.is_valid():
        return desk_answer(request, _("Choose which of the two stays."), status=422, level="error")
    other = next((each for each in possible_duplicates_of(item.lead) if each.pk == form.cleaned_data["other"]), None)
    if other is None:
        says = _("These two are not compared any more. This is how things stand now.")
        return desk_answer(request, says, status=409, level="warning")
    chosen = {"keeps_other": form.keeps_other, "picks": form.picks()}
    try:
        made = merge_on_desk(item, other=other, by=request.user, at=timezone.now(), **chosen)
    except AlreadyDecided as late:
        return too_late(request, late.item)
    except MergeRefused as refused:
        return desk_answer(request, refused_says(refused, merge_of(refused.lead.pk)), status=409, level="warning")
    undo_address = reverse("queues:merge_undo", args=[made.pk])
    return desk_answer(request, merged_says(made, open_assignment(made.kept_id)), undo=undo_address)


@require_POST
@ops_only
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    """From the message or from the page of the lead that stays, at any later time."""
    made = Merge.objects.select_related("absorbed", "kept", "undone_by").filter(pk=pk).first()
    if made is None:
        raise Http404
    try:
        undone = undo_merge(made, by=request.user, at=timezone.now())
    except SplitRefused as refused:
        level = messages.INFO if refused.code == "undone" else messages.WARNING  # a second click is no mistake
        messages.add_message(request, level, not_undone_says(refused))
        return redirect(_back(request, made, None))
    messages.success(request, undone_says(undone))
    return redirect(_back(request, made, undone))


def _back(request: HttpRequest, made: Merge, undone: Undone | None) -> str:
    """Who was on the desk sees the lead there again."""
    desk, wanted = reverse("queues:review"), back_to(request, reverse("leads:lead", args=[made.kept_id]))
    if undone is not None and undone.item is not None and wanted.startswith(desk):
        return f"{desk}?item={undone.item.pk}"
    return wanted
