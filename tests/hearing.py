"""What was announced and committed, read as the watchers of both databases read it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from uuid import uuid4

import psycopg
from django.db import connection

from config.live.announcing import CHANNEL
from config.models import LiveTopic
from tests.patience import PATIENCE


@contextmanager
def hearing() -> Iterator[Callable[[], list[str]]]:
    """Yields a function that returns the words since the last call; for tests with real transactions."""
    if connection.vendor == "postgresql":
        parameters = connection.get_connection_params()
        for name in ("cursor_factory", "context", "prepare_threshold"):
            parameters.pop(name, None)
        with psycopg.connect(**parameters | {"autocommit": True}) as own:
            own.execute(f"LISTEN {CHANNEL}")
            yield lambda: list(_until_now(own))
        return
    newest = max(LiveTopic.objects.values_list("version", flat=True), default=0)

    def since() -> list[str]:
        nonlocal newest
        rows = list(LiveTopic.objects.filter(version__gt=newest).order_by("version").values_list("name", "version"))
        newest = rows[-1][1] if rows else newest
        return [name for name, _version in rows]

    yield since


def _until_now(own: psycopg.Connection) -> Iterator[str]:
    """Notifications come in the order of their commits; one of our own says that all before it are here."""
    mark = f"heard-{uuid4().hex}"
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, %s)", [CHANNEL, mark])
    for notice in own.notifies(timeout=PATIENCE):
        if notice.payload == mark:
            return
        yield notice.payload
    raise AssertionError("the database tells no news")
