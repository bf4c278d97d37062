"""Send what is due, outside any transaction; a host that hangs holds up nobody (I1)."""

import logging
import time
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime

from config.reach.outcome import Came, Outcome, Sending
from routing.actions.words.leasing import Parcel, give_up_leases, lease_due, record
from routing.actions.words.outages import give_up_waiting, kinds_with_outage, note_outcome
from routing.actions.words.push import forget_gone
from routing.actions.words.ways_out import SECONDS, Text, start_sending
from routing.models import Channel, Notification

AT_ONCE = 6  # threads
BUDGET = 25  # seconds of one run, well below the timeout of the worker
TIRED_AFTER = 2  # texts that got no answer: the rest of that kind waits for the next run


Compose = Callable[[Channel, Sequence[Notification]], Text]
logger = logging.getLogger(__name__)


def send_words(*, at: datetime, compose: Compose) -> int:
    """How many texts were sent."""
    give_up_leases(at=at)
    give_up_waiting(at=at)
    known = kinds_with_outage()
    end, sent = time.monotonic() + BUDGET - SECONDS, 0
    silent = Counter({kind: TIRED_AFTER - 1 for kind, is_down in known.items() if is_down})
    while True:
        tired = [kind for kind, times in silent.items() if times >= TIRED_AFTER]
        parcels = lease_due(at=at, most=AT_ONCE, without=tired)
        if not parcels:
            return sent
        for parcel, outcome in _sent(parcels, compose):
            forget_gone(outcome.gone)
            is_down = note_outcome(parcel.channel, outcome, at=at, known=known)
            record(parcel, outcome, at=at, is_down=is_down)
            sent += outcome.came == Came.SENT
            silent[parcel.channel.kind] += is_down or outcome.problem in ("too_slow", "no_answer")
        if time.monotonic() > end:
            return sent


def _sent(parcels: Sequence[Parcel], compose: Compose) -> list[tuple[Parcel, Outcome]]:
    started = [(parcel, _start(parcel, compose)) for parcel in parcels]
    end = time.monotonic() + SECONDS
    return [
        (parcel, each if isinstance(each, Outcome) else each.outcome(end - time.monotonic()))
        for parcel, each in started
    ]


def _start(parcel: Parcel, compose: Compose) -> Sending | Outcome:
    try:
        text = compose(parcel.channel, parcel.notifications)
    except Exception:  # one message that cannot be worded must not stop the others
        logger.exception("Deliveries %s cannot be worded", parcel.pks)
        return Outcome(Came.REFUSED, "no_words")
    return start_sending(parcel.channel, text)
