"""Which messages reach a person where, and when: the acts of the profile (I1)."""

from collections.abc import Callable
from functools import partial

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from config.web.htmx import wants_part
from config.web.responses import toast
from routing.actions.words.channels import (
    ChannelRefused,
    add_channel,
    ask_for_code,
    remove_channel,
    verify,
)
from routing.actions.words.choices import save_choices, use_again
from routing.forms.choices import ChannelForm
from routing.models import Channel
from routing.presenters.deliveries import refused_text
from routing.views.profile_page import Forms, alerts_context, person_of, profile_page, reach_forms


@require_POST
@login_required
def save_alerts(request: HttpRequest) -> HttpResponse:
    hours, kinds = forms = reach_forms(person_of(request), request.POST)
    if not (hours.is_valid() & kinds.is_valid()):
        response = _answer(request, forms)
        response.status_code = 422
        return response
    save_choices(person_of(request), chosen=kinds.chosen(), hours=hours.cleaned_data, at=timezone.now())
    text = _("Your choices are saved.")
    if wants_part(request):
        return toast(_answer(request, reach_forms(person_of(request), None)), text)
    messages.success(request, text)
    return redirect("routing:profile")


@require_POST
@login_required
def use_channel(request: HttpRequest, pk: int) -> HttpResponse:
    """A channel of this person that had stopped working."""
    channel = get_object_or_404(Channel, pk=pk, user=person_of(request))
    use_again(channel)
    messages.success(request, _("Messages are sent there again. What was not sent is in your inbox."))
    return redirect("routing:profile")


@sensitive_post_parameters("address")
@require_POST
@login_required
def new_channel(request: HttpRequest) -> HttpResponse:
    """A code goes there; the channel is in use once the person typed it."""
    form = ChannelForm(request.POST)
    if not form.is_valid():
        return profile_page(request, status=422, channel_form=form)
    act = partial(add_channel, person_of(request), **form.cleaned_data, at=timezone.now())
    return _done(request, act, _("A code is on its way there. Type it here, and the channel is in use."))


@require_POST
@login_required
def new_code(request: HttpRequest, pk: int) -> HttpResponse:
    act = partial(ask_for_code, _channel(request, pk), at=timezone.now())
    return _done(request, act, _("A new code is on its way."))


@require_POST
@login_required
def verify_channel(request: HttpRequest, pk: int) -> HttpResponse:
    act = partial(verify, _channel(request, pk), typed=request.POST.get("code", ""), at=timezone.now())
    return _done(request, act, _("The channel is in use. Choose what comes through it."))


@require_POST
@login_required
def drop_channel(request: HttpRequest, pk: int) -> HttpResponse:
    remove_channel(_channel(request, pk))
    messages.success(request, _("The channel is removed."))
    return redirect("routing:profile")


def _channel(request: HttpRequest, pk: int) -> Channel:
    """404 for the channel of somebody else, and for the e-mail of the account, which needs no code and stays."""
    return get_object_or_404(Channel.objects.exclude(address=""), pk=pk, user=request.user)


def _answer(request: HttpRequest, reach: Forms) -> HttpResponse:
    if wants_part(request):
        return render(request, "routing/_profile_alerts.html", alerts_context(person_of(request), *reach))
    return profile_page(request, reach=reach)


def _done(request: HttpRequest, act: Callable[[], object], said: str) -> HttpResponse:
    """Back to the page, which says that it is done, or why it is refused."""
    try:
        act()
    except ChannelRefused as refused:
        messages.error(request, refused_text(refused.code))
    else:
        messages.success(request, said)
    return redirect("routing:profile")
