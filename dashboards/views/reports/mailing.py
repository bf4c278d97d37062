"""Get a report every Monday by mail, end that, and what such a mail says (E10)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from dashboards.decisions.reports.filters import PERIOD, PERIOD_KEYS, read_filters
from dashboards.decisions.reports.periods import BETWEEN, FIRST, TODAY, rolling
from dashboards.presenters.reports.answers import Question
from dashboards.presenters.reports.asked import Asked
from dashboards.presenters.reports.mailed import filtered_by, mail_details, query_of
from dashboards.queries.reports.reach import reach_of
from dashboards.views.reports.asking import RIGHTS, asked_of, reports_only
from dashboards.views.reports.registry import QUESTIONS
from queues.actions.figures.mailing import MOST, NotMailed, TooManyMailed, end_mail, mail_on_mondays
from queues.models import MailedReport
from queues.queries.figures.mailed import mailed_reports


@dataclass(frozen=True, slots=True)
class MailRow:
    """One report that the reader gets: its question, its filters in words, its page, and the address that ends it."""

    title: str
    of: str
    href: str
    end: str


@reports_only
def mails(request: HttpRequest) -> HttpResponse:
    """The list that stands below each report, as a page of its own."""
    asked = asked_of(request, reverse("dashboards:report_mails"))
    return render(request, "dashboards/reports/mailed.html", mails_context(asked))


def mails_context(asked: Asked) -> dict[str, Any]:
    """For _mailed.html, by one query: the filters are named by what the page has read already."""
    rows = [_row(each, asked) for each in mailed_reports(asked.user)]
    return {"mails": rows, "has_address": bool(asked.user.email)}


@require_POST
@login_required
def start(request: HttpRequest, slug: str) -> HttpResponse:
    """With the filters of the address."""
    user, question = _reporter(request), _question(slug)
    asked = asked_of(request, reverse("dashboards:report", args=[slug]))
    if question is None:
        raise Http404
    if asked.filters.problems or not _moves_along(question, asked):
        messages.error(request, _("A mail of every Monday needs a period up to today, such as 7 or 30 days."))
        return redirect(asked.address())
    try:
        mail_on_mondays(slug, query_to_keep(question, asked), by=user, at=asked.at)
    except TooManyMailed:
        messages.error(request, _("You get %(n)s reports already. End one of them first.") % {"n": MOST})
    else:
        messages.success(request, _("You get this report every Monday, with the days up to Sunday."))
    return redirect(asked.address())


@require_POST
@login_required
def end(request: HttpRequest, pk: int) -> HttpResponse:
    user = _reporter(request)
    try:
        ended = end_mail(pk, by=user)
    except NotMailed:
        raise Http404 from None
    messages.success(request, _("This report no longer comes by mail."))
    page = reverse("dashboards:report", args=[ended.slug])
    return redirect(f"{page}?{ended.query}" if ended.query else page)


def mail_action(question: Question, asked: Asked) -> str:
    """Where one asks for the mail of this page; empty where its days do not move along."""
    if asked.filters.problems or not _moves_along(question, asked):
        return ""
    return asked.address(reverse("dashboards:report_mail", args=[question.slug]))


def query_to_keep(question: Question, asked: Asked) -> str:
    """The filters that mean something here, as the address writes them."""
    unused = {*question.unused, *(PERIOD_KEYS if PERIOD in question.unused else ())}
    return asked.address("", **dict.fromkeys(unused, "")).removeprefix("?")


def week_details(mailed: MailedReport, week: date, *, at: datetime) -> Mapping[str, object] | None:
    """What a mail tells of the days up to the Sunday of this week; None for who may no longer see reports, and for a
    question that is gone."""
    user, question = mailed.user, _question(mailed.slug)
    if question is None or not any(user.has_perm(right) for right in RIGHTS):
        return None
    tz, query = timezone.get_current_timezone(), query_of(mailed.query)
    if PERIOD not in question.unused:
        sunday = datetime.combine(week + timedelta(days=6), datetime.min.time(), tz)
        period = rolling(query.get(PERIOD, FIRST), at=sunday, tz=tz)
        query[PERIOD] = f"{period.first}{BETWEEN}{period.last}"
    reach = reach_of(user, query)
    path = reverse("dashboards:report", args=[question.slug])
    asked = Asked(user, reach, read_filters(query, reach, at=at, tz=tz), at, tz, path, query)
    if asked.filters.problems:
        gone = _("A filter of this report is no longer there, so it cannot be made. Choose again, and end this mail.")
        return {"slug": question.slug, "query": mailed.query, "title": str(question.title), "says": gone}
    return mail_details(question, question.answer(asked), asked)


def _moves_along(question: Question, asked: Asked) -> bool:
    period = asked.filters.period
    return PERIOD in question.unused or (period.is_rolling and period.key != TODAY)


def _row(mailed: MailedReport, asked: Asked) -> MailRow:
    question, query = _question(mailed.slug), query_of(mailed.query)
    page = reverse("dashboards:report", args=[mailed.slug])
    filters = read_filters(query, asked.reach, at=asked.at, tz=asked.tz)
    then = Asked(asked.user, asked.reach, filters, asked.at, asked.tz, page, query)
    return MailRow(
        title=str(question.title) if question else mailed.slug,
        of=" · ".join(filtered_by(question, then)) if question else "",
        href=f"{page}?{mailed.query}" if mailed.query else page,
        end=reverse("dashboards:report_mail_end", args=[mailed.pk]),
    )


def _question(slug: str) -> Question | None:
    return next((each for each in QUESTIONS if each.slug == slug), None)


def _reporter(request: HttpRequest) -> User:
    user = cast(User, request.user)
    if not any(user.has_perm(right) for right in RIGHTS):
        raise PermissionDenied
    return user
