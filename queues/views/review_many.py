"""One act on all leads of the review desk that match: what it will do, its progress, stop, undo and result (A6, A9)."""

from typing import cast
from urllib.parse import urlencode
from uuid import uuid4

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from config.web.figures import number
from config.web.htmx import page_or_part, wants_part
from config.web.responses import back_to
from leads.presenters.csv_response import csv_response
from queues.actions.cleanup.runs import CannotUndoCleanup, start_on_desk, start_undo
from queues.forms.review import ActForm, ConfirmForm
from queues.models import CleanupRun
from queues.presenters.review_list import FilterIsGone, exact_filters
from queues.presenters.review_many import preview_of, refused_header, refused_rows
from queues.presenters.review_page import FILTERS, runs_context
from queues.presenters.runs import run_rows
from queues.queries.cleanup import listed_runs
from queues.queries.review import DeskFilters
from queues.queries.review_many import MOST_AT_ONCE, ReasonIsGone, matching, matching_ids
from queues.views.cleanup import stop_and_tell
from queues.views.review import desk_response

ops_only = permission_required("queues.operate_queue", raise_exception=True)


@require_http_methods(["GET", "HEAD", "POST"])
@ops_only
def many(request: HttpRequest) -> HttpResponse:
    """First what would happen, then, when the person agrees, the run."""
    try:
        filters = exact_filters(request)
        return _confirm(request, filters) if request.method == "POST" else _ask(request, ActForm(request.GET), filters)
    except (FilterIsGone, ReasonIsGone):
        says = _("No lead is on the desk for these filters any more. Nothing was done.")
        return desk_response(request, says, status=422, level="error")


def _confirm(request: HttpRequest, filters: DeskFilters) -> HttpResponse:
    form, at = ConfirmForm(request.POST), timezone.now()
    if not form.is_valid():
        return desk_response(request, form.first_error(), status=422, level="error")
    typed = form.cleaned_data
    if run := CleanupRun.objects.filter(token=typed["token"], is_desk=True).first():  # a second click
        return _started(request, run)
    items = matching_ids(filters, at=typed["seen_at"], newest=typed["newest"])
    if not items or len(items) > min(typed["sure"], MOST_AT_ONCE):
        return _ask(request, ActForm(request.POST), filters, was=typed["sure"])
    more = {"gone": typed["sure"] - len(items), "over_limit": typed["over_limit"], "token": typed["token"]}
    run = start_on_desk(**form.wanted(), items=items, **more, by=cast(User, request.user), at=at)
    return _started(request, run)


def _ask(request: HttpRequest, form: ActForm, filters: DeskFilters, was: int | None = None) -> HttpResponse:
    """`was`: how many the person agreed to, if the list has changed since."""
    if not form.is_valid():
        return desk_response(request, form.first_error(), status=422, level="error")
    at, typed = timezone.now(), form.cleaned_data
    found = matching(filters, at=at)
    preview = preview_of(typed["act"], found, filters, queue=typed["queue"], why=typed["why"], at=at)
    context = {
        "preview": preview,
        "found": found,
        "typed": typed,
        "was": was,
        "is_too_many": found.total > MOST_AT_ONCE,
        "most": MOST_AT_ONCE,
        "seen_at": at.isoformat(),
        "token": uuid4(),
        "back": _desk(request),
    }
    status = 409 if was is not None else 422 if found.total > MOST_AT_ONCE else 200
    return render(request, "queues/review_sure.html", context, status=status)


def _started(request: HttpRequest, run: CleanupRun) -> HttpResponse:
    row = run_rows([listed_runs().get(pk=run.pk)], at=timezone.now())[0]
    if row.is_open:
        says = _("Under way for %(n)s leads. You can leave this page.") % {"n": number(run.total)}
        messages.success(request, says)
    else:
        undo_address = reverse("queues:review_run_undo", args=[run.pk]) if row.can_undo else ""
        level = messages.WARNING if row.left else messages.SUCCESS
        messages.add_message(request, level, row.says, extra_tags=undo_address)
    return redirect(_desk(request))


@require_safe
@ops_only
def runs(request: HttpRequest) -> HttpResponse:
    """What was done with many leads: as a part of the desk lately, as a page all that can be undone."""
    is_whole = not wants_part(request) or request.GET.get("all") == "1"
    context = runs_context(at=timezone.now(), is_whole=is_whole)
    return page_or_part(request, "queues/review_runs.html", "queues/_review_runs.html", context)


@require_POST
@ops_only
def stop(request: HttpRequest, pk: int) -> HttpResponse:
    stop_and_tell(request, get_object_or_404(CleanupRun.objects.select_related("stopped_by"), pk=pk, is_desk=True))
    return redirect(back_to(request, reverse("queues:review")))


@require_POST
@ops_only
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Each lead that has not moved on is on the desk again."""
    run, at = get_object_or_404(CleanupRun.objects.select_related("undo_by"), pk=pk, is_desk=True), timezone.now()
    try:
        start_undo(run, by=cast(User, request.user), at=at)
    except CannotUndoCleanup:
        if run.undo_by != request.user:  # else it was a second click
            messages.warning(request, _("This cannot be undone any more."))
    else:
        messages.success(request, run_rows([listed_runs().get(pk=run.pk)], at=at)[0].says)
    return redirect(back_to(request, reverse("queues:review")))


@require_safe
@ops_only
def refused_csv(request: HttpRequest, pk: int) -> HttpResponse:
    """The leads that a run left alone, and why."""
    run = get_object_or_404(CleanupRun.objects.defer("wanted"), pk=pk, is_desk=True)
    return csv_response(f"review-desk-left-{run.pk}.csv", refused_header(), refused_rows(run))


def _desk(request: HttpRequest) -> str:
    kept = {name: request.GET[name] for name in FILTERS if request.GET.get(name)}
    return f"{reverse('queues:review')}?{urlencode(kept)}" if kept else reverse("queues:review")
