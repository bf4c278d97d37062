"""Read what changed in CRMs, page by page: one reader per connection, slice by slice (I4).

No call is made inside a transaction. How far a reader is stands in the connection, so that one that is killed goes on
at its page; the cursor moves after the last page of a window only.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

from django.contrib.auth.models import User
from django.db.models import Q
from django_q.tasks import async_task

from config.reach.crm.client import CrmClient
from config.reach.crm.errors import CrmRefused, Reason
from config.sealing import NotReadable
from config.web.safe_fetch import OUTSIDE, Network
from queues.actions.crm.credentials import are_renewed, open_client
from queues.actions.crm.reader import LeaseLost
from queues.actions.crm.reading import Reading
from queues.actions.crm.states import (
    NOT_READABLE,
    ConnectionIsGone,
    NotSetUp,
    SwitchedOff,
    break_,
    mended,
    pause,
    refused,
)
from queues.decisions.crm.answers import Then
from queues.models import Connection
from queues.queries.crm.connections import usable

TASK = "queues.tasks.poll_crm"
SLICE = timedelta(seconds=20)  # with the last call of it far below the worker's timeout
LEASE = timedelta(minutes=2)  # renewed before each call
WATCH = timedelta(minutes=3)  # when the next slice was lost, the schedule begins one
WRONG_FOR = timedelta(hours=1)
Clock = Callable[[], datetime]


def poll_due(*, at: datetime) -> int:
    """Begin a slice for each connection that is to be asked now; returns how many."""
    begun = 0
    for pk, minutes in usable(at).values_list("pk", "poll_minutes"):
        due = Connection.objects.filter(Q(next_poll_at=None) | Q(next_poll_at__lte=at), pk=pk)
        if due.update(next_poll_at=at + timedelta(minutes=max(1, minutes))):
            async_task(TASK, pk)
            begun += 1
    return begun


def poll_now(connection: Connection, *, at: datetime) -> bool:
    """Somebody asked, or a CRM said that something changed. False if it cannot be called now."""
    return bool(usable(at).filter(pk=connection.pk).update(next_poll_at=at))


def ask_again(connection: Connection, *, by: User, at: datetime) -> None:
    """Also what waits or is broken, and everything that waits to be written. Raises SwitchedOff, and NotSetUp of a
    draft."""
    mended(connection, by=by, at=at)
    if poll_now(connection, at=at):
        return
    connection.refresh_from_db()
    raise NotSetUp if connection.state == Connection.State.DRAFT else SwitchedOff


def poll(pk: int, *, clock: Clock, network: Network = OUTSIDE, lasts: timedelta = SLICE) -> bool:
    """One slice; queues the next if there is more. False if another process reads this connection, or it cannot be
    called now."""
    at = clock()
    leased_until = at + LEASE
    free = usable(at).filter(Q(polling_until=None) | Q(polling_until__lte=at), pk=pk)
    if not free.update(polling_until=leased_until):
        return False
    connection = Connection.objects.select_related("system").get(pk=pk)
    is_done = False
    try:
        is_done = _slice(connection, clock, network, stops_at=at + lasts)
    except (LeaseLost, ConnectionIsGone):
        return False
    finally:
        mine = Connection.objects.filter(pk=pk, polling_until=connection.polling_until)
        mine.update(polling_until=None)
    if not is_done:
        Connection.objects.filter(pk=pk).update(next_poll_at=clock() + WATCH)
        async_task(TASK, pk)
    return True


def _slice(connection: Connection, clock: Clock, network: Network, *, stops_at: datetime) -> bool:
    """Whether it is done for now; a refusal is, because the connection says when it is called again."""
    for has_tried in (False, True):
        try:
            client = open_client(connection, network=network)
        except NotReadable:
            break_(connection, problem=NOT_READABLE, at=clock())
            return True
        reading = Reading(connection, client, clock, stops_at=stops_at, lease=LEASE)
        try:
            return reading.read()
        except CrmRefused as refusal:
            if refusal.reason == Reason.SIGN_IN and not has_tried and are_renewed(connection):
                continue
            _refused(connection, client, refusal, at=clock())
            return True
        finally:
            reading.note_counts()
    return True


def _refused(connection: Connection, client: CrmClient, refusal: CrmRefused, *, at: datetime) -> None:
    answer = refused(connection, refusal, at=at, attempts=connection.failures)
    is_in_vain = answer.then in (Then.STOP, Then.GONE) or refusal.reason == Reason.WINDOW  # of a list; no shorter time
    if is_in_vain:  # it would be asked like that each minute
        told = {"problem": str(refusal.reason), "words": refusal.words, "field": refusal.field}
        pause(connection, until=at + WRONG_FOR, at=at, **told)
    elif answer.then == Then.LATER:
        soon = at + max(answer.wait, timedelta(seconds=30))
        Connection.objects.filter(pk=connection.pk, next_poll_at__gt=soon).update(next_poll_at=soon)
