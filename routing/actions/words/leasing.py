"""Take deliveries to send, so that no other process sends them; and record what came of it (I1).

A lease is committed before anything is sent. If it runs out, the process that had it died: then nobody knows whether
the text left, and it is not sent again by itself.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F

from config.reach.outcome import Came, Outcome
from config.web.people import display_name
from routing.actions.notifications import Message, notify, notify_each
from routing.decisions.outages import next_probe
from routing.decisions.word_times import next_try
from routing.models import Channel, Delivery, Notification
from routing.queries.audience import ops_ids

State = Delivery.State
LEASE = timedelta(minutes=2)
MOST_IN_A_DIGEST = 200
MOST_LOOKED_AT = 200  # deliveries, for the channels that are next


@dataclass(frozen=True, slots=True)
class Parcel:
    """What leaves as one text through one channel: one delivery, or a digest of several."""

    channel: Channel
    deliveries: Sequence[Delivery]

    @property
    def notifications(self) -> list[Notification]:
        return [each.notification for each in self.deliveries]

    @property
    def pks(self) -> list[int]:
        return [each.pk for each in self.deliveries]


@transaction.atomic
def lease_due(*, at: datetime, most: int, without: Sequence[str] = ()) -> list[Parcel]:
    """The next texts to send; `without` names kinds of channels to leave alone.

    The channels are locked before their deliveries, so that two processes never make two digests of one. (A statement
    that locks both at once, and skips what is locked, keeps the delivery although it skips the channel.)
    """
    due = Delivery.objects.filter(state__in=(State.WAITING, State.HELD), next_at__lte=at, channel__dead_since=None)
    due = due.exclude(channel__kind__in=without)
    wanted = set(due.order_by("next_at", "pk").values_list("channel", flat=True)[:MOST_LOOKED_AT])
    free = Channel.objects.filter(pk__in=wanted, dead_since=None).select_for_update(skip_locked=True, no_key=True)
    channels = list(free.order_by("pk").values_list("pk", flat=True)[:most])
    rows = due.filter(channel__in=channels).select_related("channel__user", "notification__lead")
    rows = rows.select_for_update(of=("self",), no_key=True)
    parcels: list[list[Delivery]] = []
    digests: set[int] = set()
    for row in rows.order_by("next_at", "pk")[:most]:
        if row.state == State.WAITING:
            parcels.append([row])
        elif row.channel_id not in digests:
            digests.add(row.channel_id)
            held = rows.filter(channel=row.channel_id, state=State.HELD).order_by("pk")
            parcels.append(list(held[:MOST_IN_A_DIGEST]))
    taken = [row.pk for rows in parcels for row in rows]
    Delivery.objects.filter(pk__in=taken).update(
        state=State.SENDING, leased_until=at + LEASE, attempts=F("attempts") + 1, next_at=None
    )
    Delivery.objects.filter(pk__in=taken, first_try_at=None).update(first_try_at=at)
    return [Parcel(rows[0].channel, rows) for rows in parcels]


@transaction.atomic
def record(parcel: Parcel, outcome: Outcome, *, at: datetime, is_down: bool = False) -> None:
    """Only what this process still has: a lease that ran out was called unsure by somebody else, and if the text did
    leave, it is better to know. While the whole way `is_down` no channel is given up."""
    first, *others = parcel.pks
    mine = Delivery.objects.filter(pk__in=parcel.pks, state__in=(State.SENDING, State.UNSURE))
    if outcome.came == Came.SENT:
        mine.update(state=State.SENT, sent_at=at, leased_until=None, problem="")
        mine.model.objects.filter(pk__in=others, state=State.SENT).update(state=State.MERGED, merged_into=first)
        return
    tried = max(each.attempts for each in parcel.deliveries) + 1
    again = None
    if outcome.came == Came.RETRY and is_down:
        again = next_probe(min(each.first_try_at or at for each in parcel.deliveries), at=at)
    elif outcome.came == Came.RETRY:
        again = next_try(tried, at=at)
    if again is not None:
        state = State.WAITING if not others else State.HELD
        mine.update(state=state, next_at=again, leased_until=None, problem=outcome.problem)
        return
    state = State.UNSURE if outcome.came == Came.UNSURE else State.FAILED
    mine.update(state=state, leased_until=None, problem=outcome.problem)
    if outcome.came in (Came.DEAD, Came.RETRY) and not is_down:
        give_up_channel(parcel.channel, problem=outcome.problem, at=at)


@transaction.atomic
def give_up_channel(channel: Channel, *, problem: str, at: datetime) -> None:
    """Nothing more is sent there. The person and sales ops read of it in the inbox, and work goes on."""
    alive = Channel.objects.filter(pk=channel.pk, dead_since=None)
    if not alive.update(dead_since=at, problem=problem[:20]):
        return
    waiting = Delivery.objects.filter(channel=channel, state__in=(State.WAITING, State.HELD))
    waiting.update(state=State.FAILED, next_at=None, problem="dead")
    details = {
        "channel": channel.kind,
        "label": channel.label,
        "problem": problem,
        "person": display_name(channel.user),
    }
    key = f"channel-dead-{channel.pk}-{at:%Y%m%d%H%M}"
    kind = Notification.Kind.CHANNEL_DEAD
    notify_each([Message(channel.user_id, kind, key, details=details | {"own": True})], at=at)
    notify((pk for pk in ops_ids() if pk != channel.user_id), kind=kind, key=key, at=at, details=details)


def give_up_leases(*, at: datetime) -> int:
    """What a process that died was sending."""
    left = Delivery.objects.filter(state=State.SENDING, leased_until__lt=at)
    return left.update(state=State.UNSURE, leased_until=None, problem="died")


@transaction.atomic
def send_again(delivery: Delivery, *, at: datetime) -> bool:
    """By hand, for what failed or is unsure; the channel counts as alive again. False if it is on its way or was
    sent."""
    stopped = Delivery.objects.filter(pk=delivery.pk, state__in=(State.FAILED, State.UNSURE))
    if not stopped.update(state=State.WAITING, next_at=at, attempts=0, first_try_at=None, problem="", merged_into=None):
        return False
    Channel.objects.filter(pk=delivery.channel_id).update(dead_since=None, problem="")
    return True
