"""The pages on which one acts on messages about queues, escalations and people who are away (E5, E6, D2)."""

from collections.abc import Mapping, Sequence

from django.contrib.auth.models import User
from django.urls import reverse

from queues.models import Queue
from queues.presenters.escalations import closed_text
from queues.queries.escalations import DECISION_KINDS, newest_ends
from routing.models import Notification
from routing.presenters.queue_alerts import QUEUE_ALERTS
from routing.queries.people import managed_reps

Kind = Notification.Kind
LOSING_KINDS = (Kind.QUEUE_LOSING,)
QUEUE_KINDS = tuple(kind for kind in QUEUE_ALERTS if kind not in LOSING_KINDS)
AWAY_KINDS = (Kind.AWAY_QUESTION,)
PROBE_KINDS = (Kind.PROBE_DOWN, Kind.PROBE_WELL)
CRM_KINDS = (Kind.CRM_DOWN, Kind.CRM_BACK)


def queue_pages(user: User, rows: Sequence[Notification]) -> Mapping[int, str]:
    """Each message names its queue by slug."""
    slugs = {row.pk: (row.details or {}).get("queue") for row in rows}
    named = {slug for slug in slugs.values() if isinstance(slug, str)}
    mine = set(Queue.objects.managed_by(user).filter(slug__in=named).values_list("slug", flat=True))
    return {pk: reverse("dashboards:queue", args=[slug]) for pk, slug in slugs.items() if slug in mine}


def losing_pages(user: User, rows: Sequence[Notification]) -> Mapping[int, str]:
    """Where its leads went: the report of that queue (E4)."""
    ids = {row.pk: (row.details or {}).get("id") for row in rows}
    named = {pk for pk in ids.values() if isinstance(pk, int)}
    mine = set(Queue.objects.managed_by(user).filter(pk__in=named).values_list("pk", flat=True))
    page = reverse("dashboards:report", args=["losses"])
    return {pk: f"{page}?queue={queue}" for pk, queue in ids.items() if queue in mine}


def decision_pages(user: User, rows: Sequence[Notification]) -> Mapping[int, str]:
    """Escalations are decided on their page."""
    if not user.has_perm("queues.watch_queue"):
        return {}
    return dict.fromkeys((row.pk for row in rows), reverse("dashboards:escalations"))


def decided_words(rows: Sequence[Notification]) -> Mapping[int, str]:
    """How, by whom and when the escalation ended."""
    ends = newest_ends({row.lead_id for row in rows if row.lead_id})
    return {row.pk: closed_text(ends[row.lead_id]) for row in rows if row.lead_id in ends}


def away_pages(user: User, rows: Sequence[Notification]) -> Mapping[int, str]:
    """Sales ops answer where they hand leads on, because escalations are the managers'."""
    if user.has_perm("queues.watch_queue"):
        return decision_pages(user, rows)
    reps = {row.pk: (row.details or {}).get("rep") for row in rows}
    mine = set(
        managed_reps(user)
        .filter(pk__in={rep for rep in reps.values() if isinstance(rep, int)})
        .values_list("pk", flat=True)
    )
    return {pk: reverse("queues:hand_on", args=[rep]) for pk, rep in reps.items() if rep in mine}


def probe_pages(user: User, rows: Sequence[Notification]) -> Mapping[int, str]:
    if not user.has_perm("queues.operate_queue"):
        return {}
    return dict.fromkeys((row.pk for row in rows), reverse("queues:probe"))


def crm_pages(user: User, rows: Sequence[Notification]) -> Mapping[int, str]:
    if not user.has_perm("queues.operate_queue"):
        return {}
    return dict.fromkeys((row.pk for row in rows), reverse("queues:connections"))


def figures_pages(user: User, rows: Sequence[Notification]) -> Mapping[int, str]:
    if not (user.has_perm("queues.watch_queue") or user.has_perm("queues.operate_queue")):
        return {}
    return dict.fromkeys((row.pk for row in rows), reverse("dashboards:report", args=["waits"]))


def report_pages(user: User, rows: Sequence[Notification]) -> Mapping[int, str]:
    """The report with the days of the mail, so that it shows the figures of the mail."""
    usual = figures_pages(user, rows)
    queries = {row.pk: row.details or {} for row in rows if row.pk in usual and (row.details or {}).get("slug")}
    return {
        **usual,
        **{
            pk: f"{reverse('dashboards:report', args=[each['slug']])}?{each.get('query', '')}".removesuffix("?")
            for pk, each in queries.items()
        },
    }


PAGES = (
    ((Kind.REPORT,), report_pages),
    ((Kind.FIGURES,), figures_pages),
    (QUEUE_KINDS, queue_pages),
    (LOSING_KINDS, losing_pages),
    (DECISION_KINDS, decision_pages),
    (AWAY_KINDS, away_pages),
    (PROBE_KINDS, probe_pages),
    (CRM_KINDS, crm_pages),
)
