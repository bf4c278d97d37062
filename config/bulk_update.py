"""Writes some fields of many rows: on PostgreSQL one statement with an array for each column."""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any, TypeVar

from django.db import connection, transaction
from django.db.models import Field, ForeignKey, Model

Row = TypeVar("Row", bound=Model)

CHUNK_SIZE = 1000  # rows of one statement


def bulk_update(model: type[Row], rows: Iterable[Row], fields: Sequence[str]) -> int:
    """Like Django's bulk_update(), which SQLite uses. Returns how many rows were found and written.

    The caller has locked the rows or made them; they are written in the order of their keys. A text that is too long is
    refused, as save() does. Raises TypeError for expressions such as F("score") + 1, and ValueError for rows that are
    not saved, no fields, or fields without a column.
    """
    chosen = _columns(model, tuple(fields))
    found = sorted({row.pk: row for row in reversed(_saved(rows))}.items())  # of a row that is there twice, the first
    wanted = [row for _pk, row in found]
    if not wanted:
        return 0
    _check_values(wanted, chosen)
    if connection.vendor != "postgresql":
        return model._default_manager.bulk_update(wanted, fields)
    with transaction.atomic(savepoint=False):
        return sum(
            _write(model, wanted[start : start + CHUNK_SIZE], chosen) for start in range(0, len(wanted), CHUNK_SIZE)
        )


def _saved(rows: Iterable[Row]) -> list[Row]:
    every = list(rows)
    if any(row.pk is None for row in every):
        raise ValueError("bulk_update() can only write rows that have a primary key")
    return every


@lru_cache
def _columns(model: type[Model], names: tuple[str, ...]) -> tuple[Field, ...]:
    fields = [model._meta.get_field(name) for name in names]
    found = tuple(field for field in fields if isinstance(field, Field) and field.concrete and not field.many_to_many)
    if not fields or len(found) < len(fields) or any(field.primary_key for field in found):
        raise ValueError(f"bulk_update() cannot write these fields: {', '.join(names) or 'none'}")
    return found


def _check_values(rows: Sequence[Model], fields: Sequence[Field]) -> None:
    for row in rows:
        for field in fields:
            if isinstance(field, ForeignKey):
                _take_key_of_related(row, field)
            if hasattr(getattr(row, field.attname), "resolve_expression"):
                raise TypeError(f"bulk_update() writes values only, and {field.name} is an expression: use update()")


def _take_key_of_related(row: Model, field: ForeignKey) -> None:
    """As Django does before it saves: a related row that was saved since it was set here has a key now."""
    related = field.get_cached_value(row, default=None)
    if related is not None and related.pk is None:
        raise ValueError(f"bulk_update() cannot write {field.name}: the related row is not saved")
    if related is not None and getattr(row, field.attname) is None:
        setattr(row, field.attname, related.pk)


def _write(model: type[Model], rows: Sequence[Model], fields: Sequence[Field]) -> int:
    key = model._meta.pk
    arrays = [[_stored(field, getattr(row, field.attname)) for row in rows] for field in (key, *fields)]
    with connection.cursor() as cursor:
        cursor.execute(_statement(model, tuple(fields)), arrays)
        return cursor.rowcount


def _stored(field: Field, value: object) -> Any:
    """One type for all values of an array: a choice is a text."""
    stored = field.get_db_prep_save(value, connection)
    return str.__str__(stored) if isinstance(stored, str) else stored


@lru_cache
def _statement(model: type[Model], fields: tuple[Field, ...]) -> str:
    """The names of the arrays are those of the columns, which are quoted, so no name can mean two things."""
    names = [model._meta.db_table, *(str(field.column) for field in (model._meta.pk, *fields))]
    table, key, *columns = map(connection.ops.quote_name, names)
    arrays = ", ".join(f"%s::{_type(field)}[]" for field in (model._meta.pk, *fields))
    return (
        f"UPDATE {table} SET {', '.join(f'{name} = written.{name}' for name in columns)}"
        f" FROM unnest({arrays}) AS written({', '.join([key, *columns])}) WHERE {table}.{key} = written.{key}"
    )


def _type(field: Field) -> str:
    """Without length and precision: a cast would cut a text in silence, the column refuses it."""
    return str(field.db_type(connection)).partition("(")[0]
