"""The log of deliveries, and sending one again; for sales ops (I1)."""

from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from config.web.ids import read_id
from config.web.people import display_name
from config.web.responses import back_to
from leads.presenters.csv_response import csv_response
from routing.actions.words.choices import change_word_settings
from routing.actions.words.leasing import send_again as send_delivery_again
from routing.forms.choices import KeepForm
from routing.models import Delivery, Notification
from routing.presenters.deliveries import channel_text, outage_warnings, problem_text
from routing.queries.deliveries import PAGE, Filters, deliveries
from routing.queries.words import word_settings

MAX_CSV = 10_000
MAX_TYPED = 80
STOPPED = (Delivery.State.FAILED, Delivery.State.UNSURE)


@require_safe
@permission_required("routing.view_delivery", raise_exception=True)
def delivery_log(request: HttpRequest) -> HttpResponse:
    """Newest first, filtered by state, kind and person; as CSV with the same filters."""
    filters = _filters(request)
    if request.GET.get("format") == "csv":
        return _csv(filters)
    rows = list(deliveries(filters)[: PAGE + 1])
    shown = rows[:PAGE]
    context = {
        "rows": [(row, *_texts(row), row.state in STOPPED) for row in shown],
        "older": shown[-1].pk if len(rows) > PAGE else None,
        "filters": filters,
        "is_filtered": bool(filters.state or filters.kind or filters.person),
        "states": [("", _("All"), None), *((value, text, None) for value, text in Delivery.State.choices)],
        "kinds": Notification.Kind.choices,
        "settings": word_settings(),
        "warnings": outage_warnings(),
        "keep_form": KeepForm(initial={"keep_days": word_settings().keep_days}),
        "may_send": request.user.has_perm("queues.operate_queue"),
        "at": timezone.now(),
    }
    return render(request, "routing/deliveries.html", context)


@require_POST
@permission_required(("routing.view_delivery", "queues.operate_queue"), raise_exception=True)
def send_again(request: HttpRequest, pk: int) -> HttpResponse:
    """One that failed, or of which nobody knows whether it was sent."""
    if send_delivery_again(get_object_or_404(Delivery, pk=pk), at=timezone.now()):
        messages.success(request, _("It is sent again within a minute."))
    else:
        messages.error(request, _("It was sent, or is on its way: there is nothing to send again."))
    return redirect(back_to(request, reverse("routing:deliveries")))


@require_POST
@permission_required(("routing.view_delivery", "queues.operate_queue"), raise_exception=True)
def names_in_chat(request: HttpRequest) -> HttpResponse:
    """Whether messages in chats may name companies."""
    is_allowed = request.POST.get("names") == "on"
    change_word_settings(by=cast(User, request.user), names_in_chat=is_allowed)
    text = _("Messages in chats name companies from now on.") if is_allowed else _("Messages in chats name nobody.")
    messages.success(request, text)
    return redirect("routing:deliveries")


@require_POST
@permission_required(("routing.view_delivery", "queues.operate_queue"), raise_exception=True)
def keep_days(request: HttpRequest) -> HttpResponse:
    """How long the log is kept."""
    form = KeepForm(request.POST)
    if form.is_valid():
        days = form.cleaned_data["keep_days"]
        change_word_settings(by=cast(User, request.user), keep_days=days)
        messages.success(request, _("Deliveries are kept for %(n)s days.") % {"n": days})
    else:
        messages.error(request, str(form.errors["keep_days"][0]))
    return redirect("routing:deliveries")


def _filters(request: HttpRequest) -> Filters:
    state, kind, person = (request.GET.get(name, "").strip()[:MAX_TYPED] for name in ("state", "kind", "person"))
    return Filters(
        state if state in Delivery.State.values else "",
        kind if kind in Notification.Kind.values else "",
        person,
        read_id(request.GET.get("before", "")),
    )


def _texts(row: Delivery) -> tuple[str, str, str, str]:
    """Who, what, where, and what went wrong. Never the address: it is the person's own."""
    kind, channel = str(row.notification.get_kind_display()), channel_text(row.channel.kind, row.channel.label)
    return display_name(row.channel.user), kind, channel, problem_text(row.problem)


def _csv(filters: Filters) -> HttpResponse:
    header = (
        _("Written"), _("Person"), _("Message"), _("Channel"), _("State"), _("Tries"),
        _("Next try"), _("Sent"), _("Problem"),
    )  # fmt: skip
    lines = []
    for row in deliveries(filters)[:MAX_CSV]:
        person, kind, channel, problem = _texts(row)
        moments = [each.isoformat() if each else None for each in (row.made_at, row.next_at, row.sent_at)]
        lines.append(
            (moments[0], person, kind, channel, row.get_state_display(), row.attempts, moments[1], moments[2], problem)
        )
    return csv_response("deliveries.csv", header, lines)
