"""Write down what came of calls, and what that says of their endpoints (I3)."""

import random
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from config.bulk_update import bulk_update
from config.history_author import set_history_author
from leads.actions.webhooks.endpoints import cancel_waiting
from leads.decisions.webhooks.retries import QUIET, Came, Verdict, is_to_be_switched_off, judge, rest
from leads.models import Endpoint, WebhookDelivery

if TYPE_CHECKING:
    from leads.actions.webhooks.calling import Call

State = WebhookDelivery.State
Jitter = Callable[[], float]
WRITTEN = (
    "state",
    "next_at",
    "leased_until",
    "sent_at",
    "refusals",
    "last_at",
    "last_status",
    "last_problem",
    "last_answer",
    "last_ms",
)


def any_jitter() -> float:
    return random.uniform(-1, 1)


def record(calls: Sequence["Call"], *, at: datetime, jitter: Jitter = any_jitter) -> int:
    """How many arrived. One transaction, and one statement, for all that came back together. `at` is when that was; a
    line of the log says when its call began."""
    if not calls:
        return 0
    with transaction.atomic():
        ids = {call.delivery.endpoint_id for call in calls}
        locked = Endpoint.objects.select_for_update(no_key=True).filter(pk__in=ids).order_by("pk")
        endpoints = {endpoint.pk: endpoint for endpoint in locked}
        rows = WebhookDelivery.objects.select_for_update().filter(pk__in=[call.delivery.pk for call in calls])
        found = {row.pk: row for row in rows.order_by("pk")}
        written = []
        for call in calls:
            row, endpoint = found.get(call.delivery.pk), endpoints.get(call.delivery.endpoint_id)
            if row is None or endpoint is None:  # deleted while the call was under way
                continue
            came = _judge(call, row, jitter)
            if _is_mine(call, row, came):
                _write(call, row, endpoint, came, at=at)
                written.append(row)
            _record_endpoint(call, endpoint, came.came, at=at)
        bulk_update(WebhookDelivery, written, WRITTEN)
        for endpoint in endpoints.values():
            _keep(endpoint)
            if endpoint.removed_at == at:  # when all are written, as some of the same moment were to be tried again
                cancel_waiting(endpoint)
    return sum(call.answer.is_sent for call in calls)


def _judge(call: "Call", row: WebhookDelivery, jitter: Jitter) -> Verdict:
    """A test is tried once."""
    refusals = row.refusals + call.answer.is_refusal
    verdict = judge(call.answer, attempts=call.delivery.attempts, refusals=refusals, jitter=jitter())
    return Verdict(Came.FAILED) if row.is_test and verdict.came == Came.AGAIN else verdict


def _is_mine(call: "Call", row: WebhookDelivery, verdict: Verdict) -> bool:
    """Only what this process still has; but what arrived has arrived, even if another process sends it again by now."""
    if verdict.came == Came.SENT:
        return row.state in (State.SENDING, State.WAITING)
    return row.state == State.SENDING and row.attempts == call.delivery.attempts


def _write(call: "Call", row: WebhookDelivery, endpoint: Endpoint, verdict: Verdict, *, at: datetime) -> None:
    row.refusals += call.answer.is_refusal
    row.last_at, row.last_status, row.last_problem = call.at, call.answer.status, call.answer.problem
    row.last_answer, row.last_ms = call.text if row.body else "", call.ms
    row.leased_until = row.next_at = None
    if verdict.came == Came.SENT:
        row.state, row.sent_at = State.SENT, call.at
    elif verdict.wait is None:
        row.state = State.FAILED
    elif endpoint.removed_at is not None or not row.body:  # nothing is left to be said: its person was erased
        row.state = State.CANCELLED
    else:
        row.state, row.next_at = State.WAITING, at + verdict.wait


def _record_endpoint(call: "Call", endpoint: Endpoint, came: Came, *, at: datetime) -> None:
    if endpoint.removed_at is not None:
        return
    if came == Came.SENT:
        endpoint.last_sent_at = max(call.at, endpoint.last_sent_at or call.at)
        endpoint.failures, endpoint.failing_since, endpoint.resting_until, endpoint.failing_told_at = (
            0,
            None,
            None,
            None,
        )
        return
    if is_to_be_switched_off(endpoint.failing_since, at=at) and not _was_tried(call, endpoint, at=at):
        endpoint.failures, endpoint.failing_since, endpoint.failing_told_at = 0, None, None
    endpoint.failures += 1
    endpoint.failing_since = endpoint.failing_since or at
    pause = rest(call.answer, failures=endpoint.failures)
    if pause is not None:
        endpoint.resting_until = max(at + pause, endpoint.resting_until or at)
    if came == Came.GONE:
        endpoint.removed_at = at
        _switch_off(endpoint, Endpoint.OffReason.GONE, at=at)
    elif endpoint.is_active and is_to_be_switched_off(endpoint.failing_since, at=at):
        _switch_off(endpoint, Endpoint.OffReason.FAILING, at=at)


def _was_tried(call: "Call", endpoint: Endpoint, *, at: datetime) -> bool:
    """Whether anything was tried there in the last days. If not, a failure long ago and one now are no five days of
    failures: nothing happened to a lead in between."""
    before = call.delivery.last_at
    others = endpoint.deliveries.exclude(pk=call.delivery.pk).filter(last_at__gt=at - QUIET, last_at__lt=at)
    return (before is not None and before > at - QUIET) or others.exists()


def _switch_off(endpoint: Endpoint, reason: str, *, at: datetime) -> None:
    if endpoint.is_active:
        endpoint.is_active, endpoint.off_at, endpoint.off_reason = False, at, reason
    set_history_author(endpoint, None)
    endpoint.save()


def _keep(endpoint: Endpoint) -> None:
    """The counts, which have no history."""
    names = ("failures", "failing_since", "resting_until", "failing_told_at", "last_sent_at")
    Endpoint.objects.filter(pk=endpoint.pk).update(**{name: getattr(endpoint, name) for name in names})
