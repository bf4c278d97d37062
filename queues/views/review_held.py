"""What public forms hold as spam: the list, and what people at the review desk say of it (A1c, A6)."""

from collections.abc import Callable
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

from config.web.htmx import page_or_part
from leads.actions.web_forms import NotHeldAsSpam, mark_not_spam, mark_spam, undo_spam
from leads.models import Capture
from leads.presenters.csv_response import csv_response
from queues.forms.review import HeldAct, HeldForm
from queues.presenters.review_held import file_header, file_rows, held_context, spam_message, taken_in_message

ops_only = permission_required("queues.operate_queue", raise_exception=True)
FILTERS = ("form", "show", "page")


@require_safe
@ops_only
def held(request: HttpRequest) -> HttpResponse:
    if request.GET.get("format") == "csv":
        return csv_response("held-as-spam.csv", file_header(), file_rows(request))
    context = held_context(request, at=timezone.now())
    return page_or_part(request, "queues/review_held.html", "queues/_review_held.html", context)


@require_POST
@ops_only
def judge(request: HttpRequest) -> HttpResponse:
    """Take in, or say that it is spam: one, or the ticked ones."""
    form = HeldForm(request.POST)
    if not form.is_valid():
        messages.error(request, form.first_error())
        return render(request, "queues/review_held.html", held_context(request, at=timezone.now()), status=422)
    rows = list(Capture.objects.filter(pk__in=form.cleaned_data["held"], web_form__isnull=False).order_by("pk"))
    if not rows:
        raise Http404
    is_taking = form.cleaned_data["act"] == HeldAct.TAKE_IN
    done, refused = _each(request, rows, mark_not_spam if is_taking else mark_spam)
    says = taken_in_message(done, refused) if is_taking else spam_message(len(done), refused)
    undo_address = reverse("queues:review_held_undo", args=[done[0].pk]) if not is_taking and len(done) == 1 else ""
    level = messages.WARNING if refused else messages.SUCCESS
    messages.add_message(request, level, says, extra_tags=undo_address)
    return redirect(_back(request))


def _each(
    request: HttpRequest, rows: list[Capture], act: Callable[..., Capture]
) -> tuple[list[Capture], list[NotHeldAsSpam]]:
    """Each in a transaction of its own: what somebody else took in before does not stop the others."""
    done, refused, at = [], [], timezone.now()
    for row in rows:
        try:
            done.append(act(row, by=cast(User, request.user), at=at))
        except NotHeldAsSpam as late:
            refused.append(late)
    return done, refused


@require_POST
@ops_only
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    """It was said to be spam: it waits for a look again."""
    row = get_object_or_404(Capture, pk=pk, web_form__isnull=False)
    try:
        undo_spam(row)
    except NotHeldAsSpam:
        messages.warning(request, _("It is held no longer."))
    else:
        messages.success(request, _("It waits for a look again."))
    return redirect(_back(request))


def _back(request: HttpRequest) -> str:
    kept = {name: request.GET[name] for name in FILTERS if request.GET.get(name)}
    return f"{reverse('queues:review_held')}?{urlencode(kept)}" if kept else reverse("queues:review_held")
