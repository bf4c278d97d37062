"""Turns DATABASE_URL into Django's DATABASES entry, tuned for SQLite or PostgreSQL."""

import os
from pathlib import Path
from typing import Any

import environ

SQLITE_START = "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;"


def database(env: environ.Env, *, server: str, testing: bool, var: Path) -> dict[str, Any]:
    """The default database. `server` is "asgi", "wsgi", "worker" or "" (commands).

    Tests never touch the working database: TEST_DATABASE_URL names another one, otherwise they use SQLite.
    """
    here = f"sqlite:///{var / 'alur.sqlite3'}"
    url = env.str("TEST_DATABASE_URL", default="") if testing else env.str("DATABASE_URL", default="")
    entry: dict[str, Any] = env.db_url_config(url or here)
    if entry["ENGINE"] == "django.db.backends.sqlite3":
        entry["ENGINE"] = "config.sqlite"  # with a fair line for writers
        tune_sqlite(entry, var)
    else:
        tune_postgresql(entry, env, server)
        if testing:  # a test need not survive a power cut
            entry["OPTIONS"]["options"] = "-c synchronous_commit=off"
    return entry


def tune_sqlite(entry: dict[str, Any], var: Path) -> None:
    """IMMEDIATE makes claims safe: one writer at a time, and no "database is locked" half-way through. Writers take
    turns (config/sqlite/); a request that waits longer than the timeout is answered with 503 (config/web/busy.py)."""
    entry["CONN_MAX_AGE"] = 0
    entry["OPTIONS"] = {"transaction_mode": "IMMEDIATE", "timeout": 30, "init_command": SQLITE_START}
    # A file, so that threads and processes share it; the number keeps two runs on one machine apart.
    entry["TEST"] = {"NAME": str(var / f"test-{os.getpid()}.sqlite3")}


def tune_postgresql(entry: dict[str, Any], env: environ.Env, server: str) -> None:
    """A pool under ASGI (each request has its own thread there), kept connections elsewhere."""
    options = entry.setdefault("OPTIONS", {})
    options["server_side_binding"] = env.bool("DB_SERVER_SIDE_BINDING", default=True)
    # 0 turns prepared statements off, as a pooler in transaction mode needs it.
    options["prepare_threshold"] = env.int("DB_PREPARE_THRESHOLD", default=3) or None
    pooled = env.bool("DB_POOL", default=server == "asgi")
    if pooled:
        options["pool"] = {"min_size": 1, "max_size": env.int("DB_POOL_SIZE", default=10), "timeout": 10}
    kept = 60 if server in ("wsgi", "worker") and not pooled else 0
    entry["CONN_MAX_AGE"] = env.int("DB_CONN_MAX_AGE", default=kept)
    entry["CONN_HEALTH_CHECKS"] = True
    entry["TEST"] = {"NAME": f"test_{entry['NAME']}_{os.getpid()}"}
