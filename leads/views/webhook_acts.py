"""What sales ops do with a webhook: test, try now, send again, switch, another secret, remove (I3)."""

from collections.abc import Callable
from functools import wraps
from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.contrib.auth.models import User
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from config.web.figures import number
from config.web.responses import back_to
from leads.actions.webhooks import endpoints, replaying
from leads.actions.webhooks.endpoints import EndpointIsOff, EndpointIsOn, EndpointIsRemoved
from leads.forms.webhooks import LogForm
from leads.models import ApiKey, Endpoint, WebhookDelivery
from leads.views.webhook import show_webhook

ops_only = permission_required("queues.operate_queue", raise_exception=True)
View = Callable[[HttpRequest, int], HttpResponse]


def removed_is_gone(view: View) -> View:
    """Somebody else removed it between the page and the press."""

    @wraps(view)
    def answer(request: HttpRequest, pk: int) -> HttpResponse:
        try:
            return view(request, pk)
        except EndpointIsRemoved:
            raise Http404 from None

    return answer


@require_POST
@ops_only
@removed_is_gone
def test_webhook(request: HttpRequest, pk: int) -> HttpResponse:
    endpoint = _endpoint(pk)
    try:
        replaying.send_test(endpoint, by=cast(User, request.user), at=timezone.now())
        messages.success(request, _("A test is on its way. Its line in the log says what came back."))
    except EndpointIsOff:
        _say_it_is_off(request)
    return redirect("leads:webhook", pk=pk)


@require_POST
@ops_only
@removed_is_gone
def try_webhook(request: HttpRequest, pk: int) -> HttpResponse:
    """Everything that waits, without waiting for its next try."""
    try:
        n = endpoints.try_now(_endpoint(pk), by=cast(User, request.user), at=timezone.now())
        text = ngettext("%(n)s message is tried now.", "%(n)s messages are tried now.", n)
        messages.success(request, text % {"n": number(n)} if n else _("Nothing waits."))
    except EndpointIsOff:
        _say_it_is_off(request)
    return redirect(back_to(request, reverse("leads:webhook", args=[pk])))


@require_POST
@ops_only
@removed_is_gone
def replay_message(request: HttpRequest, pk: int) -> HttpResponse:
    delivery = get_object_or_404(WebhookDelivery, pk=pk)
    try:
        replaying.replay(delivery, by=cast(User, request.user), at=timezone.now())
        messages.success(request, _("It is sent again, with the same id."))
    except EndpointIsOff:
        _say_it_is_off(request)
    except replaying.NotReplayable:
        messages.error(request, _("It is on its way already, or what was sent is no longer kept."))
    return redirect(back_to(request, reverse("leads:webhook", args=[delivery.endpoint_id])))


@require_POST
@ops_only
@removed_is_gone
def replay_many(request: HttpRequest, pk: int) -> HttpResponse:
    """What the filters of the log show; without days, everything that is kept. Filters that cannot be read are never
    left out here: that would send more than was asked for."""
    endpoint, at, form = _endpoint(pk), timezone.now(), LogForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("The filters could not be read, so nothing was sent. Choose them again."))
        return redirect("leads:webhook", pk=pk)
    try:
        n = replaying.replay_range(endpoint, form.filters(), by=cast(User, request.user), at=at)
        text = ngettext("%(n)s message is sent again.", "%(n)s messages are sent again.", n)
        messages.success(request, text % {"n": number(n)} if n else _("Nothing of this can be sent again."))
    except EndpointIsOff:
        _say_it_is_off(request)
    return redirect("leads:webhook", pk=pk)


@require_POST
@ops_only
@removed_is_gone
def switch_on(request: HttpRequest, pk: int) -> HttpResponse:
    try:
        endpoints.switch_on(_endpoint(pk), by=cast(User, request.user), at=timezone.now())
        messages.success(request, _("It is on. What waits is sent now; what happened while it was off is not."))
    except EndpointIsOn:
        messages.info(request, _("It was on already."))
    return redirect("leads:webhook", pk=pk)


@require_POST
@ops_only
@removed_is_gone
def switch_off(request: HttpRequest, pk: int) -> HttpResponse:
    try:
        endpoints.switch_off(_endpoint(pk), by=cast(User, request.user), at=timezone.now())
        undo = reverse("leads:switch_webhook_on", args=[pk])
        messages.success(request, _("It is off: nothing is sent."), extra_tags=undo)
    except EndpointIsOff:
        messages.info(request, _("It was off already."))
    return redirect("leads:webhook", pk=pk)


@require_POST
@ops_only
@removed_is_gone
@never_cache
def rotate_secret(request: HttpRequest, pk: int) -> HttpResponse:
    """The secret is in this response and nowhere else."""
    endpoint = _endpoint(pk)
    secret = endpoints.rotate_secret(endpoint, by=cast(User, request.user), at=timezone.now())
    return show_webhook(request, _endpoint(pk), secret=secret)


@require_POST
@ops_only
@removed_is_gone
def remove_webhook(request: HttpRequest, pk: int) -> HttpResponse:
    endpoint = _endpoint(pk)
    endpoints.remove_endpoint(endpoint, by=cast(User, request.user), at=timezone.now())
    messages.success(request, _("%(name)s is removed.") % {"name": endpoint.name})
    return redirect("leads:webhooks")


@require_POST
@ops_only
@removed_is_gone
def remove_webhooks_of(request: HttpRequest, pk: int) -> HttpResponse:
    """All that the program with this key made."""
    key = get_object_or_404(ApiKey, pk=pk)
    n = endpoints.remove_hooks_of(key, by=cast(User, request.user), at=timezone.now())
    listed = {"n": number(n), "key": key.name}
    text = ngettext("%(n)s webhook of %(key)s is removed.", "%(n)s webhooks of %(key)s are removed.", n)
    messages.success(request, text % listed if n else _("Nothing was left to remove."))
    return redirect("leads:webhooks")


def _endpoint(pk: int) -> Endpoint:
    return get_object_or_404(Endpoint.objects.kept().select_related("api_key", "made_by"), pk=pk)


def _say_it_is_off(request: HttpRequest) -> None:
    messages.error(
        request,
        _("It is switched off or has ended, or its key may not subscribe any more, so nothing is sent."),
    )
