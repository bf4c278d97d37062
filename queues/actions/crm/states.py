"""How a connection stands: it works, waits, must be mended, or is off; each change is one line and one message (I4).

The caller of the CRM says what came of it: `worked`, `refused` or `note_usage`. A pause that is over ends by itself
when the next call is answered; one that is refused for the same reason goes on without another line.
"""

import random
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.db.models import F

from config.live import announce
from config.reach.crm.errors import CrmRefused
from config.reach.crm.records import Usage
from queues.actions.crm.log import Tone, note
from queues.decisions.crm.answers import OF_A_DAY, Answer, Then, after_refusal, is_used_up
from queues.models import Connection, CrmLink
from routing.actions.notifications import notify
from routing.models import Notification
from routing.queries.audience import ops_ids

State, Kind = Connection.State, Notification.Kind
TOLD_AFTER = timedelta(minutes=10)  # a shorter pause is no news
ONE_OF_A_CRM = "queues_one_connection_to_one_crm"
USED_UP = "usage"  # ours: Alur's share of the day's calls is gone
NOT_READABLE = "sealed"  # ours: the secrets were sealed with a key that is gone
CLEARED = {
    "problem": "",
    "problem_words": "",
    "problem_field": "",
    "problem_at": None,
    "paused_until": None,
    "failures": 0,
}


class AlreadyConnected(Exception):
    """Another connection to the same records is in use."""


class ConnectionIsGone(Exception):
    """It was removed, or is being removed."""


class NotSetUp(Exception):
    """It is still a draft."""


class SwitchedOff(Exception):
    """Nothing is asked or written before it is switched on."""


def refused(connection: Connection, refusal: CrmRefused, *, at: datetime, attempts: int = 0) -> Answer:
    """What the caller does with the record or the reading; the connection is paused or broken here, if that is what
    the refusal asks for."""
    answer = after_refusal(
        refusal.reason,
        wait=refusal.wait,
        is_daily=refusal.is_daily,
        failures=connection.failures,
        attempts=attempts,
        luck=random.random(),
    )
    problem, words, field = str(refusal.reason), refusal.words, refusal.field
    if answer.then == Then.BREAK:
        break_(connection, problem=problem, words=words, field=field, at=at)
    elif answer.then == Then.PAUSE:
        pause(connection, problem=problem, words=words, field=field, until=at + answer.wait, at=at)
    elif refusal.reason == "silent":
        Connection.objects.filter(pk=connection.pk).update(failures=F("failures") + 1)
        connection.failures += 1
    return answer


def of_record(refusal: CrmRefused, *, attempts: int) -> Answer:
    """What becomes of one record of those that were refused together: each by its own attempts, and not all at the same
    moment."""
    return after_refusal(refusal.reason, wait=refusal.wait, attempts=attempts, luck=random.random())


@transaction.atomic
def pause(
    connection: Connection, *, problem: str, until: datetime, at: datetime, words: str = "", field: str = ""
) -> None:
    """Nothing is called before `until`. The longer of two pauses counts; what is broken or off stays so."""
    row = _row(connection)
    if row is None or row.state not in (State.WORKING, State.PAUSED):
        return
    is_new = row.state != State.PAUSED or row.problem != problem
    if not is_new and row.paused_until is not None:
        until = max(until, row.paused_until)
    since = at if is_new or row.problem_at is None else row.problem_at
    change = {"problem": problem, "problem_words": words, "problem_field": field, "problem_at": since}
    _change(connection, state=State.PAUSED, paused_until=until, failures=row.failures + 1, **change)
    if is_new:
        note(connection, "paused", at=at, tone=Tone.WARN, problem=problem, words=words, until=until.isoformat())
    if until - since >= TOLD_AFTER:
        _tell(connection, Kind.CRM_DOWN, since, at=at)


@transaction.atomic
def break_(connection: Connection, *, problem: str, at: datetime, words: str = "", field: str = "") -> None:
    """Nothing is called before somebody has mended it. Wishes wait."""
    row = _row(connection)
    if row is None or row.state not in (State.WORKING, State.PAUSED):
        return
    change = {"problem": problem, "problem_words": words, "problem_field": field, "problem_at": at}
    _change(connection, state=State.BROKEN, paused_until=None, **change)
    note(connection, "broken", at=at, tone=Tone.BAD, problem=problem, words=words, field=field)
    _tell(connection, Kind.CRM_DOWN, at, at=at)


def worked(connection: Connection, *, at: datetime) -> None:
    """A call was answered. No statement if nothing was wrong."""
    if connection.state == State.WORKING and not connection.failures:
        return
    with transaction.atomic():
        row = _row(connection)
        if row is None:
            return
        if row.state == State.WORKING:
            _change(connection, failures=0)
        elif row.state == State.PAUSED and row.paused_until is not None and row.paused_until <= at:
            _go_on(connection, row, "works_again", at=at)


