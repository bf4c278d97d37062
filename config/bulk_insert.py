"""Inserts many rows: on PostgreSQL with COPY, on SQLite with one prepared statement.

Django's bulk_create() prepares each value through three calls and builds a statement of all of them, which took a third
of the time of an import; see docs/decisions/59-many-rows-are-copied.md.
"""

import json
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any, TypeVar

from django.db import connection, transaction
from django.db.models import AutoField, DateField, Field, FileField, ForeignKey, JSONField, Model
from django.db.models.fields import BooleanField, CharField, DateTimeField, IntegerField, TextField

Row = TypeVar("Row", bound=Model)
Prepare = Callable[[Any], Any]
FEW = 20  # rows that Django inserts faster, in one statement instead of two


def bulk_insert(model: type[Row], rows: Iterable[Row]) -> list[Row]:
    """Like Django's bulk_create() for new rows: they get primary keys, unless each has one from reserve_keys(). All of
    them or none are written.

    A related row that was saved since it was set here has a key now. Raises ValueError for one that is not saved, and
    TypeError for expressions and for models with fields that are filled while saving.
    """
    wanted = list(rows)
    if len(wanted) < FEW:
        return model._default_manager.bulk_create(wanted)
    columns = _columns(model)
    for field, _prepare in columns:
        if isinstance(field, ForeignKey):
            for row in wanted:
                _take_key_of_related(row, field)
    values = [[prepare(getattr(row, field.attname)) for field, prepare in columns] for row in wanted]
    with transaction.atomic(savepoint=False):
        keys: Sequence[int] = [row.pk for row in wanted]
        if None in keys:
            keys = reserve_keys(model, len(wanted))
        write = _copy if connection.vendor == "postgresql" else _insert
        write(model, [[key, *each] for key, each in zip(keys, values, strict=True)])
    for row, key in zip(wanted, keys, strict=True):
        row.pk = key
        row._state.adding, row._state.db = False, connection.alias
    return wanted


def reserve_keys(model: type[Model], count: int) -> Sequence[int]:
    """Keys that nothing else gets, so that others can name rows that are written later."""
    table, column = model._meta.db_table, model._meta.pk.column
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)",
                [connection.ops.quote_name(table), column, count],
            )
            return [key for (key,) in cursor.fetchall()]
        cursor.execute("UPDATE sqlite_sequence SET seq = seq + %s WHERE name = %s", [count, table])
        if not cursor.rowcount:
            cursor.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (%s, %s)", [table, count])
        cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
        last = cursor.fetchone()[0]
        return range(last - count + 1, last + 1)


def _copy(model: type[Model], rows: Sequence[Sequence[Any]]) -> None:
    with connection.cursor() as cursor, connection.wrap_database_errors, cursor.copy(_statement(model)) as copy:
        for row in rows:
            copy.write_row(row)


def _insert(model: type[Model], rows: Sequence[Sequence[Any]]) -> None:
    with connection.cursor() as cursor:
        cursor.executemany(_statement(model), rows)


@lru_cache
def _statement(model: type[Model]) -> str:
    names = [
        model._meta.db_table,
        str(model._meta.pk.column),
        *(str(field.column) for field, _prepare in _columns(model)),
    ]
    table, *columns = map(connection.ops.quote_name, names)
    into = f"{table} ({', '.join(columns)})"
    if connection.vendor == "postgresql":
        return f"COPY {into} FROM STDIN"
    return f"INSERT INTO {into} VALUES ({', '.join(['%s'] * len(columns))})"


@lru_cache
def _columns(model: type[Model]) -> tuple[tuple[Field, Prepare], ...]:
    """All columns but the key, each with what makes a value of it that the database takes."""
    if not isinstance(model._meta.pk, AutoField):
        raise TypeError(f"bulk_insert() gives keys that the database counts, and those of {model.__name__} are not")
    fields = [field for field in model._meta.concrete_fields if not field.primary_key]
    for field in fields:
        if isinstance(field, FileField) or isinstance(field, DateField) and (field.auto_now or field.auto_now_add):
            raise TypeError(f"bulk_insert() does not fill {field.name} while saving")
    return tuple((field, _preparing(field)) for field in fields)


def _preparing(field: Field) -> Prepare:
    """The frequent kinds go a short way; the others through the field, as Django does it."""
    kind = type(field.target_field) if isinstance(field, ForeignKey) else type(field)
    if issubclass(kind, CharField | TextField):
        return _text
    if issubclass(kind, IntegerField | BooleanField):
        return _plain
    if issubclass(kind, DateTimeField) and connection.vendor == "postgresql":
        return _plain
    if issubclass(kind, DateTimeField):
        return lru_cache(maxsize=64)(_moment(field))  # most rows of one call have the same few
    if isinstance(field, JSONField) and connection.vendor == "postgresql":
        return lambda value: None if value is None else _json(field, value)
    return lambda value: field.get_db_prep_save(_refuse_expression(value), connection)


def _text(value: Any) -> Any:
    """A choice is a text. A text that is too long is refused by PostgreSQL."""
    return value if type(value) is str else str.__str__(value) if isinstance(value, str) else _plain(value)


def _plain(value: Any) -> Any:
    return value if type(value) in (int, bool, datetime) else _refuse_expression(value)


def _moment(field: Field) -> Prepare:
    return lambda value: field.get_db_prep_save(_refuse_expression(value), connection)


def _json(field: JSONField, value: Any) -> str:
    return json.dumps(_refuse_expression(value), cls=field.encoder)


def _refuse_expression(value: Any) -> Any:
    if hasattr(value, "resolve_expression"):
        raise TypeError(f"bulk_insert() writes values only, and {value!r} is an expression")
    return value


def _take_key_of_related(row: Model, field: ForeignKey) -> None:
    related = field.get_cached_value(row, default=None)
    if related is None:
        return
    if related.pk is None:
        raise ValueError(f"bulk_insert() cannot write {field.name}: the related row is not saved")
    if getattr(row, field.attname) is None:
        setattr(row, field.attname, related.pk)
