"""Send what is due, outside any transaction; a host that hangs holds up nobody (I1)."""

import logging
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from config.reach.mail import send_mail_to
from config.reach.outcome import Came, Outcome, Sending
from config.sealing import NotReadable, unseal
from routing.actions.words.channels import sender_of
from routing.actions.words.leasing import Parcel, give_up_leases, lease_due, record
from routing.models import Channel, Notification

AT_ONCE = 6  # threads
SECONDS = 15  # for one text
BUDGET = 25  # seconds of one run, well below the timeout of the worker
TIRED_AFTER = 2  # texts that got no answer: the rest of that kind waits for the next run


@dataclass(frozen=True, slots=True)
class Text:
    """What a person reads. Chat and SMS have no subject of their own."""

    subject: str
    body: str


Compose = Callable[[Channel, Sequence[Notification]], Text]
logger = logging.getLogger(__name__)


def send_words(*, at: datetime, compose: Compose) -> int:
    """How many texts were sent."""
    give_up_leases(at=at)
    end, sent, silent = time.monotonic() + BUDGET - SECONDS, 0, Counter[str]()
    while True:
        tired = [kind for kind, times in silent.items() if times >= TIRED_AFTER]
        parcels = lease_due(at=at, most=AT_ONCE, without=tired)
        if not parcels:
            return sent
        for parcel, outcome in _sent(parcels, compose):
            record(parcel, outcome, at=at)
            sent += outcome.came == Came.SENT
            silent[parcel.channel.kind] += outcome.problem in ("too_slow", "no_answer")
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
    channel, user = parcel.channel, parcel.channel.user
    is_account_mail = channel.kind == Channel.Kind.MAIL
    if not user.is_active or (is_account_mail and not user.email):
        return Outcome(Came.REFUSED, "no_address")
    try:
        text = compose(channel, parcel.notifications)
    except Exception:  # one message that cannot be worded must not stop the others
        logger.exception("Deliveries %s cannot be worded", parcel.pks)
        return Outcome(Came.REFUSED, "no_words")
    if is_account_mail:
        return Sending(partial(send_mail_to, user.email, subject=text.subject, body=text.body))
    try:
        address = unseal(channel.address)
    except NotReadable:
        return Outcome(Came.DEAD, "not_readable")
    return Sending(partial(sender_of(channel), address, text=text.body))
