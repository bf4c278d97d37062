"""Browser push: the service worker, and the devices of the person who is signed in (I1)."""

from pathlib import Path
from typing import cast

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required, login_required
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

from config.web.devices import device_name
from routing.actions.words.asking import answer_push_question, set_sound
from routing.actions.words.push import PushRefused, add_device, remove_device
from routing.models import PushDevice
from routing.presenters.deliveries import refused_text
from routing.presenters.devices import device_text

WORKER = Path(settings.BASE_DIR) / "static/js/push_worker.js"


@login_not_required
@require_safe
@cache_control(no_cache=True)
def push_worker(request: HttpRequest) -> HttpResponse:
    """At the root, because a service worker sees only what lies under its own address."""
    return HttpResponse(WORKER.read_bytes(), content_type="text/javascript; charset=utf-8")


@sensitive_post_parameters("subscription")
@require_POST
@login_required
def new_device(request: HttpRequest) -> HttpResponse:
    user, given = cast(User, request.user), request.POST.get("subscription", "")
    try:
        device = add_device(user, subscription=given, label=_label(request), at=timezone.now())
    except PushRefused as refused:
        messages.error(request, refused_text(refused.code))
    else:
        answer_push_question(user, wants_sound=_is_asked(request), at=timezone.now())
        messages.success(request, _on_text(request) % {"device": device.label})
    return redirect("dashboards:desk" if _is_asked(request) else "routing:profile")


def _is_asked(request: HttpRequest) -> bool:
    """On the desk, where the one question is for push and sound together."""
    return request.POST.get("asked") == "desk"


def _on_text(request: HttpRequest) -> str:
    if _is_asked(request):
        return _("Push is on for %(device)s, and the sound too. Your profile has the switches.")
    return _("Push is on for %(device)s. Choose what comes there, and send yourself a test.")


@require_POST
@login_required
def put_question_away(request: HttpRequest) -> HttpResponse:
    answer_push_question(cast(User, request.user), wants_sound=False, at=timezone.now())
    messages.info(request, _("You are not asked again. Your profile has the switches."))
    return redirect("dashboards:desk")


@require_POST
@login_required
def sound(request: HttpRequest) -> HttpResponse:
    is_on = request.POST.get("sound") == "on"
    set_sound(cast(User, request.user), is_on=is_on)
    messages.success(request, _("Open pages make a sound now.") if is_on else _("Pages are silent now."))
    return redirect("routing:profile")


@require_POST
@login_required
def drop_device(request: HttpRequest, pk: int) -> HttpResponse:
    device = get_object_or_404(PushDevice, pk=pk, user=cast(User, request.user))
    remove_device(device)
    messages.success(request, _("Nothing is pushed to %(device)s any more.") % {"device": device.label})
    return redirect("routing:profile")


def _label(request: HttpRequest) -> str:
    return device_text(*device_name(request.headers.get("User-Agent", "")[:400]))
