"""Write down what came of calls, and what that says of their endpoints (I3)."""

import random
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from config.history_author import set_history_author
from leads.actions.webhooks.endpoints import cancel_waiting
from leads.decisions.webhooks.retries import Came, is_to_be_switched_off, judge, rest
from leads.models import Endpoint, WebhookDelivery

if TYPE_CHECKING:
    from leads.actions.webhooks.calling import Call

State = WebhookDelivery.State
Jitter = Callable[[], float]


def any_jitter() -> float:
    return random.uniform(-1, 1)


def record(calls: Sequence["Call"], *, at: datetime, jitter: Jitter = any_jitter) -> int:
    """How many arrived. One transaction for all that came back together."""
    if not calls:
        return 0
    with transaction.atomic():
        ids = {call.delivery.endpoint_id for call in calls}
        rows = Endpoint.objects.select_for_update(no_key=True).filter(pk__in=ids).order_by("pk")
        endpoints = {endpoint.pk: endpoint for endpoint in rows}
        for call in calls:
            if call.delivery.endpoint_id not in endpoints:  # it was deleted while the call was under way
                continue
            came = _record_delivery(call, endpoints[call.delivery.endpoint_id], at=at, jitter=jitter)
            _record_endpoint(call, endpoints[call.delivery.endpoint_id], came, at=at)
        for endpoint in endpoints.values():
            _keep(endpoint)
    return sum(call.answer.is_sent for call in calls)


def _record_delivery(call: "Call", endpoint: Endpoint, *, at: datetime, jitter: Jitter) -> Came:
    """Only what this process still has; but what arrived has arrived, whoever sends it again by now."""
    row, answer = call.delivery, call.answer
    refusals = row.refusals + answer.is_refusal
    verdict = judge(answer, attempts=row.attempts, refusals=refusals, jitter=jitter())
    if row.is_test and verdict.came == Came.AGAIN:
        verdict = judge(answer, attempts=2**15, refusals=refusals, jitter=0)
    seen = {
        "last_at": at,
        "last_status": answer.status,
        "last_problem": answer.problem,
        "last_answer": call.text,
        "last_ms": call.ms,
        "refusals": refusals,
        "leased_until": None,
    }
    rows = WebhookDelivery.objects.filter(pk=row.pk)
    if verdict.came == Came.SENT:
        rows.filter(state__in=(State.SENDING, State.WAITING)).update(state=State.SENT, sent_at=at, next_at=None, **seen)
        return verdict.came
    mine = rows.filter(state=State.SENDING, attempts=row.attempts)
    if verdict.wait is None:
        mine.update(state=State.FAILED, **seen)
    elif endpoint.removed_at is not None:
        mine.update(state=State.CANCELLED, **seen)
    else:
        mine.update(state=State.WAITING, next_at=at + verdict.wait, **seen)
    return verdict.came


def _record_endpoint(call: "Call", endpoint: Endpoint, came: Came, *, at: datetime) -> None:
    if endpoint.removed_at is not None:
        return
    if came == Came.SENT:
        endpoint.last_sent_at = at
        endpoint.failures, endpoint.failing_since, endpoint.resting_until, endpoint.failing_told_at = (
            0,
            None,
            None,
            None,
        )
        return
    endpoint.failures += 1
    endpoint.failing_since = endpoint.failing_since or at
    pause = rest(call.answer, failures=endpoint.failures)
    if pause is not None:
        endpoint.resting_until = max(at + pause, endpoint.resting_until or at)
    if came == Came.GONE:
        endpoint.removed_at = at
        _switch_off(endpoint, Endpoint.OffReason.GONE, at=at)
        cancel_waiting(endpoint)
    elif endpoint.is_active and is_to_be_switched_off(endpoint.failing_since, at=at):
        _switch_off(endpoint, Endpoint.OffReason.FAILING, at=at)


def _switch_off(endpoint: Endpoint, reason: str, *, at: datetime) -> None:
    if endpoint.is_active:
        endpoint.is_active, endpoint.off_at, endpoint.off_reason = False, at, reason
    set_history_author(endpoint, None)
    endpoint.save()


def _keep(endpoint: Endpoint) -> None:
    """The counts, which have no history."""
    names = ("failures", "failing_since", "resting_until", "failing_told_at", "last_sent_at")
    Endpoint.objects.filter(pk=endpoint.pk).update(**{name: getattr(endpoint, name) for name in names})