def note_usage(connection: Connection, usage: Usage | None, *, at: datetime) -> bool:
    """Whether calls may go on. At 80 % of the day's calls the connection waits an hour, then asks with one call."""
    if usage is None or not usage.limit:
        return True
    if (connection.usage_used, connection.usage_limit) != (usage.used, usage.limit):
        _change(connection, usage_used=usage.used, usage_limit=usage.limit, usage_at=at)
    if not is_used_up(usage.used, usage.limit):
        return True
    pause(connection, problem=USED_UP, until=at + OF_A_DAY, at=at, words=f"{usage.used} / {usage.limit}")
    return False


@transaction.atomic
def mended(connection: Connection, *, by: User | None, at: datetime) -> None:
    """Somebody gave a new secret or pressed "try again": what waits is tried at once. Raises
    ConnectionIsGone."""
    row = locked(connection)
    if row.state not in (State.BROKEN, State.PAUSED):
        return
    _go_on(connection, row, "tried_again", at=at, by=by and by.pk)
    _change(connection, next_poll_at=at)
    CrmLink.objects.filter(connection=connection, problem="", next_at__gt=at).update(next_at=at, attempts=0)


@transaction.atomic
def switch_off(connection: Connection, *, by: User | None, at: datetime) -> None:
    """Nothing is read or written. Wishes are kept and what happens here is not forgotten: it is read when it is on.
    Raises ConnectionIsGone."""
    row = locked(connection)
    if row.state in (State.OFF, State.DRAFT):  # a draft does nothing yet
        return
    _change(connection, state=State.OFF, polling_until=None, **CLEARED)
    note(connection, "switched_off", at=at, by=by and by.pk)


@transaction.atomic
def switch_on(connection: Connection, *, by: User | None, at: datetime) -> None:
    """Raises AlreadyConnected if another one does the same work now, NotSetUp without secrets, and ConnectionIsGone."""
    row = locked(connection)
    if row.state in (State.WORKING, State.PAUSED, State.BROKEN):
        return
    if not row.credentials or not row.account_id:
        raise NotSetUp
    same = {"kind": row.kind, "account_id": row.account_id, "object_name": row.object_name}
    if Connection.objects.filter(**same).exclude(state=State.OFF).exclude(pk=row.pk).exists():
        raise AlreadyConnected
    with alone():
        _change(connection, state=State.WORKING, next_poll_at=at, **CLEARED)
    note(connection, "switched_on", at=at, by=by and by.pk)


def locked(connection: Connection) -> Connection:
    """Raises ConnectionIsGone."""
    row = _row(connection)
    if row is None or row.state == State.REMOVING:
        raise ConnectionIsGone
    return row


@contextmanager
def alone() -> Iterator[None]:
    """Around a write by which a connection comes to read an account: raises AlreadyConnected where another one was
    faster by a moment, which no look before can see."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as clash:
        if ONE_OF_A_CRM not in str(clash):
            raise
        raise AlreadyConnected from None


def _row(connection: Connection) -> Connection | None:
    return Connection.objects.select_for_update(no_key=True).filter(pk=connection.pk).first()


def _go_on(connection: Connection, row: Connection, what: str, *, at: datetime, **details: Any) -> None:
    _change(connection, state=State.WORKING, **CLEARED)
    since = row.problem_at or at
    minutes = int((at - since).total_seconds() // 60)
    note(connection, what, at=at, problem=row.problem, minutes=minutes, **details)
    if Notification.objects.filter(kind=Kind.CRM_DOWN, key=_key(Kind.CRM_DOWN, row, since)).exists():
        _tell(connection, Kind.CRM_BACK, since, at=at, minutes=minutes)


def _change(connection: Connection, **values: object) -> None:
    """In the row and in the caller's object; how it stands has no history, its log says that."""
    Connection.objects.filter(pk=connection.pk).update(**values)
    for name, value in values.items():
        setattr(connection, name, value)
    if "state" in values:
        announce("connections")


def _tell(connection: Connection, kind: Notification.Kind, since: datetime, *, at: datetime, **details: object) -> None:
    """Sales ops, once for each time that it stood still."""
    told = {
        "connection": connection.pk,
        "name": connection.whole_name,
        "state": str(connection.state),
        "problem": connection.problem,
        "field": connection.problem_field,
        "since": since.isoformat(),
    }
    notify(ops_ids(), kind=kind, key=_key(kind, connection, since), at=at, details=told | details)


def _key(kind: Notification.Kind, connection: Connection, since: datetime) -> str:
    return f"{kind}-{connection.pk}-{since:%Y%m%d%H%M%S%f}"
