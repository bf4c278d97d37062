"""Doors to the review desk: the list and one lead, its living list, decisions about one or many (A6)."""

from datetime import datetime
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST
from django_htmx.http import push_url

from config.answers import toast
from config.htmx import page_or_part, wants_part
from queues.actions.reviewing import QueueIsOff, approve, decide_many, nurture, reject
from queues.models import Queue, ReviewItem
from queues.queries_review import still_open
from queues.review_forms import APPROVE, NURTURE, REJECT, DecisionForm
from queues.review_page import FILTERS, list_context, number_in, page_context
from queues.wording import decided_words

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


@require_POST
@ops_only
def decide(request: HttpRequest) -> HttpResponse:
    """One act on one lead or on many; who was too late reads who decided, and when."""
    form = DecisionForm(request.POST)
    if not form.is_valid():
        return desk_answer(request, form.first_error(), status=422, level="error")
    items = list(ReviewItem.objects.filter(pk__in=form.cleaned_data["items"]).select_related("lead").order_by("pk"))
    if not items:
        raise Http404
    at = timezone.now()
    try:
        done, late = _act(items, form.cleaned_data, by=request.user, at=at)
    except QueueIsOff:
        return desk_answer(request, _("This queue is switched off. Choose another."), status=422, level="error")
    if form.cleaned_data["act"] == APPROVE:
        request.session[LAST_QUEUE] = form.cleaned_data["queue"].pk
    says = _result(items, done, late, form.cleaned_data)
    undo = reverse("queues:review_undo", args=[items[0].pk]) if _can_undo(items, done, form.cleaned_data) else ""
    return desk_answer(
        request, says, status=409 if not done else 200, level="warning" if late else "success", undo=undo
    )


def _can_undo(items: list[ReviewItem], done: int, typed: dict) -> bool:
    """One lead that was put aside; in a queue somebody may have taken it already."""
    return len(items) == done == 1 and typed["act"] != APPROVE


def desk_answer(
    request: HttpRequest, says: str, *, status: int = 200, level: str = "success", undo: str = "", **more
) -> HttpResponse:
    """The desk as it is after an act, with one message: the same lead while it is open, else the next."""
    kept = {name: request.GET[name] for name in FILTERS if request.GET.get(name)}
    pk = still_open([number_in(request.GET.get(name, "")) for name in ("item", "next")])
    address = f"{reverse('queues:review')}?{urlencode(kept | ({'item': pk} if pk else {}))}"
    if not wants_part(request):
        messages.add_message(request, getattr(messages, level.upper()), says, extra_tags=undo)
        if status != 422:
            return redirect(address)
    context = page_context(request, at=timezone.now(), pk=pk) | more
    response = page_or_part(request, "queues/review.html", "queues/_review.html", context)
    response.status_code = status
    return push_url(toast(response, says, level, undo), address) if wants_part(request) else response


def _act(items: list[ReviewItem], typed: dict, *, by, at: datetime) -> tuple[int, list[ReviewItem]]:
    act, details = {
        APPROVE: (approve, {"queue": typed["queue"]}),
        NURTURE: (nurture, {}),
        REJECT: (reject, {"reason": typed["why"]}),
    }[typed["act"]]
    return decide_many(items, act=act, by=by, at=at, **details)


def _result(items: list[ReviewItem], done: int, late: list[ReviewItem], typed: dict) -> str:
    """One message for all: what was done, and what somebody else had done before."""
    too_late = {item.pk for item in late}
    first = next((item for item in items if item.pk not in too_late), None)
    told = [_done(first, done, typed["act"], typed["queue"])] if first else []
    if len(late) == 1 or (late and not done):
        told.append(decided_words(late[0]))
    if len(late) > 1:
        more = len(late) if done else len(late) - 1
        text = ngettext("%(n)s more was decided already.", "%(n)s more were decided already.", more)
        told.append(text % {"n": more})
    return " ".join(told)


def _done(first: ReviewItem, count: int, act: str, queue: Queue | None) -> str:
    words = {"n": count, "lead": first.lead.label, "queue": queue.name if queue else ""}
    if act == APPROVE:
        one, many = _("%(lead)s goes into %(queue)s."), _("%(n)s leads go into %(queue)s.")
    elif act == NURTURE:
        one, many = _("%(lead)s goes to nurture."), _("%(n)s leads go to nurture.")
    else:
        one, many = _("%(lead)s is rejected."), _("%(n)s leads are rejected.")
    return (one if count == 1 else many) % words
