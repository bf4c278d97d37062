"""One slice of a reader: windows, pages, people, and what was deleted (I4)."""

import logging
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import TypeVar

from config.live import announce
from config.reach.crm.client import CrmClient
from config.reach.crm.errors import CrmRefused, Reason
from config.reach.crm.records import CrmRecord
from queues.actions.crm.log import Tone, Way, note
from queues.actions.crm.people import keep_people
from queues.actions.crm.states import break_, note_usage, worked
from queues.actions.crm.taking import JOINED, MADE, MET, UPDATED, take_records
from queues.decisions.crm.windows import (
    DAILY,
    HOURLY,
    LAG,
    OVERLAP,
    PEOPLE_AGAIN,
    Window,
    halved,
    is_due,
    next_window,
)
from queues.models import Connection
from queues.queries.crm.records import heard_of

CHUNK = 100  # records of one transaction
ACCOUNT = "account"  # the problem of secrets that open another account than the one that was connected
NEWS = (MADE, JOINED, UPDATED, MET)
Said = TypeVar("Said")
logger = logging.getLogger(__name__)


class LeaseLost(Exception):
    """Another process reads this connection now."""


class Stopped(Exception):
    """Nothing may be called now; the connection says why."""


class Reading:
    """One reader for one slice. `stops_at`: no call begins after it."""

    def __init__(
        self,
        connection: Connection,
        client: CrmClient,
        clock: Callable[[], datetime],
        *,
        stops_at: datetime,
        lease: timedelta,
    ) -> None:
        self.connection, self.client, self.clock = connection, client, clock
        self.stops_at, self.lease = stops_at, lease
        self.fields = set(connection.field_map.values())
        self.counts: Counter[str] = Counter()
        self.since: datetime | None = None  # a part of the overlap ends there, and was read in this slice
        self.longest: timedelta | None = None
        self.is_done = False

    def read(self) -> bool:
        """Whether everything up to the beginning of this slice was read. Raises CrmRefused and LeaseLost."""
        try:
            self._look_around()
            self.is_done = self._read_windows(self.clock() - LAG)
        except Stopped:
            self.is_done = True
        return self.is_done

    def note_counts(self) -> None:
        """One line for each slice that found news."""
        if any(self.counts[name] for name in NEWS):
            counts = {name: count for name, count in self.counts.items() if count}
            note(self.connection, "taken", at=self.clock(), way=Way.IN, tone=Tone.OK, is_last=self.is_done, **counts)
            self._keep(last_in_at=self.clock())
            announce("connections")

    def _look_around(self) -> None:
        """Each hour: whether the secrets still open the account that was connected, before anything is taken, and what
        was deleted. Each day: who is there."""
        at, connection = self.clock(), self.connection
        if is_due(connection.looked_at, HOURLY, at):
            account = self._call(self.client.account)
            if connection.account_id and account.id[:80] != connection.account_id:
                break_(connection, problem=ACCOUNT, at=at, words=account.name)
                raise Stopped
            if connection.looked_at is not None:
                self._read_removed(connection.looked_at - OVERLAP, at - LAG)
            self._keep(looked_at=at)
        if is_due(connection.people_at, DAILY, at):
            self._read_people(at)

    def _read_people(self, at: datetime) -> None:
        matched = keep_people(self.connection, self._call(self.client.people), at=at)
        if matched:
            note(self.connection, "matched", at=at, way=Way.IN, n=matched)

    def _read_removed(self, since: datetime, until: datetime) -> None:
        ask, after = partial(self.client.removed, since=since, until=until), ""
        while True:
            page = self._call(partial(ask, after=after))
            self._take(page.records, is_whole=True)
            if not page.after or page.after == after:
                return
            after = page.after

    def _read_windows(self, run_until: datetime) -> bool:
        connection = self.connection
        while not self.is_over:
            after = connection.cursor_after if connection.window_until is not None else ""
            window = next_window(
                connection.cursor_at,
                until=connection.window_until or run_until,
                begins=connection.take_since,
                since=self.since,
                longest=None if after else self.longest,
            )
            if window is None or (self._read_window(window, after=after) and window.until >= run_until):
                return True
        return False

    def _read_window(self, window: Window, *, after: str) -> bool:
        """Whether its last page was taken. A window for which the CRM is too slow, or has too much, is tried again by
        half."""
        ask = partial(self.client.changed, since=window.since, until=window.until, fields=self.fields)
        while True:
            try:
                page = self._call(partial(ask, after=after))
            except CrmRefused as refusal:
                self._again_otherwise(window, refusal, after=after)
                return False
            self._hear_of_owners(page.records)
            if not self._take(page.records):
                return False
            if not page.after or page.after == after:
                self._finish(window)
                return True
            after = page.after
            self._keep_page(window, after)
            if self.is_over:
                return False

    def _again_otherwise(self, window: Window, refusal: CrmRefused, *, after: str) -> None:
        """A page in the middle that the CRM no longer knows is asked for from the first one."""
        if refusal.reason == Reason.WINDOW and (half := halved(window)) is not None:
            self.longest = half
        elif not (after and refusal.reason in (Reason.GONE, Reason.WRONG)):
            raise refusal
        self._keep(window_until=None, cursor_after="")

    def _finish(self, window: Window) -> None:
        """The cursor never goes back: what ends inside the overlap is remembered by this slice only."""
        cursor = self.connection.cursor_at
        is_ahead = cursor is None or window.until > cursor
        self.since = None if is_ahead else window.until
        self.longest = self.longest * 2 if self.longest is not None else None
        moved = {"cursor_at": window.until} if is_ahead else {}
        self._keep(window_until=None, cursor_after="", **moved)

    def _keep_page(self, window: Window, after: str) -> None:
        if self.connection.cursor_at is None or window.until > self.connection.cursor_at:
            self._keep(window_until=window.until, cursor_after=after)

    def _hear_of_owners(self, records: Sequence[CrmRecord]) -> None:
        owners, at = {record.owner for record in records if record.owner}, self.clock()
        if not owners or not is_due(self.connection.people_at, PEOPLE_AGAIN, at):
            return
        if owners - heard_of(self.connection, owners):
            self._read_people(at)

    def _take(self, records: Sequence[CrmRecord], *, is_whole: bool = False) -> bool:
        """False if time is up before the end. What was taken is known when the page is read again."""
        for start in range(0, len(records), CHUNK):
            if start and self.is_over and not is_whole:
                return False
            self._hold()
            self.counts += take_records(self.connection, records[start : start + CHUNK], at=self.clock())
        return True

    def _call(self, call: Callable[[], Said]) -> Said:
        """Raises CrmRefused. What breaks in a client is no reason to ask again at once, or to forget the others."""
        self._hold()
        try:
            said = call()
        except CrmRefused:
            raise
        except Exception as fault:
            logger.exception("connection %s: its client failed", self.connection.pk)
            raise CrmRefused(Reason.SILENT, code=type(fault).__name__) from fault
        at = self.clock()
        if not note_usage(self.connection, self.client.session.usage, at=at):
            raise Stopped
        worked(self.connection, at=at)  # not before: a pause for too many calls may only go on
        return said

    @property
    def is_over(self) -> bool:
        return self.clock() >= self.stops_at

    def _hold(self) -> None:
        """This is still the only reader, and will be for a while."""
        until = self.clock() + self.lease
        mine = Connection.objects.filter(pk=self.connection.pk, polling_until=self.connection.polling_until)
        if not mine.update(polling_until=until):
            raise LeaseLost
        self.connection.polling_until = until

    def _keep(self, **values: object) -> None:
        Connection.objects.filter(pk=self.connection.pk).update(**values)
        for name, value in values.items():
            setattr(self.connection, name, value)
