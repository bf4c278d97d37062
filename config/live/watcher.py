"""One watcher per process: reads messages from the database and publishes them to the hub."""

import asyncio
import logging
import sqlite3
from collections.abc import AsyncGenerator
from contextlib import aclosing, closing
from typing import Any
from weakref import WeakKeyDictionary

import psycopg
from django.db import connections

from config.live.announcing import CHANNEL
from config.live.hub import Hub

log = logging.getLogger(__name__)

LOOK_EVERY = 0.25  # seconds between two looks at SQLite's change counter
RETRY_AFTER = 1.0  # seconds before connecting again
LINGER = 60.0  # seconds to go on watching after the last stream closed: people change pages
KEEPALIVES = {"keepalives_idle": 20, "keepalives_interval": 5, "keepalives_count": 3}  # a silent loss shows in 35 s
NAME = "alur live"  # of our connection, followed by the number of our streams, which other processes read
SET_NAME = "SELECT set_config('application_name', %s, false)"
STREAMS_ELSEWHERE = """
    SELECT COALESCE(SUM(substring(application_name FROM '[0-9]+$')::int), 0) FROM pg_stat_activity
    WHERE application_name LIKE %s AND datname = current_database() AND pid <> pg_backend_pid()
"""
NEWER_ROWS = "SELECT name, version FROM config_livetopic WHERE version > ? ORDER BY version"

_hubs: WeakKeyDictionary[asyncio.AbstractEventLoop, Hub] = WeakKeyDictionary()
_watchers: WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Task[None]] = WeakKeyDictionary()


def watched_hub() -> Hub:
    """The hub of the running event loop, with its watcher at work."""
    loop = asyncio.get_running_loop()
    hub = _hubs.setdefault(loop, Hub())
    if loop not in _watchers or _watchers[loop].done():
        _watchers[loop] = loop.create_task(_watch(hub), name="live watcher")
    return hub


async def _watch(hub: Hub) -> None:
    """Watches while there are streams, and a little longer; connects again after any failure."""
    idle_since: float | None = None
    loop = asyncio.get_running_loop()
    while True:
        try:
            async with aclosing(_changes(hub)) as changes:
                async for messages in changes:
                    if messages:
                        hub.publish(messages)
                    idle_since = None if hub.subscribers else idle_since or loop.time()
                    if idle_since and loop.time() - idle_since > LINGER:
                        return hub.stop_watching()
        except Exception as error:  # of any kind: open streams depend on this task
            hub.stop_watching()
            log.warning("live updates: lost the database (%s); trying again", error)
            await asyncio.sleep(RETRY_AFTER)


def _changes(hub: Hub) -> AsyncGenerator[list[str], None]:
    """Yields messages in the order of their commits, and an empty list from time to time."""
    connection = connections["default"]
    if connection.vendor == "postgresql":
        return _notifications(hub, connection.get_connection_params())
    return _versions(hub, connection.get_connection_params())


async def _notifications(hub: Hub, parameters: dict[str, Any]) -> AsyncGenerator[list[str], None]:
    """PostgreSQL: LISTEN on a connection outside the pool; its name has the number of our streams."""
    for name in ("cursor_factory", "context", "prepare_threshold"):
        parameters.pop(name, None)
    parameters |= {"autocommit": True, "application_name": NAME, **KEEPALIVES}
    async with await psycopg.AsyncConnection.connect(**parameters) as connection:
        await connection.execute(f"LISTEN {CHANNEL}")
        hub.start_watching()
        while True:
            await connection.execute(SET_NAME, [f"{NAME} {len(hub.subscribers)}"])
            cursor = await connection.execute(STREAMS_ELSEWHERE, [f"{NAME} %"])
            hub.streams_elsewhere = (await cursor.fetchone())[0]
            async for notice in connection.notifies(timeout=5):
                yield [notice.payload]
            yield []


async def _versions(hub: Hub, parameters: dict[str, Any]) -> AsyncGenerator[list[str], None]:
    """SQLite: its change counter costs microseconds; rows are read only when it moved."""
    with closing(sqlite3.connect(parameters["database"], timeout=0.1, isolation_level=None)) as connection:
        counter = _counter(connection)
        newest = connection.execute("SELECT COALESCE(MAX(version), 0) FROM config_livetopic").fetchone()[0]
        hub.start_watching()
        while True:
            await asyncio.sleep(LOOK_EVERY)
            moved = _counter(connection)
            rows = connection.execute(NEWER_ROWS, [newest]).fetchall() if moved != counter else []
            counter = moved
            newest = rows[-1][1] if rows else newest
            yield [name for name, _ in rows]


def _counter(connection: sqlite3.Connection) -> int:
    return connection.execute("PRAGMA data_version").fetchone()[0]
