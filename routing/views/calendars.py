"""Doors of a rep's calendar: working hours; for the rep, the own managers and sales ops (F5, C9)."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from routing.actions.hours import set_hours
from routing.calendar_forms import HoursForm
from routing.hours_words import week_in_words
from routing.models import Rep
from routing.queries_calendar import RIGHTS, calendars, may_set_hours, working_week


@require_safe
@login_required
def calendar(request: HttpRequest, pk: int) -> HttpResponse:
    return _show(request, _reached(request, pk))


@require_POST
@login_required
def hours(request: HttpRequest, pk: int) -> HttpResponse:
    rep = _reached(request, pk)
    if not may_set_hours(request.user, rep):
        raise PermissionDenied
    form = HoursForm(request.POST)
    if not form.is_valid():
        return _show(request, rep, hours_form=form, status=422)
    if set_hours(rep, **form.cleaned_data, by=request.user, at=timezone.now()):
        messages.success(request, _("Working hours saved: rotations that look at them follow at once."))
    return redirect("routing:calendar", pk)


def _reached(request: HttpRequest, pk: int) -> Rep:
    """One out of reach does not exist."""
    if not any(request.user.has_perm(right) for right in (*RIGHTS, "queues.claim_entry")):
        raise PermissionDenied
    return get_object_or_404(calendars(request.user), pk=pk)


def _show(request: HttpRequest, rep: Rep, *, status: int = 200, hours_form: HoursForm | None = None) -> HttpResponse:
    week = working_week(rep)
    context = {
        "rep": rep,
        "is_mine": rep.user_id == request.user.pk,
        "week": week,
        "week_words": week_in_words(week.week) if week else "",
        "may_set_hours": may_set_hours(request.user, rep),
        "hours_form": hours_form or HoursForm(initial={"own_hours": rep.own_hours, "time_zone": rep.time_zone}),
        "at": timezone.now(),
    }
    return render(request, "routing/calendar.html", context, status=status)
