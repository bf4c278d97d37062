"""Pages of a rep's calendar: hours, public holidays, feed; for the rep, the rep's managers and sales ops (F5, I2,
C9)."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

from config.web.htmx import page_or_part
from routing.actions.availability.calendars import TriedJustNow, count_unanswered, remove_feed, request_fetch, set_feed
from routing.actions.availability.holidays import set_holidays
from routing.actions.availability.hours import set_hours
from routing.forms.calendar import AnswersForm, FeedForm, HolidaysForm, HoursForm
from routing.forms.holidays import region_text
from routing.models import CalendarFeed, Rep
from routing.presenters.calendar_feed import feed_problem_text, next_try_text, tried_just_now_text
from routing.presenters.hours import week_text
from routing.presenters.judged_absences import calendar_verdict
from routing.queries.availability.calendar import RIGHTS, may_set_hours, visible_calendars, working_week
from routing.queries.availability.holidays import coming_holidays
from routing.queries.people import time_zone_of

MAX_HOLIDAYS = 8


@require_safe
@login_required
def calendar(request: HttpRequest, pk: int) -> HttpResponse:
    return _show(request, _visible_rep(request, pk))


@require_POST
@login_required
def hours(request: HttpRequest, pk: int) -> HttpResponse:
    rep = _visible_rep(request, pk)
    if not may_set_hours(request.user, rep):
        raise PermissionDenied
    form = HoursForm(request.POST)
    if not form.is_valid():
        return _show(request, rep, hours_form=form, status=422)
    if set_hours(rep, **form.cleaned_data, by=request.user, at=timezone.now()):
        messages.success(request, _("Working hours saved. Rotations use them from now on."))
    return redirect("routing:calendar", pk)


@require_POST
@login_required
def holidays(request: HttpRequest, pk: int) -> HttpResponse:
    rep = _visible_rep(request, pk)
    if not may_set_hours(request.user, rep):
        raise PermissionDenied
    form = HolidaysForm(request.POST, initial=_own_holidays(rep))
    if not form.is_valid():
        return _show(request, rep, holidays_form=form, status=422)
    country, region = form.cleaned_data["holiday_country"], form.cleaned_data["holiday_region"]
    if set_holidays(rep, country=country, region=region, by=request.user, at=timezone.now()):
        messages.success(request, _("Public holidays saved."))
    return redirect("routing:calendar", pk)


@sensitive_post_parameters("address")
@require_POST
@login_required
def feed(request: HttpRequest, pk: int) -> HttpResponse:
    rep = _visible_rep(request, pk)
    form = FeedForm(request.POST)
    if not form.is_valid():
        return _show(request, rep, feed_form=form, status=422)
    saved = set_feed(rep, address=form.cleaned_data["address"], by=request.user, at=timezone.now())
    if saved.waits_for_sweep:
        messages.success(request, _("The address is saved. The calendar will be read within five minutes."))
    else:
        messages.success(request, _("The address is saved, and the calendar is being read."))
    return redirect("routing:calendar", pk)


@require_POST
@login_required
def answers(request: HttpRequest, pk: int) -> HttpResponse:
    form = AnswersForm(request.POST)
    if form.is_valid():
        count_unanswered(_feed_of(request, pk), form.cleaned_data["counts_unanswered"], at=timezone.now())
        messages.success(request, _("Saved. The calendar is being read again."))
    return redirect("routing:calendar", pk)


@require_POST
@login_required
def fetch_now(request: HttpRequest, pk: int) -> HttpResponse:
    try:
        request_fetch(_feed_of(request, pk), at=timezone.now())
    except TriedJustNow:
        messages.error(request, tried_just_now_text())
    else:
        messages.success(request, _("The calendar is being read."))
    return redirect("routing:calendar", pk)


@require_POST
@login_required
def forget_feed(request: HttpRequest, pk: int) -> HttpResponse:
    remove_feed(_feed_of(request, pk), at=timezone.now())
    messages.success(request, _("The calendar is no longer read. Its absences from now on are removed."))
    return redirect("routing:calendar", pk)


def _feed_of(request: HttpRequest, pk: int) -> CalendarFeed:
    return get_object_or_404(CalendarFeed.objects.select_related("rep"), rep=_visible_rep(request, pk))


def _own_holidays(rep: Rep) -> dict[str, str]:
    return {"holiday_country": rep.holiday_country, "holiday_region": rep.holiday_region}


def _visible_rep(request: HttpRequest, pk: int) -> Rep:
    """404 for a rep whose calendar the person may not see."""
    if not any(request.user.has_perm(right) for right in (*RIGHTS, "queues.claim_entry")):
        raise PermissionDenied
    return get_object_or_404(visible_calendars(request.user), pk=pk)


def _show(
    request: HttpRequest,
    rep: Rep,
    *,
    status: int = 200,
    hours_form: HoursForm | None = None,
    holidays_form: HolidaysForm | None = None,
    feed_form: FeedForm | None = None,
) -> HttpResponse:
    week, at = working_week(rep), timezone.now()
    region, days = coming_holidays(rep, at=at, language=get_language() or "en")
    context = {
        "rep": rep,
        "is_mine": rep.user_id == request.user.pk,
        "week": week,
        "week_text": week_text(week.week) if week else "",
        "may_set_hours": may_set_hours(request.user, rep),
        "hours_form": hours_form or HoursForm(initial={"own_hours": rep.own_hours, "time_zone": rep.time_zone}),
        "holidays_form": holidays_form or HolidaysForm(initial=_own_holidays(rep)),
        "region": region_text(region),
        "holidays": days[:MAX_HOLIDAYS],
        "feed": (found := CalendarFeed.objects.filter(rep=rep).first()),
        "problem": feed_problem_text(found.problem) if found and found.problem else "",
        "next_try": next_try_text(found.problem if found else ""),
        "verdict": calendar_verdict(found, time_zone_of(rep), at=at),
        "answers_form": AnswersForm(initial={"counts_unanswered": found.counts_unanswered}) if found else None,
        "feed_form": feed_form or FeedForm(),
        "at": at,
    }
    answer = page_or_part(request, "routing/calendar.html", "routing/_calendar_feed.html", context)
    answer.status_code = status
    return answer
