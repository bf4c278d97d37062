"""Periodic tasks of the dashboards; the worker calls them by name (config/schedules.py)."""

from django.utils import timezone, translation

from dashboards.views.reports.mailing import week_details
from queues.actions.figures.mailing import tell_report
from queues.queries.figures.mailed import due_reports
from routing.queries.people import language_for, zone_of_user

MOST = 200  # of one run; the next goes on


def mail_reports() -> int:
    """Reports that people get every Monday, from 7:00 on where they are (E10). Each is about the days up to Sunday."""
    at, sent = timezone.now(), 0
    for mailed, week in due_reports(at=at, most=MOST):
        with translation.override(language_for(mailed.user)), timezone.override(zone_of_user(mailed.user)):
            details = week_details(mailed, week, at=at)
        sent += tell_report(mailed, week, details, at=at)
    return sent
