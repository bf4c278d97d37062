"""Tells all web processes that something changed, when and only when the transaction commits."""

import time
from collections.abc import Collection

from django.db import connection

from config.live import news

CHANNEL = "alur_live"
EVERYTHING = "*"
NAMED = 50  # so many things that leave one place at once are named; of more, pages learn when they ask again
KEPT = 500  # the newest rows of SQLite's table, among which names of things stay: a watcher looks four times a second

NOTIFY = "SELECT pg_notify(%s, topic) FROM unnest(%s::text[]) AS topic"
# The clock keeps versions growing when the rows were deleted meanwhile, as a restored database or a test does.
BUMP = """
    INSERT INTO config_livetopic (name, version)
    VALUES (%s, MAX(%s, (SELECT COALESCE(MAX(version), 0) + 1 FROM config_livetopic)))
    ON CONFLICT (name) DO UPDATE SET version = excluded.version
"""
FORGET = """
    DELETE FROM config_livetopic WHERE name LIKE '%%/%%'
    AND version <= (SELECT version FROM config_livetopic ORDER BY version DESC LIMIT 1 OFFSET %s)
"""


def announce(*topics: str) -> None:
    """Call it last in an action, inside its transaction: a rollback takes it back.

    A topic names a place, never a person's or a lead's data ("queue-3", "holder-7", "team-2", "ops"), and there are
    few of them: SQLite keeps a row for each. PostgreSQL has no row, because one counter row per queue would make
    claims wait for each other (0.4 of the rate).
    """
    _tell(sorted(set(topics)))


def announce_gone(topic: str, pks: Collection[int]) -> None:
    """announce(), naming what left this place, so that pages take it away before they ask again (C10).

    Only numbers are told, and only to whoever may follow the topic (C9).
    """
    _tell([news.gone(topic, pk) for pk in sorted(set(pks))] if 0 < len(pks) <= NAMED else [topic])


def announce_back(topic: str, pk: int) -> None:
    """announce(), naming what stands in this place again under its old number, as after an undo."""
    _tell([news.back(topic, pk)])


def _tell(words: list[str]) -> None:
    if not words:
        return
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(NOTIFY, [CHANNEL, words])
            return
        cursor.executemany(BUMP, [[word, time.time_ns()] for word in words])
        if any("/" in word for word in words):
            cursor.execute(FORGET, [KEPT])
