"""Webhooks as sales ops see them: how each stands, and what was sent (I3)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.db.models import Avg, Case, Count, Max, Min, Q, QuerySet, Value, When

from leads.models import ApiKey, Endpoint, WebhookDelivery

State = WebhookDelivery.State
PAGE = 50
UNDER_WAY = (State.WAITING, State.SENDING)
WITHOUT_TEXTS = ("body", "last_answer")
ENDED = (State.SENT, State.FAILED, State.CANCELLED)


@dataclass(frozen=True, slots=True)
class Standing:
    """One endpoint, and its messages: `waiting` are kept until they arrive, `sent` since the day began."""

    endpoint: Endpoint
    waiting: int = 0
    next_at: datetime | None = None
    sent: int = 0
    mean_ms: float | None = None
    last_status: int | None = None
    last_problem: str = ""


@dataclass(frozen=True, slots=True)
class Filters:
    """`since` and `until` are of the act; `before`: rows older than this one."""

    state: str = ""
    event: str = ""
    since: datetime | None = None
    until: datetime | None = None
    before: int | None = None


def standings(endpoints: Sequence[Endpoint], *, today: datetime) -> list[Standing]:
    """In three statements, however many endpoints and messages there are: each reads an index of what waits or was
    sent today."""
    ids = [each.pk for each in endpoints]
    rows = WebhookDelivery.objects.filter(endpoint__in=ids).order_by()
    kept = rows.filter(state__in=UNDER_WAY).values("endpoint").annotate(n=Count("pk"), due=Min("next_at"))
    waiting = {place: (n, due) for place, n, due in kept.values_list("endpoint", "n", "due")}
    done = rows.filter(sent_at__gte=today).values("endpoint").annotate(n=Count("pk"), ms=Avg("last_ms"))
    sent = {place: (n, ms) for place, n, ms in done.values_list("endpoint", "n", "ms")}
    tried = rows.filter(last_at__isnull=False, state__in=UNDER_WAY).values("endpoint").annotate(newest=Max("pk"))
    last = WebhookDelivery.objects.in_bulk(list(tried.values_list("newest", flat=True)))
    answers = {each.endpoint_id: (each.last_status, each.last_problem) for each in last.values()}
    return [
        Standing(
            each,
            *waiting.get(each.pk, (0, None)),
            *sent.get(each.pk, (0, None)),
            *answers.get(each.pk, (None, "")),
        )
        for each in endpoints
    ]


def kept_endpoints() -> QuerySet[Endpoint]:
    """Those that need somebody first, so that a long list never hides them, then by name."""
    by_hand = Q(is_active=False, off_reason=Endpoint.OffReason.BY_HAND)
    stopped = Q(pk__in=Endpoint.objects.stopped_by_key().values("pk"))
    rank = Case(
        When(by_hand, then=Value(3)),
        When(Q(is_active=False) | stopped, then=Value(0)),
        When(failing_since__isnull=False, then=Value(1)),
        default=Value(2),
    )
    return Endpoint.objects.kept().select_related("api_key", "made_by").order_by(rank, "name", "pk")


def stopped_keys() -> list[tuple[ApiKey, int]]:
    """Keys whose webhooks stand still, because the key was revoked or may not make any, with how many those are."""
    found = Endpoint.objects.stopped_by_key().order_by().values("api_key").annotate(n=Count("pk"))
    counts = dict(found.values_list("api_key", "n"))
    return [(key, counts[key.pk]) for key in ApiKey.objects.filter(pk__in=counts).order_by("name", "pk")]


def deliveries(endpoint: Endpoint, filters: Filters) -> QuerySet[WebhookDelivery]:
    """The log of one endpoint, newest first, without what was sent and answered."""
    rows = WebhookDelivery.objects.filter(endpoint=endpoint).defer(*WITHOUT_TEXTS).select_related("lead", "asked_by")
    rows = rows.filter(state=filters.state) if filters.state else rows
    rows = rows.filter(event=filters.event) if filters.event else rows
    rows = rows.filter(acted_at__gte=filters.since) if filters.since else rows
    rows = rows.filter(acted_at__lt=filters.until) if filters.until else rows
    rows = rows.filter(pk__lt=filters.before) if filters.before else rows
    return rows.order_by("-pk")


def replayable(endpoint: Endpoint, filters: Filters, *, asked_until: datetime) -> QuerySet[WebhookDelivery]:
    """What the filters show and can be sent again: it has ended, what it says is kept, and nobody asked for it after
    `asked_until`. The oldest first."""
    rows = deliveries(endpoint, replace(filters, before=None)).filter(state__in=ENDED, is_test=False)
    return rows.exclude(body="").exclude(asked_at__gt=asked_until).select_related(None).order_by("pk")
