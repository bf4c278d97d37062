"""Turn what happened into messages: one for each endpoint that wants to hear of it (I3)."""

import secrets
from collections.abc import Sequence
from datetime import datetime
from functools import reduce
from operator import or_

from django.db import transaction
from django.db.models import Min, Q, QuerySet

from leads.decisions.webhooks.body import Happened, body
from leads.decisions.webhooks.events import KINDS
from leads.decisions.webhooks.gaps import Gap, gaps_after, read_gaps
from leads.models import Activity, Endpoint, WebhookDelivery, WebhookState
from leads.queries.webhooks import happened, newest_activity

CHUNK = 500  # activities


def enqueue_deliveries(*, at: datetime) -> int:
    """How many messages were made of the activities since the last run. While another process does it, none."""
    made = 0
    while True:
        count, is_more = _enqueue_chunk(at=at)
        made += count
        if not is_more:
            return made


@transaction.atomic
def _enqueue_chunk(*, at: datetime) -> tuple[int, bool]:
    state = _locked_state()
    if state is None:
        return 0, False
    endpoints = list(Endpoint.objects.in_use(at).select_related("api_key").order_by("pk"))
    if not endpoints:  # nobody listens: only the place moves
        _move(state, newest_activity(), [])
        return 0, False
    gaps = read_gaps(state.gaps)
    came = _appeared(gaps)
    new = _kinds(Activity.objects.filter(pk__gt=state.activity_id))
    wanted = [pk for pk, kind in (*came, *new) if kind in KINDS]
    made = _make(wanted, endpoints, at=at) if wanted else 0
    ids = [pk for pk, _kind in new]
    left = gaps_after(gaps, came=[pk for pk, _kind in came], after=state.activity_id, new=ids, at=at)
    _move(state, ids[-1] if ids else state.activity_id, left)
    return made, len(new) == CHUNK or len(came) == CHUNK


def _locked_state() -> WebhookState | None:
    """The one row, or None while another process has it. The first run begins where the first endpoint does."""
    row = WebhookState.objects.select_for_update(skip_locked=True).filter(pk=1).first()
    if row is None and not WebhookState.objects.filter(pk=1).exists():
        begins = Endpoint.objects.kept().aggregate(first=Min("after_activity"))["first"]
        first = WebhookState(pk=1, activity_id=newest_activity() if begins is None else begins)
        WebhookState.objects.bulk_create([first], ignore_conflicts=True)
        return WebhookState.objects.select_for_update(skip_locked=True).filter(pk=1).first()
    return row


def _move(state: WebhookState, activity_id: int, gaps: Sequence[Gap]) -> None:
    stored = [gap.as_stored() for gap in gaps]
    if (state.activity_id, state.gaps) != (activity_id, stored):
        WebhookState.objects.filter(pk=1).update(activity_id=activity_id, gaps=stored)


def _appeared(gaps: Sequence[Gap]) -> list[tuple[int, str]]:
    if not gaps:
        return []
    return _kinds(Activity.objects.filter(reduce(or_, [Q(pk__range=(gap.first, gap.last)) for gap in gaps])))


def _kinds(rows: QuerySet[Activity]) -> list[tuple[int, str]]:
    return list(rows.order_by("pk").values_list("pk", "kind")[:CHUNK])


def _make(wanted: Sequence[int], endpoints: Sequence[Endpoint], *, at: datetime) -> int:
    activities = Activity.objects.filter(pk__in=wanted).select_related("lead__source").order_by("pk")
    rows = [
        _delivery(endpoint, activity, fact, at=at)
        for activity, fact in happened(list(activities))
        for endpoint in endpoints
        if fact.event in endpoint.events and activity.pk > endpoint.after_activity
    ]
    WebhookDelivery.objects.bulk_create(rows, ignore_conflicts=True)  # each activity once, whatever goes wrong
    return len(rows)


def _delivery(endpoint: Endpoint, activity: Activity, fact: Happened, *, at: datetime) -> WebhookDelivery:
    webhook_id = new_webhook_id()
    return WebhookDelivery(
        endpoint=endpoint,
        activity=activity,
        lead_id=activity.lead_id,
        event=fact.event,
        webhook_id=webhook_id,
        body=body(fact, webhook_id=webhook_id, may_see_person=endpoint.sees_person),
        next_at=at,
        acted_at=activity.at,
        made_at=at,
    )


def new_webhook_id() -> str:
    return f"msg_{secrets.token_hex(16)}"
