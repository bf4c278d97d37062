"""The profile of the person who is signed in: which messages come where, and when (I1)."""

from collections.abc import Callable
from functools import partial
from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

from config.web.htmx import page_or_part, wants_part
from config.web.responses import toast
from routing.actions.own_time import keep_zone
from routing.actions.words.channels import (
    ChannelRefused,
    add_channel,
    ask_for_code,
    remove_channel,
    verify,
)
from routing.actions.words.choices import save_choices, use_again
from routing.decisions.word_times import when_for
from routing.decisions.words import KINDS, When
from routing.forms.choices import ChannelForm, HoursOfReachForm, KindsForm, problems
from routing.models import Channel, Notification, Preference, PushDevice, PushKeys, Reach
from routing.presenters.deliveries import (
    channel_text,
    head_text,
    own_channel_text,
    problem_text,
    refused_text,
    tests_context,
)
from routing.queries.words import channel_key, channels_of, kinds_for, medium_of, own_zone_of, roles_of

NAMES = dict(Notification.Kind.choices)
Forms = tuple[HoursOfReachForm, KindsForm]


@require_safe
@login_required
def profile(request: HttpRequest) -> HttpResponse:
    return _answer(request, _forms(_person(request), None))


@require_POST
@login_required
def save_alerts(request: HttpRequest) -> HttpResponse:
    hours, kinds = forms = _forms(_person(request), request.POST)
    if not (hours.is_valid() & kinds.is_valid()):
        response = _answer(request, forms)
        response.status_code = 422
        return response
    save_choices(_person(request), chosen=kinds.chosen(), hours=hours.cleaned_data, at=timezone.now())
    keep_zone(request.session, _person(request), at=timezone.now())
    text = _("Your choices are saved.")
    if wants_part(request):
        return toast(_answer(request, _forms(_person(request), None)), text)
    messages.success(request, text)
    return redirect("routing:profile")


@require_POST
@login_required
def use_channel(request: HttpRequest, pk: int) -> HttpResponse:
    """A channel of this person that had stopped working."""
    channel = get_object_or_404(Channel, pk=pk, user=_person(request))
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
        context = _context(_person(request), *_forms(_person(request), None)) | {"channel_form": form}
        return render(request, "routing/profile.html", context, status=422)
    act = partial(add_channel, _person(request), **form.cleaned_data, at=timezone.now())
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


def _person(request: HttpRequest) -> User:
    return cast(User, request.user)


def _answer(request: HttpRequest, forms: Forms) -> HttpResponse:
    context = _context(_person(request), *forms)
    return page_or_part(request, "routing/profile.html", "routing/_profile_alerts.html", context)


def _forms(user: User, sent: Any) -> Forms:
    roles = roles_of([user.pk])[user.pk]
    channels, kinds = channels_of(user), kinds_for(user, roles)
    own = Preference.objects.filter(channel__in=[each for each in channels if each.pk]).order_by("pk")
    chosen = {(row.channel_id, row.kind): When(row.when) for row in own}
    shown = {
        channel_key(channel): {
            kind: chosen.get((channel.pk, kind)) or when_for(kind, roles, medium_of(channel), {}) for kind in kinds
        }
        for channel in channels
    }
    reach = Reach.objects.filter(user=user).first() or Reach(user=user)
    fields = ("digest_at", "quiet_from", "quiet_to", "critical_passes", "time_zone")
    initial = {name: getattr(reach, name) for name in fields}
    hours = HoursOfReachForm(sent, initial=initial, own_zone=own_zone_of(user).key)
    return hours, KindsForm(sent, shown=shown, names={kind: str(name) for kind, name in NAMES.items()})


def _context(user: User, hours: HoursOfReachForm, kinds: KindsForm) -> dict[str, Any]:
    channels = channels_of(user)
    heads = [(str(each.get_kind_display()), head_text(each, user)) for each in channels]
    names = [channel_text(each.kind, each.label) for each in channels]
    rows = [
        (
            str(NAMES[kind]),
            KINDS[kind].is_critical,
            [(name, head[0], switch) for name, head, switch in zip(names, heads, kinds.switches(kind), strict=True)],
            kinds.time(kind),
        )
        for kind in kinds.kinds
    ]
    texts = [(each, own_channel_text(each, user), problem_text(each.problem)) for each in channels]
    waiting = Channel.objects.filter(user=user, verified_at=None).order_by("pk")
    return {
        "hours": hours,
        "rows": rows,
        "channels": texts,
        "waiting": [(each, channel_text(each.kind, each.label), problem_text(each.problem)) for each in waiting],
        "heads": heads,
        "problems": problems(kinds),
        "channel_form": ChannelForm(),
        "devices": PushDevice.objects.filter(user=user).order_by("pk"),
        "push_key": PushKeys.objects.values_list("public", flat=True).order_by("pk").first(),
    } | tests_context(user, at=timezone.now())


def _done(request: HttpRequest, act: Callable[[], object], said: str) -> HttpResponse:
    """Back to the page, which says that it is done, or why it is refused."""
    try:
        act()
    except ChannelRefused as refused:
        messages.error(request, refused_text(refused.code))
    else:
        messages.success(request, said)
    return redirect("routing:profile")
