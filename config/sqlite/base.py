"""The SQLite backend: every writer waits in the fair line, for a transaction or for a single statement; and it knows
the median."""

import re
from collections.abc import Callable
from typing import Any

from django.db.backends.sqlite3.base import DatabaseWrapper as DjangoWrapper
from django.db.backends.sqlite3.base import SQLiteCursorWrapper

from config.median import Median, SqliteMedian
from config.private_files import make_file
from config.sqlite.writer_line import Place, WriterLine, line_for

READS = re.compile(r"\s*(?:SELECT|PRAGMA|EXPLAIN|BEGIN|COMMIT|ROLLBACK|SAVEPOINT|RELEASE)\b", re.IGNORECASE)


class DatabaseWrapper(DjangoWrapper):
    """Every transaction begins IMMEDIATE (config/databases.py), so each one is a writer from its first statement."""

    # Django's stubs leave out the private methods that are extended here, hence the ignored types.
    _place: tuple[WriterLine, Place] | None = None

    @property
    def patience(self) -> float:
        """How many seconds a writer waits for its turn, as long as SQLite itself would."""
        return float(self.settings_dict["OPTIONS"].get("timeout", 5))

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        make_file(str(conn_params["database"]))
        connection = super().get_new_connection(conn_params)
        connection.create_aggregate(Median.function, 1, SqliteMedian)
        return connection

    def create_cursor(self, name: str | None = None) -> "LineCursor":
        cursor = self.connection.cursor(factory=LineCursor)
        cursor.wrapper = self
        return cursor

    def _start_transaction_under_autocommit(self) -> None:
        line = line_for(self.settings_dict["NAME"])
        if line is not None:
            self._place = line, line.enter(self.patience)
        try:
            super()._start_transaction_under_autocommit()  # type: ignore[misc]
        except BaseException:
            self._leave_line()
            raise

    def _commit(self) -> None:
        super()._commit()  # type: ignore[misc]
        self._leave_line()

    def _rollback(self) -> None:
        try:
            super()._rollback()  # type: ignore[misc]
        finally:
            self._leave_line()

    def _close(self) -> None:
        try:
            super()._close()  # type: ignore[misc]
        finally:
            self._leave_line()

    def _leave_line(self) -> None:
        if self._place is not None:
            (line, place), self._place = self._place, None
            line.leave(place)


class LineCursor(SQLiteCursorWrapper):
    """A statement that writes outside a transaction stands in line by itself."""

    wrapper: DatabaseWrapper

    def execute(self, query: str, params: Any = None) -> Any:
        return self._in_turn(query, super().execute, query, params)

    def executemany(self, query: str, param_list: Any) -> Any:
        return self._in_turn(query, super().executemany, query, param_list)

    def _in_turn(self, query: str, act: Callable[..., Any], *arguments: Any) -> Any:
        if self.connection.in_transaction or READS.match(query):
            return act(*arguments)
        line = line_for(self.wrapper.settings_dict["NAME"])
        if line is None:
            return act(*arguments)
        place = line.enter(self.wrapper.patience)
        try:
            return act(*arguments)
        finally:
            line.leave(place)
