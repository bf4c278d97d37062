"""The profile of the person who is signed in: which messages come where, and when (I1)."""

from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from config.web.htmx import page_or_part, wants_part
from config.web.responses import toast
from routing.actions.words.choices import save_choices, use_again
from routing.decisions.word_times import when_for
from routing.decisions.words import KINDS, When
from routing.forms.choices import HoursOfReachForm, KindsForm, problems
from routing.models import Channel, Notification, Preference, Reach
from routing.presenters.deliveries import channel_text, problem_text
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
    messages.success(request, _("Messages are sent there again. What was not sent meanwhile is in your inbox."))
    return redirect("routing:profile")


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
    heads = [channel_text(each.kind, each.label) for each in channels]
    rows = [
        (str(NAMES[kind]), KINDS[kind].is_critical, list(zip(heads, kinds.cells(kind), strict=True)))
        for kind in next(iter(kinds.shown.values()), {})
    ]
    texts = [
        (each, channel_text(each.kind, each.label or ("" if each.address else user.email)), problem_text(each.problem))
        for each in channels
    ]
    return {"hours": hours, "rows": rows, "channels": texts, "heads": heads, "problems": problems(kinds)}
