"""Pages of a rep's own availability: the switch, and planned time off (C5)."""

from datetime import date, datetime, timedelta
from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.contrib.auth.models import User
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from config.web.htmx import wants_part
from config.web.responses import back_to, toast
from config.web.times import when
from routing.actions.availability.holidays import NotAHoliday, work_on_holiday
from routing.actions.availability.time_off import TimeOffRefused, cancel_time_off, plan_time_off, set_available
from routing.forms.holidays import region_text
from routing.forms.time_off import TimeOffForm
from routing.models import Rep, TimeOff
from routing.presenters.own_state import state_words
from routing.presenters.returns import return_sentence
from routing.presenters.time_off import span_text
from routing.queries.availability.holidays import coming_holidays
from routing.queries.availability.own_state import own_state
from routing.queries.availability.returns import returns_of_rep
from routing.queries.people import time_zone_of

PAUSE = timedelta(minutes=30)
MAX_LISTED = 50

reps_only = permission_required("queues.claim_entry", raise_exception=True)


@require_POST
@reps_only
def set_availability(request: HttpRequest) -> HttpResponse:
    rep, at = _own(request), timezone.now()
    state = request.POST.get("state", "")
    midnight = at.astimezone(time_zone_of(rep)).replace(hour=0, minute=0, second=0, microsecond=0)
    until = {"on": None, "off": None, "pause-30": at + PAUSE, "tomorrow": midnight + timedelta(days=1)}
    if state not in until:
        return HttpResponseBadRequest(_("Choose one of the four states."))
    rep = set_available(rep, is_available=state == "on", by=request.user, at=at, until=until[state])
    if wants_part(request):
        own = own_state(cast(User, request.user), at=at)
        context = {"own_rep": rep, "own_words": own and state_words(own)}
        return toast(render(request, "_parts/availability.html", context), _state_sentence(rep))
    messages.success(request, _state_sentence(rep))
    return redirect(back_to(request, "/"))


def _state_sentence(rep: Rep) -> str:
    if rep.is_available:
        return _("You are available: leads come to you again.")
    if rep.away_until:
        return _("Paused until %(time)s: rotations pass you over.") % {"time": when(rep.away_until)}
    return _("Paused until you switch back: rotations pass you over.")


@require_http_methods(["GET", "HEAD", "POST"])
@reps_only
def time_off(request: HttpRequest) -> HttpResponse:
    """The rep's list of time off, and the form that adds to it."""
    rep, at = _own(request), timezone.now()
    zone = time_zone_of(rep)
    form = TimeOffForm(request.POST or None, zone=zone, initial={"kind": TimeOff.Kind.LEAVE})
    if request.method == "POST" and form.is_valid() and _planned(form, rep, request.user, at=at):
        messages.success(request, _("Time off planned: rotations pass you over then."))
        return redirect("routing:time_off")
    planned = rep.time_off.exclude(origin=TimeOff.Origin.HOLIDAY)
    coming = planned.filter(ends_at__gt=at).order_by("starts_at", "pk")[:MAX_LISTED]
    past = planned.filter(ends_at__lte=at).order_by("-starts_at", "-pk")[:MAX_LISTED]
    region, holidays = coming_holidays(rep, at=at, language=get_language() or "en")
    context = {"form": form, "at": at, "zone": zone.key, "holidays": holidays, "region": region_text(region)}
    context["returns"] = [
        (rotation, return_sentence(preview, at=at, zone=zone)) for rotation, preview in returns_of_rep(rep, at=at)
    ]
    for name, rows in (("coming", coming), ("past", past)):
        context[name] = [(row, span_text(row.starts_at, row.ends_at, zone)) for row in rows]
    return render(request, "routing/time_off.html", context, status=422 if form.errors else 200)


def _planned(form: TimeOffForm, rep: Rep, by: User | None, *, at: datetime) -> bool:
    starts_at, ends_at = form.span()
    sent = form.cleaned_data
    same = rep.time_off.filter(kind=sent["kind"], starts_at=starts_at, ends_at=ends_at)
    if same.exists():
        return True
    try:
        plan_time_off(rep, kind=sent["kind"], starts_at=starts_at, ends_at=ends_at, note=sent["note"], by=by, at=at)
    except TimeOffRefused:
        form.add_error("last_day", _("This is in the past. Choose a later day."))
        return False
    return True


@require_POST
@reps_only
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Only the rep's own time off."""
    mine = TimeOff.objects.select_related("rep").filter(rep=_own(request), origin=TimeOff.Origin.OWN)
    row = get_object_or_404(mine, pk=pk)
    cancel_time_off(row, by=request.user, at=timezone.now())
    messages.success(request, _("Time off cancelled: rotations give you leads again."))
    return redirect("routing:time_off")


@require_POST
@reps_only
def work_holiday(request: HttpRequest) -> HttpResponse:
    """ "I work that day", or not any more."""
    works = request.POST.get("works") == "yes"
    try:
        on = date.fromisoformat(request.POST.get("on", ""))
        work_on_holiday(_own(request), on=on, works=works, by=request.user, at=timezone.now())
    except (ValueError, NotAHoliday):
        messages.error(request, _("You have no holiday on that day."))
    else:
        text = _("You work that day: rotations give you leads.") if works else _("You are off that day.")
        messages.success(request, text)
    return redirect("routing:time_off")


def _own(request: HttpRequest) -> Rep:
    rep = Rep.objects.filter(user=request.user).first()
    if rep is None:
        raise Http404
    return rep
