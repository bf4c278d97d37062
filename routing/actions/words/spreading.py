"""Decide for each new message through which channels it goes, and when (I1).

A message is written in the transaction that causes it, as an unspread row of the inbox; what is rolled back was never
said. Here each such row becomes deliveries, once, and every one of them is sent by `sending`.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from config.models import Heartbeat
from config.worker.heartbeat import record_heartbeat
from routing.actions.installation_alerts import tell_standstill
from routing.actions.words.choices import have_account_mail
from routing.decisions.word_times import MERGE_WINDOW, TOO_OLD, leaves_at, when_for
from routing.decisions.words import KINDS, Role, When
from routing.models import Delivery, Notification
from routing.queries.words import Ways, medium_of, ways_of

CHUNK = 500
MOST_CHUNKS = 40  # of one run; the next goes on
HEARTBEAT = "words"


def spread_words(*, at: datetime) -> int:
    """How many messages were decided about. Two at once share the work, and none is decided about twice."""
    last = Heartbeat.objects.filter(name=HEARTBEAT).values_list("at", flat=True).first()
    if last is None:
        return _begin(at)
    tell_standstill(last, at=at)
    record_heartbeat(HEARTBEAT, at=at)
    done = 0
    for _number in range(MOST_CHUNKS):
        spread = _spread_some(at)
        done += spread
        if spread < CHUNK:
            break
    return done


def _begin(at: datetime) -> int:
    """The first run of an installation: what was said before then is in the inbox, and nobody gets it by mail."""
    with transaction.atomic():
        record_heartbeat(HEARTBEAT, at=at)
        return Notification.objects.filter(is_spread=False).update(is_spread=True)


@transaction.atomic
def _spread_some(at: datetime) -> int:
    unspread = Notification.objects.filter(is_spread=False).order_by("pk")
    rows = list(unspread.select_for_update(skip_locked=True, of=("self",))[:CHUNK])
    if not rows:
        return 0
    have_account_mail({row.user_id for row in rows}, at=at)
    ways = ways_of({row.user_id for row in rows})
    known = [row for row in rows if row.user_id in ways and row.kind in KINDS]
    new = [row for row in known if at - row.at < (KINDS[row.kind].lasts or TOO_OLD)]
    planned = [each for row in new for each in _deliveries(row, ways[row.user_id], at)]
    _merge(planned, at)
    Delivery.objects.bulk_create(planned, ignore_conflicts=True)
    Notification.objects.filter(pk__in=[row.pk for row in rows]).update(is_spread=True)
    return len(rows)


def _deliveries(row: Notification, ways: Ways, at: datetime) -> list[Delivery]:
    is_own = bool((row.details or {}).get("own"))
    roles = frozenset({Role.HOLDER}) if is_own else ways.roles
    found = []
    for channel in ways.channels:
        when = when_for(row.kind, roles, medium_of(channel), ways.chosen.get(channel.pk, {}))
        kind = KINDS[row.kind]
        moment = leaves_at(when, is_critical=kind.is_critical, hours=ways.hours, at=at, lasts=kind.lasts)
        if moment is not None:
            is_now = when == When.NOW and moment == at
            state = Delivery.State.WAITING if is_now else Delivery.State.HELD
            found.append(Delivery(notification=row, channel=channel, state=state, made_at=at, next_at=moment))
    return found


def _merge(planned: Sequence[Delivery], at: datetime) -> None:
    """As many of one kind within five minutes as the table says become one: those of this run leave together, and at
    the end of the five minutes if others of the kind left before."""
    now = [each for each in planned if each.state == Delivery.State.WAITING]
    counts = Counter((each.channel_id, each.notification.kind) for each in now)
    lately = Delivery.objects.filter(
        channel__in={each.channel_id for each in now}, made_at__gt=at - MERGE_WINDOW, notification__at__gt=at - TOO_OLD
    ).exclude(state=Delivery.State.MERGED)
    before: Counter[tuple[int, str]] = Counter()
    first: dict[tuple[int, str], datetime] = {}
    for channel, kind, made_at in lately.order_by("pk").values_list("channel", "notification__kind", "made_at"):
        before[channel, kind] += 1
        first.setdefault((channel, kind), made_at)
    for each in now:
        about = each.channel_id, each.notification.kind
        if counts[about] + before[about] >= KINDS[each.notification.kind].merges_after:
            each.state = Delivery.State.HELD
            each.next_at = first[about] + MERGE_WINDOW if about in first else at
