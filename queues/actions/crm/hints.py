"""A CRM says that something changed: it is asked a little later, and what it said is not read (I4)."""

from datetime import datetime, timedelta

from queues.decisions.crm.windows import LAG
from queues.models import Connection
from queues.queries.crm.connections import usable

SETTLED = LAG + timedelta(seconds=5)  # a poll leaves younger changes to the next one


def hear_hint(connection: Connection, *, at: datetime) -> bool:
    """Many hints at once are one question, and none puts off one that is due. False if it is asked soon anyhow, or not
    at all."""
    soon = at + SETTLED
    late = usable(at).filter(pk=connection.pk, takes_in=True, next_poll_at__gt=soon)
    return bool(late.update(next_poll_at=soon))
