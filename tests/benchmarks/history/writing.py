"""Writes a history: through Django's connection on any database, or by COPY into several tables on PostgreSQL."""

import json
import re
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from datetime import datetime

import psycopg
from django.core.management.color import no_style
from django.db import connection, models
from django.db.models import Max

from queues.actions.entries.counts import recount
from routing.models import Rotation, RotationMember, Turn
from tests.benchmarks.history.cast import Cast
from tests.benchmarks.history.lives import lives
from tests.benchmarks.history.multiplying import multiply
from tests.benchmarks.history.tables import COLUMNS, Rows, Value

CHUNK = 5_000
PRESENT = (1_400, 1_000)
LOADING = "SET session_replication_role = replica"  # foreign keys are not looked at, row by row, at the end
INDEXES = """
    SELECT c.relname, pg_get_indexdef(i.indexrelid) FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
    WHERE i.indrelid = %s::regclass AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = i.indexrelid)
    ORDER BY 1
"""


def write_history(
    cast: Cast,
    count: int,
    into: "Inserts | Copies",
    *,
    at: datetime,
    present: tuple[int, int] = PRESENT,
    seed: int = 14,
) -> int:
    """How many leads were written, some `count`; entries are some 4 % more, as leads come back."""
    people = len(cast.people[0])
    with into:
        rows = Rows(cast, into.put, at=at)
        written = rows.add(lives(count, at=at, people=people, present=present, seed=seed))
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), list(COLUMNS)):
            cursor.execute(statement)
    for line in cast.lines.values():
        taken = Turn.objects.filter(rotation=line.rotation).aggregate(newest=Max("number"))["newest"] or 0
        Rotation.objects.filter(pk=line.rotation.pk).update(turns_taken=taken)
        RotationMember.objects.filter(rotation=line.rotation).update(turns_given=taken // len(line.members))
    for queue in cast.queues:
        recount(queue)
    return written


class Inserts:
    """By Django's connection, in the transaction that is open."""

    def __init__(self) -> None:
        self.waiting: dict[type[models.Model], list[Sequence[Value]]] = {model: [] for model in COLUMNS}

    def put(self, model: type[models.Model], row: Sequence[Value]) -> None:
        self.waiting[model].append(row)
        if len(self.waiting[model]) == CHUNK:
            self._write()

    def __enter__(self) -> "Inserts":
        return self

    def __exit__(self, *raised: object) -> None:
        if raised[0] is None:
            self._write()

    def _write(self) -> None:
        with connection.cursor() as cursor:
            for model, rows in self.waiting.items():
                blank = _blanks(model)
                names = ", ".join((*COLUMNS[model], *blank))
                places = ", ".join(("%s",) * len(COLUMNS[model]) + tuple(blank.values()))
                cursor.executemany(f"INSERT INTO {model._meta.db_table} ({names}) VALUES ({places})", rows)
                rows.clear()


class Copies:
    """By COPY over a connection for each table, without indexes; they are made afterwards, two at a time. Before, the
    past is multiplied by `times`."""

    def __init__(self, times: int = 1) -> None:
        self.times = times

    def __enter__(self) -> "Copies":
        self.stack = ExitStack()
        self.stack.enter_context(without_indexes(list(COLUMNS)))
        self.stack.callback(self._multiply)
        self.streams = {}
        for model, columns in COLUMNS.items():
            link = self.stack.enter_context(another_connection())
            link.execute(LOADING)
            statement = f"COPY {model._meta.db_table} ({', '.join(columns)}) FROM STDIN"
            self.streams[model] = self.stack.enter_context(link.cursor().copy(statement))
        self.lines: dict[type[models.Model], list[str]] = {model: [] for model in COLUMNS}
        return self

    def put(self, model: type[models.Model], row: Sequence[Value]) -> None:
        lines = self.lines[model]
        lines.append("\t".join(["\\N" if value is None else str(value) for value in row]))
        if len(lines) == CHUNK:
            self._send(model)

    def __exit__(self, *raised: object) -> None:
        if raised[0] is None:
            for model in COLUMNS:
                self._send(model)
        self.stack.__exit__(*raised)

    def _multiply(self) -> None:
        if self.times > 1:
            with another_connection() as link:
                link.execute(LOADING)
                multiply(link, self.times)

    def _send(self, model: type[models.Model]) -> None:
        if self.lines[model]:
            self.streams[model].write("\n".join([*self.lines[model], ""]))
            self.lines[model].clear()


@contextmanager
def without_indexes(tables: Sequence[type[models.Model]]) -> Iterator[None]:
    """Their indexes are dropped, but those of constraints, and blank values are the defaults of their columns."""
    dropped: list[str] = []
    defaults = [(model._meta.db_table, column, value) for model in tables for column, value in _blanks(model).items()]
    with connection.cursor() as cursor:
        for model in tables:
            cursor.execute(INDEXES, [model._meta.db_table])
            for name, definition in cursor.fetchall():
                cursor.execute(f'DROP INDEX "{name}"')
                dropped.append(definition)
        for table, column, value in defaults:
            cursor.execute(f"ALTER TABLE {table} ALTER COLUMN {column} SET DEFAULT {value}")
    yield
    with connection.cursor() as cursor:
        for table, column, _value in defaults:
            cursor.execute(f"ALTER TABLE {table} ALTER COLUMN {column} DROP DEFAULT")
    with ThreadPoolExecutor(2) as makers:
        list(makers.map(_make_index, dropped))
    with another_connection() as link:
        for model in tables:
            link.execute(f"VACUUM ANALYZE {model._meta.db_table}")


def _make_index(definition: str) -> None:
    with another_connection() as link:
        link.execute("SET maintenance_work_mem = '512MB'")
        link.execute(definition)


def another_connection() -> psycopg.Connection:
    """One more connection to the database of Django's, in autocommit and in UTC."""
    parts = connection.get_connection_params()
    wanted = {name: parts[name] for name in ("host", "port", "user", "password", "dbname") if parts.get(name)}
    return psycopg.connect(**wanted, autocommit=True, options="-c TimeZone=UTC")


def _blanks(model: type[models.Model]) -> dict[str, str]:
    """What must not be NULL and is not written here, with its first value in SQL."""
    written, found = set(COLUMNS[model]), {}
    for each in model._meta.concrete_fields:
        if each.column in written or each.null or each.has_db_default():
            continue
        value = each.get_default()
        assert value is not None, f"{model.__name__}.{each.name} has come since this was written and needs a value"
        found[each.column] = _literal(json.dumps(value) if isinstance(each, models.JSONField) else value)
    return found


def _literal(value: object) -> str:
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, int):
        return str(value)
    assert re.fullmatch(r"[\w\[\]{} .-]*", str(value)), value
    return f"'{value}'"
