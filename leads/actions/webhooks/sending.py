"""Send what is due, outside any transaction, to many endpoints at once (I3).

A lease is committed before anything is sent, so two processes never send one message at the same time. If a process
dies, its lease runs out and the message is sent again with the same webhook-id: at least once
(docs/decisions/68-webhooks-are-activities.md).
"""

import time
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from queue import Empty, SimpleQueue

from django.db import transaction
from django.db.models import F

from config.bulk_update import bulk_update
from config.web.safe_fetch import OUTSIDE, Network
from leads.actions.webhooks.calling import Call
from leads.actions.webhooks.recording import Jitter, any_jitter, record
from leads.actions.webhooks.threads import Threads
from leads.decisions.webhooks.body import holds_person, without_person
from leads.decisions.webhooks.retries import REST_AFTER
from leads.models import WebhookDelivery
from leads.queries.webhooks import endpoints_with_due, heads, open_own_keys, under_way

State = WebhookDelivery.State
Clock = Callable[[], datetime]
LEASE = timedelta(minutes=1)
AT_ONCE = 200  # calls of one process
AT_ONE_ENDPOINT = 10
AT_A_FAILING_ONE = 1
QUIET = 0.3  # seconds without an answer after which the calls under way are left alone
TOGETHER = 0.1  # seconds in which answers are gathered, so that they are recorded in one transaction
BUDGET = 25  # seconds of one run, well below the timeout of the worker


class Sender:
    """The calls that one process has under way. They may outlive one call of `work`: who hangs is waited for by the
    next one."""

    def __init__(self) -> None:
        self.under_way: set[Call] = set()
        self._done: SimpleQueue[Call] = SimpleQueue()
        self._threads = Threads()

    def work(
        self, *, clock: Clock, network: Network = OUTSIDE, seconds: float = BUDGET, jitter: Jitter = any_jitter
    ) -> int:
        """How many messages arrived. Returns when nothing more is due and no answer came for a moment. With no
        `seconds`, nothing new is begun. A run takes a while, so each call has the time at which it begins."""
        if seconds:
            release_leases(at=clock())
        end, sent = time.monotonic() + seconds, 0
        while True:
            at = clock()
            leased = lease_due(at=at, room=AT_ONCE - len(self.under_way)) if time.monotonic() < end else []
            self.under_way |= {self._begun(each, at=at, network=network) for each in leased}
            answered = self._answered()
            sent += record(answered, at=clock(), jitter=jitter)
            if not leased and not answered:
                return sent

    def _begun(self, delivery: WebhookDelivery, *, at: datetime, network: Network) -> Call:
        call = Call(delivery, at=at, network=network, done=self._done)
        self._threads.run(call.run)
        return call

    def _answered(self) -> list[Call]:
        """Those that came back within a moment, and those that nobody waits for any longer."""
        found = [call for call in self.under_way if call.is_overdue]
        for call in found:
            call.give_up()
        wait = 0 if found or not self.under_way else QUIET
        until = time.monotonic() + wait + TOGETHER
        while len(found) < len(self.under_way):
            try:
                found.append(self._done.get(timeout=max(until - time.monotonic(), 0)))
            except Empty:
                break
            until = min(until, time.monotonic() + TOGETHER)
        mine = [call for call in found if call in self.under_way]  # not one that was given up before
        self.under_way -= set(mine)
        return mine


def send_deliveries(
    *, clock: Clock, network: Network = OUTSIDE, seconds: float = BUDGET, jitter: Jitter = any_jitter
) -> int:
    """How many messages arrived; waits for all that it has begun."""
    sender = Sender()
    sent = sender.work(clock=clock, network=network, seconds=seconds, jitter=jitter)
    while sender.under_way:
        sent += sender.work(clock=clock, network=network, seconds=0, jitter=jitter)
    return sent


@transaction.atomic
def lease_due(*, at: datetime, room: int) -> list[WebhookDelivery]:
    """The next messages, so that no other process sends them: a few for each endpoint, one for an endpoint that fails,
    and of one lead never two."""
    rows: list[WebhookDelivery] = []
    if room <= 0:
        return rows
    locked = endpoints_with_due(at).select_for_update(of=("self",), skip_locked=True, no_key=True)
    endpoints = list(locked)
    begun = under_way() if endpoints else {}  # after the lock, so that no other process adds to it
    for endpoint in endpoints:
        most = AT_A_FAILING_ONE if endpoint.failures >= REST_AFTER else AT_ONE_ENDPOINT
        free = min(most - begun.get(endpoint.pk, 0), room - len(rows))
        if free > 0:
            for row in heads(endpoint, at=at).select_for_update(of=("self",), skip_locked=True)[:free]:
                row.endpoint = endpoint
                row.attempts += 1
                rows.append(row)
    if rows:
        WebhookDelivery.objects.filter(pk__in=[row.pk for row in rows]).update(
            state=State.SENDING, leased_until=at + LEASE, next_at=None, attempts=F("attempts") + 1
        )
        _hide_people(rows)
    return rows


def _hide_people(rows: Sequence[WebhookDelivery]) -> None:
    """In messages that were made while their endpoint, or the key that made it, might still see the person."""
    found = [row for row in rows if not row.endpoint.sees_person and holds_person(row.body)]
    if not found:
        return
    open_own = {key for key, is_open in open_own_keys() if is_open}
    for row in found:
        row.body = without_person(row.body, open_own=open_own)
    bulk_update(WebhookDelivery, found, ["body"])


def release_leases(*, at: datetime) -> int:
    """What a process that died was sending is due again, unless nothing is left to be said."""
    left = WebhookDelivery.objects.filter(state=State.SENDING, leased_until__lte=at)
    left.filter(body="").update(state=State.CANCELLED, leased_until=None)
    return left.update(state=State.WAITING, leased_until=None, next_at=at)
