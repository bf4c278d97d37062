"""Mail somebody a report every Monday, until that is ended."""

from collections.abc import Mapping
from datetime import date, datetime

from django.contrib.auth.models import User
from django.db import transaction

from queues.models import MailedReport
from queues.queries.figures.mailed import last_week_over
from routing.actions.notifications import notify
from routing.decisions.weeks import week_text
from routing.models import Notification

MOST = 20  # of one person


class TooManyMailed(Exception):
    """The person gets MOST reports already."""


class NotMailed(Exception):
    """The person does not get this report, or no longer."""


@transaction.atomic
def mail_on_mondays(slug: str, query: str, *, by: User, at: datetime) -> MailedReport:
    """From next Monday on. A report that the person gets already stays as it is. Raises TooManyMailed."""
    User.objects.select_for_update(no_key=True).only("pk").get(pk=by.pk)
    known = MailedReport.objects.filter(user=by, slug=slug, query=query).first()
    if known is not None:
        return known
    if MailedReport.objects.filter(user=by).count() >= MOST:
        raise TooManyMailed
    week = last_week_over(by, at=at)
    return MailedReport.objects.create(user=by, slug=slug, query=query, asked_at=at, told_week=week)


def end_mail(pk: int, *, by: User) -> MailedReport:
    """Raises NotMailed."""
    mailed = MailedReport.objects.filter(pk=pk, user=by).first()
    if mailed is None or not MailedReport.objects.filter(pk=pk).delete()[0]:
        raise NotMailed
    return mailed


@transaction.atomic
def tell_report(mailed: MailedReport, week: date, details: Mapping[str, object] | None, *, at: datetime) -> bool:
    """Once for each week, however often this runs. Without details there is nothing to tell of this week."""
    row = MailedReport.objects.select_for_update().filter(pk=mailed.pk, told_week__lt=week).first()
    if row is None:
        return False
    row.told_week = week
    row.save(update_fields=["told_week"])
    if details is None:
        return False
    key = f"report-{row.pk}-{week_text(week)}"
    notify([row.user_id], kind=Notification.Kind.REPORT, key=key, at=at, details=details)
    return True
