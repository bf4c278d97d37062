"""Write owners and statuses to CRMs, outside any transaction: read, compare, write, record (I4).

A lease is committed before any call: one writer of a connection, one write of a link at a time. What is sent is kept
before it is sent, so that a write whose process died is known as our own when it is found there. Records are read
just before they are written, because somebody may have changed them; meeting.py says who wins.
"""

import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from django.db import transaction
from django.db.models import Q

from config.reach.crm.client import CrmClient
from config.reach.crm.errors import CrmRefused, Reason
from config.reach.crm.records import CrmRecord
from config.sealing import NotReadable
from config.web.safe_fetch import OUTSIDE, Network
from queues.actions.crm import states
from queues.actions.crm.credentials import are_renewed, open_client
from queues.actions.crm.written import compare, not_taken, put_off, record_gone, record_written, stop
from queues.decisions.crm.answers import Then
from queues.models import Connection, CrmLink
from queues.queries.crm.connections import usable
from queues.queries.crm.standing import due_links, with_due_wishes

LEASE = timedelta(seconds=90)  # more than BUDGET and two calls that hang
BUDGET = 25  # seconds of one run at one connection, well below the timeout of the worker
BATCH = 10  # records read together; few, because what is read grows old while others are written
BARRED = 5  # records that may not be written, one after the other: a right is missing for all

SPOILS = (Reason.WRONG, Reason.ACCESS, Reason.GONE, Reason.CONVERTED, Reason.WINDOW)  # one record, a whole read

Clock = Callable[[], datetime]
Found = TypeVar("Found")
logger = logging.getLogger(__name__)


def write_wishes(*, clock: Clock, network: Network = OUTSIDE) -> int:
    """How many records were written. One statement when nothing is due."""
    end = time.monotonic() + BUDGET
    return sum(write_to(each, clock=clock, network=network, end=end) for each in with_due_wishes(at=clock()))


def write_to(connection: Connection, *, clock: Clock, network: Network = OUTSIDE, end: float) -> int:
    """What is due at one connection, until `end` by the monotonic clock; nothing if another process is at it."""
    lease = clock() + LEASE
    rows = Connection.objects.filter(Q(writing_until=None) | Q(writing_until__lte=clock()), pk=connection.pk)
    if not rows.update(writing_until=lease):
        return 0
    run = None
    try:
        run = Run(connection, open_client(connection, network=network), clock, lease, end)
        while run.goes_on and run.write_next():
            pass
    except NotReadable:
        states.break_(connection, problem=states.NOT_READABLE, at=clock())
    finally:
        CrmLink.objects.filter(connection=connection, leased_until=lease).update(leased_until=None)
        done = {"last_out_at": clock()} if run is not None and run.written else {}
        Connection.objects.filter(pk=connection.pk, writing_until=lease).update(writing_until=None, **done)
    return run.written if run is not None else 0


@transaction.atomic
def lease_due(connection: Connection, *, at: datetime, until: datetime) -> list[CrmLink]:
    """The next links whose wish is due, so that no other process writes them; none once the connection may not be
    called, as its reader may have been refused since."""
    if not usable(at).filter(pk=connection.pk).exists():
        return []
    rows = due_links(at=at).filter(connection=connection).select_for_update(skip_locked=True, no_key=True)
    links = list(rows.order_by("next_at", "pk")[:BATCH])
    CrmLink.objects.filter(pk__in=[link.pk for link in links]).update(leased_until=until)
    return links


@dataclass
class Run:
    """One run at one connection. Locks and calls never overlap."""

    connection: Connection
    client: CrmClient
    clock: Clock
    lease: datetime
    end: float
    written: int = 0
    barred: int = 0
    is_stopped: bool = False

    @property
    def goes_on(self) -> bool:
        return not self.is_stopped and time.monotonic() < self.end

    def write_next(self) -> bool:
        """Whether something was due."""
        links = lease_due(self.connection, at=self.clock(), until=self.lease)
        found = self.read(links) if links else {}
        for link in links:
            if self.goes_on and link.remote_id in found:
                self.write(link.pk, found[link.remote_id])
        return bool(links)

    def read(self, links: Sequence[CrmLink]) -> dict[str, CrmRecord]:
        """Those that could be read; of those that are gone only that."""
        ids = [link.remote_id for link in links]
        try:
            records = self.call(lambda: self.client.read(ids, fields=self.fields()))
        except CrmRefused as refusal:
            if len(links) > 1 and refusal.reason in SPOILS:
                return self.read_each(links)
            self.refused(links, refusal)
            return {}
        return {each: CrmRecord(each, is_gone=True) for each in ids} | {record.id: record for record in records}

    def read_each(self, links: Sequence[CrmLink]) -> dict[str, CrmRecord]:
        """One of them spoils the others."""
        found: dict[str, CrmRecord] = {}
        for link in links:
            if self.goes_on:
                found |= self.read([link])
        return found

    def write(self, pk: int, record: CrmRecord) -> None:
        wish = compare(pk, record, lease=self.lease, at=self.clock())
        if wish is None:
            return
        try:
            written = self.call(lambda: self.client.write(record.id, owner=wish.owner, status=wish.status, fields=()))
        except CrmRefused as refusal:
            if refusal.reason != Reason.SILENT:
                not_taken(wish.link, lease=self.lease)
            self.refused([wish.link], refusal)
            return
        record_written(wish, written, at=self.clock())
        self.written, self.barred = self.written + 1, 0

    def call(self, ask: Callable[[], Found]) -> Found:
        """Raises CrmRefused. What breaks in a client is no reason to stop the others, or to ask again at once."""
        try:
            found = ask()
        except CrmRefused:
            raise
        except Exception as fault:
            logger.exception("connection %s: its client failed", self.connection.pk)
            raise CrmRefused(Reason.SILENT, code=type(fault).__name__) from fault
        finally:
            if not states.note_usage(self.connection, self.client.session.usage, at=self.clock()):
                self.is_stopped = True
        if not self.is_stopped:
            states.worked(self.connection, at=self.clock())
        return found

    def refused(self, links: Sequence[CrmLink], refusal: CrmRefused) -> None:
        if refusal.reason == Reason.SIGN_IN and are_renewed(self.connection):
            self.is_stopped = True  # refused with secrets that another process has just renewed: the next run has them
            return
        at, refusal = self.clock(), self.weighed(refusal)
        answer = states.refused(self.connection, refusal, at=at, attempts=min(link.attempts for link in links))
        for link in links:
            if answer.then in (Then.LATER, Then.STOP):
                answer = states.of_record(refusal, attempts=link.attempts)
            if answer.then == Then.LATER:
                put_off(link, until=at + answer.wait)
            elif answer.then == Then.STOP:
                stop(link, refusal, at=at)
            elif answer.then == Then.GONE:
                record_gone(link.pk, at=at)
            else:
                self.is_stopped = True

    def weighed(self, refusal: CrmRefused) -> CrmRefused:
        """One record that is closed to Alur concerns nobody else; where all are, a right is missing."""
        if refusal.reason != Reason.ACCESS:
            return refusal
        self.barred += 1
        if self.barred < BARRED:
            return refusal
        return CrmRefused(
            Reason.RIGHTS, status=refusal.status, code=refusal.code, words=refusal.words, field=refusal.field
        )

    def fields(self) -> list[str]:
        return list(self.connection.field_map.values())
