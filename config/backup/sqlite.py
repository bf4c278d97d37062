"""SQLite: copied by its own backup call, out of a database at work and back into one."""

import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from django.db import connection

from config.backup.manifest import Facts, read_facts
from config.backup.refused import BackupRefused
from config.private_files import make_file

BUSY_SECONDS = 30


def dump(place: Path) -> Facts:
    """One moment of the database, also while others write."""
    source = Path(connection.settings_dict["NAME"])
    if not source.exists():
        raise BackupRefused(f"There is no database at {source}.")
    make_file(str(place))
    with closing(_opened(source)) as live, closing(_opened(place)) as copy:
        try:
            live.backup(copy, progress=_patient())
            copy.execute("PRAGMA journal_mode=DELETE")  # one file, without a log beside it
        except sqlite3.DatabaseError as problem:
            raise BackupRefused(f"SQLite could not copy the database: {problem}. There is no backup.") from problem
    return inspect(place)


def inspect(place: Path) -> Facts:
    """Reads all of a copy; refuses one that SQLite finds broken."""
    with closing(_opened(place)) as copy:
        try:
            (found,) = copy.execute("PRAGMA integrity_check(1)").fetchone()
            if found != "ok":
                raise BackupRefused(f"The database is broken: {found}")
            return read_facts(copy.execute, "sqlite")
        except sqlite3.DatabaseError as problem:
            raise BackupRefused(f"The database is broken: {problem}") from problem


def load(place: Path) -> None:
    """As one transaction of the database that is here: who has it open reads the former rows or the new ones."""
    target = str(connection.settings_dict["NAME"])
    connection.close()
    make_file(target)
    with closing(_opened(place)) as copy, closing(_opened(Path(target))) as live:
        try:
            copy.backup(live, progress=_patient())
            live.execute("PRAGMA journal_mode=WAL")
        except sqlite3.DatabaseError as problem:
            raise BackupRefused(f"SQLite refused it: {problem}. The database is as it was.") from problem


def room(size: int) -> int:
    """Bytes while it is restored: the copy, SQLite's log with all of it, and the database."""
    return 3 * size


def _opened(place: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{place.resolve().as_uri()}?mode=rw", uri=True, timeout=BUSY_SECONDS)


def _patient() -> Callable[[int, int, int], None]:
    """Python would go on trying for ever while somebody else writes."""
    ends = time.monotonic() + BUSY_SECONDS

    def watch(state: int, _left: int, _all: int) -> None:
        if state in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED) and time.monotonic() > ends:
            raise BackupRefused("The database is in use by others and was not changed. Stop Alur, then try again.")

    return watch
