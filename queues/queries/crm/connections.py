"""Connections, as tasks ask for them (I4)."""

from datetime import datetime

from django.db.models import Q, QuerySet

from queues.models import Connection

State = Connection.State
IN_USE = (State.WORKING, State.PAUSED, State.BROKEN)  # set up, and not switched off


def usable(at: datetime) -> QuerySet[Connection]:
    """Those that may be called now. One whose pause is over is asked again, and works if it answers."""
    may = Q(state=State.WORKING) | Q(state=State.PAUSED, paused_until__lte=at)
    return Connection.objects.filter(may).order_by("pk")


def is_usable(connection: Connection, at: datetime) -> bool:
    """usable(), of a connection that was read just now."""
    until = connection.paused_until
    is_over = connection.state == State.PAUSED and until is not None and until <= at
    return connection.state == State.WORKING or is_over


def broken_connections() -> QuerySet[Connection]:
    """Those that need a person."""
    return Connection.objects.filter(state=State.BROKEN).order_by("name", "pk")


def writing() -> QuerySet[Connection]:
    """Those whose wishes are kept, also while they wait or must be mended."""
    return Connection.objects.filter(state__in=IN_USE, writes_out=True).order_by("pk")
