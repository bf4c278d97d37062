"""Send what is due to the webhooks of partner pools, outside any transaction (D8).

As with messages (docs/decisions/40): a lease is committed before anything is sent, what surely did not arrive is tried
again with growing gaps for a day, and what perhaps did is not sent again by itself.
"""

import time
from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial

from django.db import transaction
from django.db.models import F
from django.forms.models import model_to_dict

from config.reach.gateway import post_json
from config.reach.outcome import Came, Outcome, Sending
from config.sealing import NotReadable, unseal
from config.web.safe_fetch import OUTSIDE, Network
from queues.decisions.partner_message import LEAD_FIELDS, MESSAGE_ID, SIGNATURE, message, signature
from queues.models import PartnerDelivery, PartnerPool
from queues.queries.partners import STOPPED, wanted_deliveries
from routing.decisions.word_times import next_try

State = PartnerDelivery.State
LEASE = timedelta(minutes=2)
AT_ONCE = 6  # threads
SECONDS = 15  # for one message
BUDGET = 25  # seconds of one run, well below the timeout of the worker
TIRED_AFTER = 2  # messages without an answer: the pool waits for the next run


def send_deliveries(*, at: datetime, network: Network = OUTSIDE) -> int:
    """How many messages were sent."""
    give_up_leases(at=at)
    end, sent, silent = time.monotonic() + BUDGET - SECONDS, 0, Counter[int]()
    while True:
        leased = lease_due(at=at, without=[pool for pool, times in silent.items() if times >= TIRED_AFTER])
        if not leased:
            return sent
        started = [(each, _start(each, at=at, network=network)) for each in leased]
        until = time.monotonic() + SECONDS
        for delivery, under_way in started:
            outcome = under_way if isinstance(under_way, Outcome) else under_way.outcome(until - time.monotonic())
            record(delivery, outcome, at=at)
            sent += outcome.came == Came.SENT
            silent[delivery.stay.pool_id] += outcome.came in (Came.RETRY, Came.UNSURE)
        if time.monotonic() > end:
            return sent


@transaction.atomic
def lease_due(*, at: datetime, without: Sequence[int] = ()) -> list[PartnerDelivery]:
    """The next messages of pools that are on, so that no other process sends them. A lead that was called back while
    its message was on its way does not leave again."""
    due = wanted_deliveries().filter(state=State.WAITING, next_at__lte=at, stay__pool__is_active=True)
    due = due.exclude(stay__pool__in=without).select_for_update(of=("self",), skip_locked=True)
    rows = list(due.select_related("stay__pool", "stay__lead").order_by("next_at", "pk")[:AT_ONCE])
    PartnerDelivery.objects.filter(pk__in=[row.pk for row in rows]).update(
        state=State.SENDING, leased_until=at + LEASE, attempts=F("attempts") + 1, next_at=None
    )
    return rows


def _start(delivery: PartnerDelivery, *, at: datetime, network: Network) -> Sending | Outcome:
    pool, lead = delivery.stay.pool, delivery.stay.lead
    if not pool.has_webhook:
        return Outcome(Came.REFUSED, "no_address")
    try:
        secret = unseal(pool.secret)
    except NotReadable:
        return Outcome(Came.DEAD, "not_readable")
    is_new = delivery.event == PartnerDelivery.Event.SENT
    body = message(
        delivery.event,
        key=str(delivery.key),
        at=delivery.stay.at if is_new else at,
        lead_id=lead.pk,
        lead=model_to_dict(lead, LEAD_FIELDS) if is_new else None,
    )
    signed = signature(body, secret=secret, seconds=int(at.timestamp()))
    headers = {SIGNATURE: signed, MESSAGE_ID: str(delivery.key)}
    return Sending(partial(post_json, pool.address, body=body, headers=headers, network=network))


@transaction.atomic
def record(delivery: PartnerDelivery, outcome: Outcome, *, at: datetime) -> None:
    """Only what this process still has; if a message left after its lease ran out, it is better to know."""
    mine = PartnerDelivery.objects.filter(pk=delivery.pk, state__in=(State.SENDING, State.UNSURE))
    if outcome.came == Came.SENT:
        mine.update(state=State.SENT, sent_at=at, leased_until=None, problem="")
        return
    may_try = outcome.came == Came.RETRY and wanted_deliveries().filter(pk=delivery.pk).exists()
    again = next_try(delivery.attempts + 1, at=at) if may_try else None
    if again is not None:
        mine.update(state=State.WAITING, next_at=again, leased_until=None, problem=outcome.problem)
        return
    state = State.UNSURE if outcome.came == Came.UNSURE else State.FAILED
    mine.update(state=state, leased_until=None, problem=outcome.problem)


def give_up_leases(*, at: datetime) -> int:
    """What a process that died was sending."""
    left = PartnerDelivery.objects.filter(state=State.SENDING, leased_until__lt=at)
    return left.update(state=State.UNSURE, leased_until=None, problem="died")


def send_again(pool: PartnerPool, *, at: datetime) -> int:
    """By hand: all that failed or is unsure, but no lead that was called back since. How many wait again."""
    stopped = wanted_deliveries().filter(stay__pool=pool, state__in=STOPPED)
    ids = list(stopped.order_by("pk").values_list("pk", flat=True))
    again = PartnerDelivery.objects.filter(pk__in=ids, state__in=STOPPED)
    return again.update(state=State.WAITING, next_at=at, attempts=0, problem="")
