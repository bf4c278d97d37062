"""The weekly cleanup: the lists, acts on many leads at once, and their undo; for sales ops (D7)."""

from typing import cast
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.contrib.auth.models import User
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from leads.models import Lead
from leads.presenters.csv_response import csv_response
from queues.actions.cleanup.runs import CannotStop, CannotUndoCleanup, start_cleanup, start_undo, stop_run
from queues.forms.cleanup import CleanupForm
from queues.models import CleanupRun
from queues.presenters.cleanup import effect_sentences, tab_labels
from queues.presenters.cleanup_page import FILTERS, file_rows, filters_of, page_context, runs_context
from queues.presenters.runs import done_sentence, run_rows
from queues.queries.cleanup import matching, tallies

ops_only = permission_required("queues.operate_queue", raise_exception=True)
Act = CleanupRun.Act


@require_safe
@ops_only
def cleanup(request: HttpRequest) -> HttpResponse:
    at = timezone.now()
    if request.GET.get("format") == "csv":
        return _csv(request)
    return render(request, "queues/cleanup.html", page_context(request, at=at))


@require_safe
@ops_only
def runs(request: HttpRequest) -> HttpResponse:
    """What was done lately, while something is under way."""
    return render(request, "queues/_cleanup_runs.html", runs_context(at=timezone.now()))


@require_POST
@ops_only
def clean_up(request: HttpRequest) -> HttpResponse:
    """One act on the ticked leads at once, or on all of the list after a look at what it will do."""
    form, at = CleanupForm(request.POST), timezone.now()
    if not form.is_valid():
        messages.error(request, form.first_error())
        return render(request, "queues/cleanup.html", page_context(request, at=at), status=422)
    typed, filters = form.cleaned_data, filters_of(request)
    if typed["all"]:
        total = matching(filters, at=at).count()
        if typed["sure"] != total and not CleanupRun.objects.filter(token=typed["token"]).exists():
            return _ask(request, form, total)
        which: dict = {"filters": filters}
    else:
        which = {"leads": typed["leads"]}
        if typed["act"] != Act.LOOKED and not Lead.objects.filter(pk__in=typed["leads"]).exists():
            raise Http404
    run = start_cleanup(typed["act"], **which, **form.wanted(), by=cast(User, request.user), at=at)
    _tell(request, run)
    return redirect(_back(request))


@require_POST
@ops_only
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    at = timezone.now()
    run = get_object_or_404(CleanupRun.objects.select_related("undo_by"), pk=pk, is_desk=False)
    try:
        run = start_undo(run, by=cast(User, request.user), at=at)
    except CannotUndoCleanup:
        if run.undo_by != request.user:  # else it was a second click
            messages.warning(request, _("This cannot be undone any more. The list below shows what was done."))
    else:
        messages.success(request, run_rows([run], at=at)[0].says)
    return redirect(_back(request))


@require_POST
@ops_only
def stop(request: HttpRequest, pk: int) -> HttpResponse:
    run = get_object_or_404(CleanupRun.objects.select_related("stopped_by"), pk=pk, is_desk=False)
    stop_and_tell(request, run)
    return redirect(_back(request))


def stop_and_tell(request: HttpRequest, run: CleanupRun) -> None:
    """Also for a run of the review desk."""
    try:
        stop_run(run, by=cast(User, request.user), at=timezone.now())
    except CannotStop:
        if run.stopped_by != request.user:  # else it was a second click
            messages.warning(request, _("It has ended already. The list shows what was done."))
    else:
        messages.success(request, _("It stops. What is done can be undone; the other leads are left alone."))


def _ask(request: HttpRequest, form: CleanupForm, total: int) -> HttpResponse:
    """What the act would do with the whole list; again if the list has changed since the person was told."""
    typed, filters, at = form.cleaned_data, filters_of(request), timezone.now()
    held = matching(filters, at=at).filter(stage=Lead.Stage.HELD).count()
    queue = typed["queue"].name if typed["queue"] else ""
    pool = typed["pool"].name if typed["pool"] else ""
    effects = []
    if total:
        effects = effect_sentences(typed["act"], total, held=held, queue_name=queue, pool_name=pool)
    context = {
        "typed": typed,
        "total": total,
        "effects": effects,
        "was": typed["sure"],
        "tab": tab_labels()[filters.tab],
        "back": _back(request),
        "act_label": Act(typed["act"]).label,
    }
    is_new = typed["sure"] is not None
    return render(request, "queues/cleanup_sure.html", context, status=409 if is_new else 200)


def _tell(request: HttpRequest, run: CleanupRun) -> None:
    if run.act == Act.LOOKED:
        messages.success(request, _("Noted: this week's list was looked through."))
        return
    if run.finished_at is None:
        text = _("%(act)s: under way for %(n)s leads. You can leave this page.")
        messages.success(request, text % {"act": run.get_act_display(), "n": run.total})
        return
    has_undo = run.done and run.act != Act.RECALL
    undo_address = reverse("queues:cleanup_undo", args=[run.pk]) if has_undo else ""
    tally = tallies([run])[run.pk]
    level = messages.WARNING if tally.refused else messages.SUCCESS
    messages.add_message(request, level, done_sentence(run, tally), extra_tags=undo_address)


def _back(request: HttpRequest) -> str:
    kept = {name: request.GET[name] for name in FILTERS if request.GET.get(name)}
    return f"{reverse('queues:cleanup')}?{urlencode(kept)}" if kept else reverse("queues:cleanup")


def _csv(request: HttpRequest) -> HttpResponse:
    header = (
        _("Lead"), _("Company"), _("Source"), _("Score"), _("Where"), _("Since"), _("Why it is listed"),
        _("If nobody acts"),
    )  # fmt: skip
    lines = (
        (
            row.lead.pk, row.lead.label, row.lead.source.name, row.lead.score, row.place, row.since_at.isoformat(),
            row.why, row.then,
        )
        for row in file_rows(request, at=timezone.now())
    )  # fmt: skip
    return csv_response(f"cleanup-{filters_of(request).tab}.csv", header, lines)
