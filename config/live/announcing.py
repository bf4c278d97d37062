"""Sends messages to all web processes when, and only when, the transaction commits."""

import time
from collections.abc import Collection

from django.db import connection

from config.live.messages import removed, restored, rights_of

CHANNEL = "alur_live"
MAX_NAMED = 50  # entries that leave one queue together and are named; of more, pages learn when they ask again
KEPT_ROWS = 500  # newest rows of SQLite's table in which entries are kept: a watcher looks four times a second

NOTIFY = "SELECT pg_notify(%s, topic) FROM unnest(%s::text[]) AS topic"
# The clock keeps versions growing after rows were deleted, as a restored database or a test does.
BUMP = """
    INSERT INTO config_livetopic (name, version)
    VALUES (%s, MAX(%s, (SELECT COALESCE(MAX(version), 0) + 1 FROM config_livetopic)))
    ON CONFLICT (name) DO UPDATE SET version = excluded.version
"""
DELETE_OLD = """
    DELETE FROM config_livetopic WHERE name LIKE '%%/%%'
    AND version <= (SELECT version FROM config_livetopic ORDER BY version DESC LIMIT 1 OFFSET %s)
"""


def announce(*topics: str) -> None:
    """Call it last in an action, inside its transaction: a rollback sends nothing.

    A topic names what pages show, and holds no data of a person or lead: "queue-3", "holder-7" (user 7), "team-2",
    "people", "ops". Topics are few: SQLite keeps a row for each. PostgreSQL has no rows, because one counter row per
    queue would make claims wait for each other (0.4 of the rate).
    """
    _send(sorted(set(topics)))


def announce_rights(user_ids: Collection[int]) -> None:
    """These people may see more or less than before: their pages ask for everything again, with the rights of now."""
    _send([rights_of(pk) for pk in sorted(set(user_ids))])


def announce_removed(topic: str, pks: Collection[int]) -> None:
    """announce(), with the entries that left this queue, so that pages take them away before they ask again (C10).

    Messages hold their numbers only, and only people who may follow the topic receive them (C9).
    """
    _send([removed(topic, pk) for pk in sorted(set(pks))] if 0 < len(pks) <= MAX_NAMED else [topic])


def announce_restored(topic: str, pk: int) -> None:
    """announce(), with an entry that is in this queue again under its old number, as after an undo."""
    _send([restored(topic, pk)])


def _send(messages: list[str]) -> None:
    if not messages:
        return
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(NOTIFY, [CHANNEL, messages])
            return
        cursor.executemany(BUMP, [[message, time.time_ns()] for message in messages])
        if any("/" in message for message in messages):
            cursor.execute(DELETE_OLD, [KEPT_ROWS])
