"""Which reports somebody gets every Monday by mail, and which are due."""

from datetime import date, datetime, timedelta, timezone

from django.contrib.auth.models import User

from queues.models import MailedReport
from routing.decisions.weeks import WEEK, letter_week, monday_of
from routing.queries.words import hours_of

FIRST_ZONE = timezone(timedelta(hours=14))  # where Monday begins first


def mailed_reports(user: User) -> list[MailedReport]:
    return list(MailedReport.objects.filter(user=user))


def last_week_over(user: User, *, at: datetime) -> date:
    """The Monday of the newest week that may be mailed: until Monday 7:00 where the person is, the week before it."""
    return letter_week(at, hours_of([user])[user.pk].zone)


def due_reports(*, at: datetime, most: int) -> list[tuple[MailedReport, date]]:
    """Of active people, with the Monday of the week that each tells; what waits longest first."""
    newest = monday_of(at, FIRST_ZONE) - WEEK
    rows = MailedReport.objects.filter(told_week__lt=newest, user__is_active=True).select_related("user")
    found = list(rows.order_by("told_week", "pk")[:most])
    hours = hours_of({row.user for row in found})
    weeks = [(row, letter_week(at, hours[row.user_id].zone)) for row in found]
    return [(row, week) for row, week in weeks if row.told_week < week]
