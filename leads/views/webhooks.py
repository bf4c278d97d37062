"""Webhooks: the list, adding one, changing one (I3)."""

from collections.abc import Callable
from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from config.web.htmx import page_or_part
from config.worker.heartbeat import OUTBOX, WORKER, heartbeat_ages, heartbeat_state
from leads.actions.webhooks.addresses import AddressRefused
from leads.actions.webhooks.endpoints import EndpointIsRemoved, HeaderRefused, change_endpoint, make_endpoint
from leads.forms.webhooks import WebhookForm
from leads.models import Endpoint
from leads.presenters.webhooks import endpoint_words
from leads.queries.webhook_log import kept_endpoints, standings, stopped_keys
from leads.views.webhook import show_webhook

MOST_SHOWN = 200
LEVELS = ("bad", "warn", "ok", "off")
ops_only = permission_required("queues.operate_queue", raise_exception=True)
secret_fields = sensitive_post_parameters("address", "header_secret")


@require_safe
@ops_only
def webhooks(request: HttpRequest) -> HttpResponse:
    """All that are kept, those that need somebody first; a part of Connections, and a page of its own."""
    at = timezone.now()
    found = list(kept_endpoints()[: MOST_SHOWN + 1])
    is_cut, found = len(found) > MOST_SHOWN, found[:MOST_SHOWN]
    today = timezone.localtime(at).replace(hour=0, minute=0, second=0, microsecond=0)
    rows = [endpoint_words(row, at=at) for row in standings(found, today=today)]
    rows.sort(key=lambda row: LEVELS.index(row.level))
    silences = {name: heartbeat_state(age) for name, age in heartbeat_ages(at, WORKER, OUTBOX).items()}
    context = {
        "rows": rows,
        "silences": silences,
        "is_cut": is_cut,
        "most": MOST_SHOWN,
        "stopped_keys": stopped_keys(),
        "at": at,
    }
    return page_or_part(request, "leads/webhook_list.html", "leads/_webhooks.html", context)


@secret_fields
@require_http_methods(["GET", "HEAD", "POST"])
@ops_only
def add_webhook(request: HttpRequest) -> HttpResponse:
    """The page of the new one shows its secret, this once."""
    form = WebhookForm(request.POST or None, initial={"events": []})
    if request.method == "POST" and form.is_valid():
        made = _try(
            form,
            lambda found: make_endpoint(
                found["name"],
                found["address"],
                events=found["events"],
                may_see_person=found["may_see_person"],
                header=found["header"] if found["header"] and found["header"][0] else None,
                by=cast(User, request.user),
                at=timezone.now(),
            ),
        )
        if made is not None:
            endpoint, secret = cast(tuple[Endpoint, str], made)
            return show_webhook(request, endpoint, secret=secret)
    return _form_page(request, form)


@secret_fields
@require_http_methods(["GET", "HEAD", "POST"])
@ops_only
def change_webhook(request: HttpRequest, pk: int) -> HttpResponse:
    endpoint = get_object_or_404(Endpoint.objects.kept().select_related("api_key"), pk=pk)
    form = WebhookForm(request.POST or None, endpoint=endpoint)
    if request.method == "POST" and form.is_valid():
        changed = _try(
            form,
            lambda found: change_endpoint(
                endpoint,
                name=found["name"],
                address=found["address"],
                events=found["events"],
                may_see_person=found["may_see_person"],
                header=found["header"],
                expires_at=endpoint.expires_at,
                by=cast(User, request.user),
                at=timezone.now(),
            ),
        )
        if changed is not None:
            messages.success(request, _("The webhook is changed. What waits goes to its new address."))
            return redirect("leads:webhook", pk=pk)
    return _form_page(request, form, endpoint)


def _try(form: WebhookForm, act: Callable[[dict], object]) -> object | None:
    """None if it was refused, which stands on the form then."""
    try:
        return act(form.cleaned_data)
    except AddressRefused as refused:
        form.refuse_address(refused.code)
    except HeaderRefused:
        form.add_error("header_name", _("This header cannot be used. Take another name."))
    except EndpointIsRemoved:
        form.add_error(None, _("Somebody removed this webhook in the meantime."))
    return None


def _form_page(request: HttpRequest, form: WebhookForm, endpoint: Endpoint | None = None) -> HttpResponse:
    context = {"form": form, "endpoint": endpoint}
    return render(request, "leads/webhook_form.html", context, status=422 if form.errors else 200)
