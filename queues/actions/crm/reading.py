"""One slice of a reader: first what is new, window by window and page by page, then what was left behind (I4)."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial

from config.live import announce
from config.reach.crm.errors import CrmRefused, Reason
from config.reach.crm.records import CrmRecord
from queues.actions.crm.log import Tone, Way, note
from queues.actions.crm.looking_again import look_each_hour
from queues.actions.crm.people import keep_people
from queues.actions.crm.reader import Reader, Stopped
from queues.actions.crm.states import break_
from queues.actions.crm.sweeping import sweep_people
from queues.actions.crm.taking import JOINED, MADE, MET, UPDATED
from queues.decisions.crm.windows import (
    DAILY,
    HOURLY,
    LAG,
    PEOPLE_AGAIN,
    Window,
    halved,
    is_due,
    next_window,
)
from queues.models import Connection
from queues.queries.crm.records import heard_of

ACCOUNT = "account"  # the problem of secrets that open another account than the one that was connected
NEWS = (MADE, JOINED, UPDATED, MET)


class Reading(Reader):
    since: datetime | None = None  # a part of the overlap ends there, and was read in this slice
    is_done = False

    def read(self) -> bool:
        """Whether nothing is left to do now. Raises CrmRefused and LeaseLost."""
        try:
            self._look_around()
            is_read = self._read_windows(self.clock() - LAG)
            self.is_done = is_read and sweep_people(self) and look_each_hour(self)
        except Stopped:
            self.is_done = True
        return self.is_done

    def note_counts(self) -> None:
        """One line for each slice that found news."""
        is_kept = Connection.objects.exclude(state=Connection.State.REMOVING).filter(pk=self.connection.pk).exists
        if any(self.counts[name] for name in NEWS) and is_kept():
            counts = {name: count for name, count in self.counts.items() if count}
            note(self.connection, "taken", at=self.clock(), way=Way.IN, tone=Tone.OK, is_last=self.is_done, **counts)
            self.keep(last_in_at=self.clock())
            announce("connections")

    def _look_around(self) -> None:
        """Each hour: whether the secrets still open the account that was connected, before anything is taken. Each day:
        who is there."""
        at, connection = self.clock(), self.connection
        if is_due(connection.looked_at, HOURLY, at):
            account = self.call(self.client.account)
            if connection.account_id and account.id[:80] != connection.account_id:
                break_(connection, problem=ACCOUNT, at=at, words=account.name)
                raise Stopped
            if connection.looked_at is None:  # nothing is known that could be gone
                self.keep(looked_at=at)
        if is_due(connection.people_at, DAILY, at):
            self._read_people(at)

    def _read_people(self, at: datetime) -> None:
        matched = keep_people(self.connection, self.call(self.client.people), at=at)
        if matched:
            note(self.connection, "matched", at=at, way=Way.IN, n=matched)

    def _read_windows(self, run_until: datetime) -> bool:
        connection = self.connection
        while not self.is_over:
            after = connection.cursor_after if connection.window_until is not None else ""
            window = next_window(
                connection.cursor_at,
                until=connection.window_until or run_until,
                begins=connection.take_since,
                since=self.since,
            )
            if window is None:
                return True
            if self._read_window(window, after=after):
                if window.until >= run_until:
                    return True
                self._lengthen(window, run_until)
        return False

    def _read_window(self, window: Window, *, after: str) -> bool:
        """Whether its last page was taken. A window for which the CRM is too slow, or has too much, is tried again by
        half, if need be in the next slice: one call that is too slow may have taken the whole of this one."""
        ask = partial(self.client.changed, since=window.since, until=window.until, fields=self.fields)
        while True:
            try:
                page = self.call(partial(ask, after=after))
            except CrmRefused as refusal:
                self._again_otherwise(window, refusal, after=after)
                return False
            self._hear_of_owners(page.records)
            if not self.take(page.records):
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
        until = None
        if refusal.reason == Reason.WINDOW and (half := halved(window)) is not None:
            until = window.since + half
        elif not (after and refusal.reason in (Reason.GONE, Reason.WRONG)):
            raise refusal
        self.keep(window_until=until, cursor_after="")

    def _lengthen(self, window: Window, run_until: datetime) -> None:
        """The next one may be twice as long."""
        until = window.until + 2 * window.length
        self.keep(window_until=until if until < run_until else None)

    def _finish(self, window: Window) -> None:
        """The cursor never goes back: what ends inside the overlap is remembered by this slice only."""
        cursor = self.connection.cursor_at
        is_ahead = cursor is None or window.until > cursor
        self.since = None if is_ahead else window.until
        moved = {"cursor_at": window.until} if is_ahead else {}
        self.keep(window_until=None, cursor_after="", **moved)

    def _keep_page(self, window: Window, after: str) -> None:
        if self.connection.cursor_at is None or window.until > self.connection.cursor_at:
            self.keep(window_until=window.until, cursor_after=after)

    def _hear_of_owners(self, records: Sequence[CrmRecord]) -> None:
        owners, at = {record.owner for record in records if record.owner}, self.clock()
        if not owners or not is_due(self.connection.people_at, PEOPLE_AGAIN, at):
            return
        if owners - heard_of(self.connection, owners):
            self._read_people(at)
