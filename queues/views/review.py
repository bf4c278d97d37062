"""Doors to the review desk: the list and one lead, its living list, decisions about one or many (A6)."""

from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from django_htmx.http import push_url

from config.web.htmx import page_or_part, wants_part
from config.web.ids import read_id
from config.web.responses import toast
from leads.models import Lead
from leads.presenters.csv_response import csv_response
from queues.actions.review.decisions import (
    Decided,
    QueueIsOff,
    approve,
    ask_again,
    decide_many,
    keep_both,
    nurture,
    reject,
)
from queues.forms.review import APPROVE, ASK, KEEP, NURTURE, REJECT, DecisionForm
from queues.models import ReviewItem
from queues.presenters.review import result_says
from queues.presenters.review_page import FILTERS, filters_of, list_context, page_context, row_chips
from queues.queries.review import all_items, still_open

ops_only = permission_required("queues.operate_queue", raise_exception=True)
LAST_QUEUE = "review_queue"


@ops_only
def review(request: HttpRequest) -> HttpResponse:
    """The desk: the list as filtered in the address, and one lead."""
    context = page_context(request, at=timezone.now())
    return page_or_part(request, "queues/review.html", "queues/_review.html", context)


@ops_only
def review_list(request: HttpRequest) -> HttpResponse:
    """The list alone, as it is now; ticks stay, and what somebody typed on the right is left in peace."""
    context = list_context(request, at=timezone.now())
    return render(request, "queues/_review_fresh.html", context)


@ops_only
def review_csv(request: HttpRequest) -> HttpResponse:
    """The list as filtered, whatever the page; without e-mail and phone, which the list does not show either."""
    at = timezone.now()
    header = (
        _("Lead"),
        _("Company"),
        _("Name"),
        _("Source"),
        _("Type"),
        _("Score"),
        _("Reasons"),
        _("Resembles lead"),
        _("Likeness in percent"),
        _("On the desk since"),
    )
    rows = (_line(item) for item in all_items(filters_of(request), at=at))
    return csv_response("review-desk.csv", header, rows)


def _line(item: ReviewItem) -> tuple:
    lead = item.lead
    return (
        lead.pk,
        lead.label,
        lead.full_name,
        lead.source.name,
        lead.get_lead_type_display(),
        lead.score,
        "; ".join(row_chips(item)),
        lead.resembles_id,
        lead.resembles_percent,
        item.opened_at.isoformat(),
    )


@require_POST
@ops_only
def decide(request: HttpRequest) -> HttpResponse:
    """One act on one lead or on many, at most a page of them; who was too late reads who decided, and when."""
    form = DecisionForm(request.POST)
    if not form.is_valid():
        return desk_answer(request, form.first_error(), status=422, level="error")
    items = list(ReviewItem.objects.filter(pk__in=form.cleaned_data["items"]).select_related("lead").order_by("pk"))
    if not items:
        raise Http404
    act, queue, at = form.cleaned_data["act"], form.cleaned_data["queue"], timezone.now()
    try:
        decided = decide_many(items, by=request.user, at=at, **_act(form.cleaned_data))
    except QueueIsOff:
        return desk_answer(request, _("This queue is switched off. Choose another."), status=422, level="error")
    if act == APPROVE:
        request.session[LAST_QUEUE] = queue.pk
    says = result_says(decided, act=act, queue=queue)
    undo = reverse("queues:review_undo", args=[items[0].pk]) if _can_undo(items, decided, act) else ""
    level = "warning" if decided.late or decided.alone else "success"
    return desk_answer(request, says, status=409 if not decided.done else 200, level=level, undo=undo)


def _can_undo(items: list[ReviewItem], decided: Decided, act: str) -> bool:
    """One lead that nobody took at once."""
    if not len(items) == len(decided.done) == 1 or act == ASK:
        return False
    return not Lead.objects.filter(pk=items[0].lead_id, stage=Lead.Stage.HELD).exists()


def desk_answer(
    request: HttpRequest, says: str, *, status: int = 200, level: str = "success", undo: str = "", **more
) -> HttpResponse:
    """The desk as it is after an act, with one message: the same lead while it is open, else the next."""
    kept = {name: request.GET[name] for name in FILTERS if request.GET.get(name)}
    pk = still_open([read_id(request.GET.get(name, "")) for name in ("item", "next")])
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
    """The action with what it needs beside who and when."""
    return {
        APPROVE: {"act": approve, "queue": typed["queue"]},
        KEEP: {"act": keep_both},
        NURTURE: {"act": nurture},
        REJECT: {"act": reject, "reason": typed["why"]},
        ASK: {"act": ask_again},
    }[typed["act"]]
