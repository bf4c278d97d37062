"""The review desk: the list and one lead, the live list, decisions about one or many leads (A6)."""

from typing import cast
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.contrib.auth.models import User
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from django_htmx.http import HttpResponseClientRedirect, push_url

from config.web.htmx import page_or_part, wants_part
from config.web.ids import read_id
from config.web.responses import toast
from leads.models import Lead
from leads.presenters.lists import Table
from leads.views.lists import shows_list
from queues.actions.cleanup.runs import start_on_desk
from queues.actions.review.decisions import (
    BulkDecision,
    QueueIsOff,
    approve,
    decide_many,
    keep_both,
    nurture,
    reapply_rules,
    reject,
)
from queues.forms.review import DecisionForm, DeskAct
from queues.models import ReviewItem
from queues.presenters.review import decided_by, decision_message, missing_sentences
from queues.presenters.review_list import REVIEW, filters_of
from queues.presenters.review_page import FILTERS, list_context, page_context
from queues.queries.review import all_items, first_open

ops_only = permission_required("queues.operate_queue", raise_exception=True)
LAST_QUEUE = "review_queue"


@ops_only
@shows_list(REVIEW)
def review(request: HttpRequest, table: Table) -> HttpResponse:
    """The desk: the filtered list, and one lead."""
    context = page_context(request, at=timezone.now(), table=table)
    return page_or_part(request, "queues/review.html", "queues/_review.html", context)


@ops_only
def review_list(request: HttpRequest) -> HttpResponse:
    """The list alone, as it is now. Selected boxes stay, and text typed on the right is not touched."""
    context = list_context(request, at=timezone.now())
    return render(request, "queues/_review_fresh.html", context)


@ops_only
def review_csv(request: HttpRequest) -> HttpResponse:
    """The whole filtered list; without e-mail and phone, which the list does not show either."""
    table = Table(request, REVIEW)
    return table.csv("review-desk.csv", all_items(filters_of(table), at=timezone.now()))


@require_POST
@ops_only
def decide(request: HttpRequest) -> HttpResponse:
    """One act on one or many leads. If somebody was faster, the message says who and when. For all that match, the
    page that says what will happen comes first."""
    form = DecisionForm(request.POST)
    if not form.is_valid():
        return desk_response(request, form.first_error(), status=422, level="error")
    if form.cleaned_data["all"]:
        return _to_preview(request, form)
    items = list(ReviewItem.objects.filter(pk__in=form.cleaned_data["items"]).select_related("lead").order_by("pk"))
    if not items:
        raise Http404
    try:
        decided, undo = _decide(request, items, form)
    except QueueIsOff:
        return desk_response(request, _("This queue is switched off. Choose another."), status=422, level="error")
    act, queue = form.cleaned_data["act"], form.cleaned_data["queue"]
    if act == DeskAct.APPROVE:
        request.session[LAST_QUEUE] = queue.pk
    missing = len(form.cleaned_data["items"]) - len(items)
    says = " ".join([decision_message(decided, act=act, queue=queue), *missing_sentences(missing)])
    level = "success" if len(decided.done) == len(form.cleaned_data["items"]) else "warning"
    return desk_response(request, says, status=409 if not decided.done else 200, level=level, undo=undo)


def _decide(request: HttpRequest, items: list[ReviewItem], form: DecisionForm) -> tuple[BulkDecision, str]:
    """What became of them, and where it can be undone; of many in one run, which is undone as a whole."""
    by, at = cast(User, request.user), timezone.now()
    if len(items) == 1:
        decided = decide_many(items, by=by, at=at, **_act(form.cleaned_data))
        can_undo = _can_undo(items, decided, form.cleaned_data["act"])
        return decided, reverse("queues:review_undo", args=[items[0].pk]) if can_undo else ""
    run = start_on_desk(**form.wanted(), items=[item.pk for item in items], over_limit=True, by=by, at=at)
    return decided_by(run), reverse("queues:review_run_undo", args=[run.pk]) if run.done else ""


def _to_preview(request: HttpRequest, form: DecisionForm) -> HttpResponse:
    wanted = form.wanted()
    typed = {"act": form.cleaned_data["act"], "queue": wanted["queue"] and wanted["queue"].pk, "why": wanted["reason"]}
    kept = {name: request.GET[name] for name in FILTERS if request.GET.get(name)}
    query = urlencode(kept | {name: value for name, value in typed.items() if value})
    address = f"{reverse('queues:review_many')}?{query}"
    return HttpResponseClientRedirect(address) if wants_part(request) else redirect(address)


def _can_undo(items: list[ReviewItem], decided: BulkDecision, act: str) -> bool:
    """Whether this was one lead, and nobody took it immediately."""
    if not len(items) == len(decided.done) == 1 or act == DeskAct.ASK:
        return False
    return not Lead.objects.filter(pk=items[0].lead_id, stage=Lead.Stage.HELD).exists()


def desk_response(
    request: HttpRequest, says: str, *, status: int = 200, level: str = "success", undo: str = "", **more
) -> HttpResponse:
    """The desk after an act, with one message: the same lead while it is open, else the next."""
    kept = {name: request.GET[name] for name in FILTERS if request.GET.get(name)}
    pk = first_open([read_id(request.GET.get(name, "")) for name in ("item", "next")])
    address = f"{reverse('queues:review')}?{urlencode(kept | ({'item': pk} if pk else {}))}"
    if not wants_part(request):
        messages.add_message(request, getattr(messages, level.upper()), says, extra_tags=undo)
        if status != 422:
            return redirect(address)
    context = page_context(request, at=timezone.now(), pk=pk) | more
    response = page_or_part(request, "queues/review.html", "queues/_review.html", context)
    response.status_code = status
    return push_url(toast(response, says, level, undo), address) if wants_part(request) else response


def _act(typed: dict) -> dict[str, object]:
    """The action with its arguments except `by` and `at`."""
    return {
        DeskAct.APPROVE: {"act": approve, "queue": typed["queue"]},
        DeskAct.KEEP: {"act": keep_both},
        DeskAct.NURTURE: {"act": nurture},
        DeskAct.REJECT: {"act": reject, "reason": typed["why"]},
        DeskAct.ASK: {"act": reapply_rules},
    }[typed["act"]]
