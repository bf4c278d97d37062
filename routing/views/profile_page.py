"""The page of the person who is signed in: me, alerts, sign-in and devices, with whatever form was refused (I1, J4)."""

from typing import Any, cast

from django import forms
from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from config.sessions.browsers import browsers_of
from routing.decisions.word_times import when_for
from routing.decisions.words import KINDS, When
from routing.forms.choices import ChannelForm, HoursOfReachForm, KindsForm, problems
from routing.forms.own_account import MeForm, OwnPasswordForm
from routing.models import Channel, Notification, Preference, PushDevice, PushKeys, Reach
from routing.presenters.deliveries import channel_text, head_text, own_channel_text, problem_text, tests_context
from routing.presenters.devices import device_text
from routing.queries.rings import has_sound
from routing.queries.words import channel_key, channels_of, kinds_for, medium_of, own_zone_of, roles_of

NAMES = dict(Notification.Kind.choices)
Forms = tuple[HoursOfReachForm, KindsForm]


@require_safe
@login_required
def profile(request: HttpRequest) -> HttpResponse:
    return profile_page(request)


def profile_page(
    request: HttpRequest, *, status: int = 200, reach: Forms | None = None, **refused: forms.Form
) -> HttpResponse:
    """`reach` and `refused`: forms in place of fresh ones, by their names on the page."""
    user = person_of(request)
    context = alerts_context(user, *(reach or reach_forms(user, None))) | _account(request) | refused
    return render(request, "routing/profile.html", context, status=status)


def person_of(request: HttpRequest) -> User:
    return cast(User, request.user)


def me_form(user: User, sent: Any = None) -> MeForm:
    zone = Reach.objects.filter(user=user).values_list("time_zone", flat=True).order_by("pk").first()
    initial = {"name": user.get_full_name(), "time_zone": zone or ""}
    return MeForm(sent, initial=initial, own_zone=own_zone_of(user).key)


def reach_forms(user: User, sent: Any) -> Forms:
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
    fields = ("digest_at", "quiet_from", "quiet_to", "critical_passes")
    initial = {name: getattr(reach, name) for name in fields}
    hours = HoursOfReachForm(sent, initial=initial)
    return hours, KindsForm(sent, shown=shown, names={kind: str(name) for kind, name in NAMES.items()})


def alerts_context(user: User, hours: HoursOfReachForm, kinds: KindsForm) -> dict[str, Any]:
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
    return {
        "hours": hours,
        "rows": rows,
        "channels": texts,
        "heads": heads,
        "problems": problems(kinds),
    } | tests_context(user, at=timezone.now())


def _account(request: HttpRequest) -> dict[str, Any]:
    user = person_of(request)
    waiting = Channel.objects.filter(user=user, verified_at=None).order_by("pk")
    browsers = browsers_of(user, here=request.session.session_key, at=timezone.now())
    return {
        "me_form": me_form(user),
        "password_form": OwnPasswordForm(request),
        "channel_form": ChannelForm(),
        "waiting": [(each, channel_text(each.kind, each.label), problem_text(each.problem)) for each in waiting],
        "browsers": [(each, device_text(each.browser, each.system)) for each in browsers],
        "devices": PushDevice.objects.filter(user=user).order_by("pk"),
        "has_sound": has_sound(user),
        "push_key": PushKeys.objects.values_list("public", flat=True).order_by("pk").first(),
    }
