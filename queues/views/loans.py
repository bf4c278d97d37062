"""Lend reps to a queue until a date, and ask them back: for managers of the queue and sales ops (D8)."""

from datetime import date, timedelta
from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from queues.actions.entries.placement import QueueIsOff
from queues.actions.loans import (
    CannotBeLent,
    EndsTooEarly,
    LastsTooLong,
    LoanIsOver,
    NobodyTakes,
    ask_back,
    lend_reps,
    undo_loans,
)
from queues.forms.loans import LendForm
from queues.models import Loan, Queue
from queues.presenters.loans import asked_back_message, lent_message, refusal_text
from queues.queries.loans import lendable_reps, loans_in_reach, running_loans
from routing.queries.rotation.overview import visible_rotations

RIGHTS = ("queues.watch_queue", "queues.operate_queue")
FRIDAY = 4


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def lend(request: HttpRequest, slug: str) -> HttpResponse:
    """Who could help out, the free and least loaded first; several at once."""
    user, at = _manager(request), timezone.now()
    queue = get_object_or_404(Queue.objects.managed_by(user).select_related("rotation", "team").distinct(), slug=slug)
    if request.method != "POST":
        return _form(request, queue, LendForm(initial={"until": _coming_friday(timezone.localdate(at))}))
    form = LendForm(request.POST)
    if not form.is_valid():
        return _form(request, queue, form, status=422)
    try:
        loans = lend_reps(queue, list(form.cleaned_data["reps"]), until=form.cleaned_data["until"], by=user, at=at)
    except CannotBeLent as refused:
        form.add_error("reps", refusal_text(queue, refused))
    except (EndsTooEarly, LastsTooLong):
        form.add_error("until", _("Choose today or a later date, within a year."))
    except (NobodyTakes, QueueIsOff):
        form.add_error(None, _("The queue has changed. Nobody was lent."))
        queue.refresh_from_db()
    else:
        undo_url = reverse("queues:loan_undo", args=[loans[0].pk])
        messages.success(request, lent_message(queue, loans), extra_tags=undo_url)
        return redirect("dashboards:queue", slug=queue.slug)
    return _form(request, queue, form, status=409)


@require_POST
@login_required
def ask_back_rep(request: HttpRequest, pk: int) -> HttpResponse:
    user = _manager(request)
    loan = get_object_or_404(loans_in_reach(user), pk=pk)
    try:
        messages.success(request, asked_back_message([ask_back(loan, by=user, at=timezone.now())]))
    except LoanIsOver:
        _say_over(request, loan)
    return redirect(_back(request, loan))


@require_POST
@login_required
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Of the toast after lending: all who were lent together."""
    user = _manager(request)
    loan = get_object_or_404(loans_in_reach(user).filter(queue__in=Queue.objects.managed_by(user)), pk=pk)
    try:
        messages.success(request, asked_back_message(undo_loans(loan, by=user, at=timezone.now())))
    except LoanIsOver:
        _say_over(request, loan)
    return redirect(_back(request, loan))


def _manager(request: HttpRequest) -> User:
    user = cast(User, request.user)
    if not any(user.has_perm(right) for right in RIGHTS):
        raise PermissionDenied
    return user


def _say_over(request: HttpRequest, loan: Loan) -> None:
    words = {"name": loan.rep, "queue": loan.queue.name}
    messages.info(request, _("%(name)s is no longer lent to %(queue)s.") % words)


def _back(request: HttpRequest, loan: Loan) -> str:
    """Where the person came from: the queue, or the page of the rep's own team."""
    back = request.POST.get("back", "")
    if back.startswith("/") and url_has_allowed_host_and_scheme(back, allowed_hosts=None):
        return back
    return reverse("dashboards:queue", args=[loan.queue.slug])


def _form(request: HttpRequest, queue: Queue, form: LendForm, *, status: int = 200) -> HttpResponse:
    at, user = timezone.now(), cast(User, request.user)
    is_push = queue.dispatch == Queue.Dispatch.PUSH
    rotation = visible_rotations(user).filter(queues=queue).first() if is_push else None
    context = {
        "at": at,
        "queue": queue,
        "form": form,
        "is_push": is_push,
        "is_everyones": queue.team_id is None and not queue.region,
        "rotation": rotation,
        "people": [] if is_push or not queue.is_active else lendable_reps(queue, at=at),
        "chosen": {str(pk) for pk in form["reps"].value() or ()},
        "loans": running_loans([queue], at=at),
    }
    return render(request, "queues/lend.html", context, status=status)


def _coming_friday(today: date) -> date:
    return today + timedelta(days=(FRIDAY - today.weekday()) % 7)
