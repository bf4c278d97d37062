"""One webhook: how it stands, its log, one message (I3)."""

import json
from datetime import datetime, timedelta

from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from config.web.figures import number
from config.web.htmx import page_or_part
from config.web.people import display_name
from leads.actions.webhooks.replaying import MOST_AT_ONCE, ONE_PRESS
from leads.forms.webhooks import LogForm
from leads.models import Endpoint, WebhookDelivery
from leads.presenters.csv_response import csv_response
from leads.presenters.webhooks import LEVEL_OF_STATE, asked_text, endpoint_words, event_names, outcome_text
from leads.queries.webhook_log import ENDED, PAGE, Filters, deliveries, replayable, standings

MAX_CSV = 10_000
State = WebhookDelivery.State
STOPPED = (State.FAILED, State.CANCELLED)
SOON = timedelta(seconds=30)
ops_only = permission_required("queues.operate_queue", raise_exception=True)


@require_safe
@ops_only
def webhook(request: HttpRequest, pk: int) -> HttpResponse:
    """Its log is filtered by state, event and days; as CSV with the same filters."""
    endpoint = get_object_or_404(Endpoint.objects.select_related("api_key", "made_by"), pk=pk)
    if request.GET.get("format") == "csv":
        return _csv(endpoint, LogForm(request.GET).filters())
    return show_webhook(request, endpoint)


def show_webhook(request: HttpRequest, endpoint: Endpoint, *, secret: str = "") -> HttpResponse:
    """`secret` is in this response and nowhere else: not in a session, message or log."""
    at, names, form = timezone.now(), event_names(), LogForm(request.GET)
    filters = form.filters()
    today = timezone.localtime(at).replace(hour=0, minute=0, second=0, microsecond=0)
    found = list(deliveries(endpoint, filters)[: PAGE + 1])
    shown = found[:PAGE]
    is_wanted = filters.state in STOPPED or bool(filters.since or filters.until)
    n = _replayable(endpoint, filters, at=at) if is_wanted and endpoint.is_used(at) else 0
    context = {
        "endpoint": endpoint,
        "row": endpoint_words(standings([endpoint], today=today)[0], at=at),
        "secret": secret,
        "deliveries": [
            (
                each,
                outcome_text(each),
                names.get(each.event, each.event),
                LEVEL_OF_STATE[each.state],
                asked_text(each, at=at),
            )
            for each in shown
        ],
        "older": shown[-1].pk if len(found) > PAGE else None,
        "filters": filters,
        "since": request.GET.get("since", "") if filters.since else "",
        "until": request.GET.get("until", "") if filters.until else "",
        "states": State.choices,
        "events": list(names.items()),
        "is_filtered": filters != Filters(before=filters.before),
        "may_replay": bool(n),
        "stopped": STOPPED,
        "is_moving": endpoint.is_used(at) and any(_is_moving(each, at=at) for each in shown),
        "replay_says": _replay_words(n),
        "at": at,
    }
    response = page_or_part(request, "leads/webhook_detail.html", "leads/_webhook_log.html", context)
    if secret:
        add_never_cache_headers(response)
    return response


def _is_moving(delivery: WebhookDelivery, *, at: datetime) -> bool:
    """Something comes of it in a moment."""
    return delivery.state == State.SENDING or (delivery.next_at is not None and delivery.next_at < at + SOON)


def _replayable(endpoint: Endpoint, filters: Filters, *, at: datetime) -> int:
    return replayable(endpoint, filters, asked_until=at - ONE_PRESS)[:MOST_AT_ONCE].count()


def _replay_words(n: int) -> str:
    if n == MOST_AT_ONCE:
        return _("The oldest %(n)s of these messages are sent again, with the same ids.") % {"n": number(n)}
    text = ngettext(
        "%(n)s message is sent again, with the same id.",
        "%(n)s messages are sent again, the oldest first, with the same ids.",
        n,
    )
    return text % {"n": number(n)}


@require_safe
@ops_only
def message(request: HttpRequest, pk: int) -> HttpResponse:
    """What was sent, and what came back."""
    delivery = get_object_or_404(WebhookDelivery.objects.select_related("endpoint__api_key", "lead", "asked_by"), pk=pk)
    at = timezone.now()
    may_replay = delivery.state in ENDED and bool(delivery.body) and not delivery.is_test
    context = {
        "delivery": delivery,
        "event": event_names().get(delivery.event, delivery.event),
        "outcome": outcome_text(delivery),
        "asked": asked_text(delivery, at=at),
        "level": LEVEL_OF_STATE[delivery.state],
        "body": json.dumps(json.loads(delivery.body), indent=2, ensure_ascii=False) if delivery.body else "",
        "is_used": delivery.endpoint.is_used(at),
        "may_replay": may_replay and delivery.endpoint.is_used(at),
        "at": at,
    }
    return render(request, "leads/webhook_message.html", context)


def _csv(endpoint: Endpoint, filters: Filters) -> HttpResponse:
    header = [
        _("Happened"),
        _("Event"),
        _("Lead"),
        _("State"),
        _("Tries"),
        _("Last tried"),
        _("Status"),
        _("Milliseconds"),
        _("Problem"),
        _("Message id"),
        _("By hand"),
        _("By"),
        _("By hand at"),
    ]
    rows = (
        [
            each.acted_at.isoformat(),
            each.event,
            each.lead_id,
            each.get_state_display(),
            each.attempts,
            each.last_at.isoformat() if each.last_at else None,
            each.last_status,
            each.last_ms,
            each.last_problem,
            each.webhook_id,
            each.get_asked_how_display(),
            display_name(each.asked_by) if each.asked_by else "",
            each.asked_at.isoformat() if each.asked_at else None,
        ]
        for each in deliveries(endpoint, filters)[:MAX_CSV]
    )
    return csv_response(f"webhook-{endpoint.pk}.csv", header, rows)
