"""The one reader of a connection: its calls, its lease, and how far it is (I4)."""

import logging
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import TypeVar

from config.reach.crm.client import CrmClient
from config.reach.crm.errors import CrmRefused, Reason
from config.reach.crm.records import CrmRecord
from queues.actions.crm.states import note_usage, worked
from queues.actions.crm.taking import take_records
from queues.models import Connection
from queues.queries.crm.connections import usable

CHUNK = 100  # records of one transaction
Said = TypeVar("Said")
logger = logging.getLogger(__name__)


class LeaseLost(Exception):
    """Another process reads this connection now."""


class Stopped(Exception):
    """Nothing may be called now; the connection says why."""


class Reader:
    """For one slice. `stops_at`: no call begins after it."""

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

    @property
    def is_over(self) -> bool:
        return self.clock() >= self.stops_at

    def call(self, call: Callable[[], Said]) -> Said:
        """Raises CrmRefused. What breaks in a client is no reason to ask again at once, or to forget the others."""
        if not usable(self.hold()).filter(pk=self.connection.pk).exists():
            raise Stopped  # its writer was refused since
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

    def take(self, records: Sequence[CrmRecord], *, is_whole: bool = False) -> bool:
        """False if time is up before the end. What was taken is known when the page is read again."""
        for start in range(0, len(records), CHUNK):
            if start and self.is_over and not is_whole:
                return False
            self.hold()
            self.counts += take_records(self.connection, records[start : start + CHUNK], at=self.clock())
        return True

    def hold(self) -> datetime:
        """This is still the only reader, and will be for a while from now, which is returned."""
        at = self.clock()
        until = at + self.lease
        mine = Connection.objects.filter(pk=self.connection.pk, polling_until=self.connection.polling_until)
        if not mine.update(polling_until=until):
            raise LeaseLost
        self.connection.polling_until = until
        return at

    def keep(self, **values: object) -> None:
        Connection.objects.filter(pk=self.connection.pk).update(**values)
        for name, value in values.items():
            setattr(self.connection, name, value)
