"""Reads a heartbeat straight from the database, for a supervisor that does not load Django."""

import sqlite3
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import Any

TABLE = "config_beat"  # config.models.Heartbeat; a test holds the two together
QUERY = f"SELECT at FROM {TABLE} WHERE name = "
DJANGO_ONLY = ("assume_role", "isolation_level", "pool", "prepare_threshold", "server_side_binding")


class HeartbeatUnreadable(Exception):
    """The database does not answer, or has no tables yet."""


class HeartbeatReader:
    """`database` is Django's DATABASES entry (config/databases.py), `name` whose heartbeat it is."""

    def __init__(self, database: dict[str, Any], name: str = "worker") -> None:
        self.database, self.name = database, name
        self.is_sqlite = "sqlite" in database["ENGINE"]  # ours or Django's
        self.connection: Any = None
        # only where it is needed: the driver is two thirds of this process's memory
        self.driver = sqlite3 if self.is_sqlite else import_module("psycopg")

    def last(self) -> datetime | None:
        """When it last gave a sign of life; None before its first. Connects again after any failure."""
        try:
            self.connection = self.connection or self._connect()
            row = self.connection.execute(f"{QUERY}{self._sign}", (self.name,)).fetchone()
        except self.driver.Error as error:
            self.close()
            raise HeartbeatUnreadable(str(error).strip()) from error
        if row is None:
            return None
        return datetime.fromisoformat(row[0]).replace(tzinfo=UTC) if self.is_sqlite else row[0]

    @property
    def _sign(self) -> str:
        return "?" if self.is_sqlite else "%s"

    def close(self) -> None:
        if self.connection is not None:
            self.connection.close()
        self.connection = None

    def _connect(self) -> Any:
        if self.is_sqlite:
            address = f"{Path(self.database['NAME']).resolve().as_uri()}?mode=rw"  # never makes an empty file
            return sqlite3.connect(address, uri=True, timeout=5, isolation_level=None)
        names = {"NAME": "dbname", "USER": "user", "PASSWORD": "password", "HOST": "host", "PORT": "port"}
        places = {ours: self.database[django] for django, ours in names.items() if self.database.get(django)}
        options = {name: value for name, value in self.database.get("OPTIONS", {}).items() if name not in DJANGO_ONLY}
        return self.driver.connect(
            **{"connect_timeout": 10} | options | places, autocommit=True, prepare_threshold=None
        )
