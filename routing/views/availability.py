"""Doors of a rep's own availability: the switch, and planned time off (C5)."""

from datetime import date, timedelta

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from config.web.htmx import wants_part
from config.web.responses import back_to, toast
from config.web.times import when
from routing.actions.availability.holidays import NoHoliday, work_on_holiday
from routing.actions.availability.time_off import TimeOffRefused, cancel_time_off, plan_time_off, set_available
from routing.forms.holidays import region_in_words
from routing.forms.time_off import TimeOffForm
from routing.models import Rep, TimeOff
from routing.presenters.returns import return_words
from routing.presenters.time_off import span_words
from routing.queries.availability.holidays import coming_holidays
from routing.queries.availability.returns import my_returns
from routing.queries.people import zone_of

PAUSE = timedelta(minutes=30)
LONGEST_LIST = 50

reps_only = permission_required("queues.claim_entry", raise_exception=True)


@require_POST
@reps_only
def set_availability(request: HttpRequest) -> HttpResponse:
    rep, at = _own(request), timezone.now()
    state = request.POST.get("state", "")
    midnight = at.astimezone(zone_of(rep)).replace(hour=0, minute=0, second=0, microsecond=0)
    until = {"on": None, "off": None, "pause-30": at + PAUSE, "tomorrow": midnight + timedelta(days=1)}
    if state not in until:
        return HttpResponseBadRequest(_("Choose one of the four states."))
    rep = set_available(rep, is_available=state == "on", by=request.user, at=at, until=until[state])
    if wants_part(request):
        return toast(render(request, "_parts/availability.html", {"own_rep": rep}), _says(rep))
    messages.success(request, _says(rep))
    return redirect(back_to(request, "/"))


def _says(rep: Rep) -> str:
    if rep.is_available:
        return _("You are available: leads come to you again.")
    if rep.away_until:
        return _("Paused until %(time)s: rotations pass you over.") % {"time": when(rep.away_until)}
    return _("Paused until you switch back: rotations pass you over.")


@require_http_methods(["GET", "HEAD", "POST"])
@reps_only
def time_off(request: HttpRequest) -> HttpResponse:
    """The own list, and the form that adds to it."""
    rep, at = _own(request), timezone.now()
    zone = zone_of(rep)
    form = TimeOffForm(request.POST or None, zone=zone, initial={"kind": TimeOff.Kind.LEAVE})
    if request.method == "POST" and form.is_valid() and _planned(form, rep, request.user, at=at):
        messages.success(request, _("Time off planned: rotations pass you over then."))
        return redirect("routing:time_off")
    planned = rep.time_off.exclude(origin=TimeOff.Origin.HOLIDAY)
    coming = planned.filter(ends_at__gt=at).order_by("starts_at", "pk")[:LONGEST_LIST]
    past = planned.filter(ends_at__lte=at).order_by("-starts_at", "-pk")[:LONGEST_LIST]
    region, holidays = coming_holidays(rep, at=at, language=get_language() or "en")
    context = {"form": form, "at": at, "zone": zone.key, "holidays": holidays, "region": region_in_words(region)}
    context["returns"] = [(rotation, return_words(told, at=at, zone=zone)) for rotation, told in my_returns(rep, at=at)]
    for name, rows in (("coming", coming), ("past", past)):
        context[name] = [(row, span_words(row.starts_at, row.ends_at, zone)) for row in rows]
    return render(request, "routing/time_off.html", context, status=422 if form.errors else 200)


def _planned(form: TimeOffForm, rep: Rep, by, *, at) -> bool:
    starts_at, ends_at = form.span()
    sent = form.cleaned_data
    same = rep.time_off.filter(kind=sent["kind"], starts_at=starts_at, ends_at=ends_at)
    if same.exists():
        return True
    try:
        plan_time_off(rep, kind=sent["kind"], starts_at=starts_at, ends_at=ends_at, note=sent["note"], by=by, at=at)
    except TimeOffRefused:
        form.add_error("last_day", _("This lies in the past. Choose a day that is still to come."))
        return False
    return True


@require_POST
@reps_only
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Own time off only; what is gone already stays gone."""
    mine = TimeOff.objects.select_related("rep").filter(rep=_own(request), origin=TimeOff.Origin.OWN)
    row = get_object_or_404(mine, pk=pk)
    cancel_time_off(row, by=request.user, at=timezone.now())
    messages.success(request, _("Time off cancelled: rotations count you in again."))
    return redirect("routing:time_off")


@require_POST
@reps_only
def work_holiday(request: HttpRequest) -> HttpResponse:
    """ "I work that day", and back."""
    works = request.POST.get("works") == "yes"
    try:
        on = date.fromisoformat(request.POST.get("on", ""))
        work_on_holiday(_own(request), on=on, works=works, by=request.user, at=timezone.now())
    except (ValueError, NoHoliday):
        messages.error(request, _("That day is no public holiday of yours."))
    else:
        told = _("You work that day: rotations count you in.") if works else _("You are off that day.")
        messages.success(request, told)
    return redirect("routing:time_off")


def _own(request: HttpRequest) -> Rep:
    rep = Rep.objects.filter(user=request.user).first()
    if rep is None:
        raise Http404
    return rep
