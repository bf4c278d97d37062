"""Writes many rows of a setting with their history, in a few statements (C8)."""

from collections.abc import Sequence
from typing import Any, TypeVar

from django.db.models import Model

from config.bulk_update import CHUNK_SIZE, bulk_update

Row = TypeVar("Row", bound=Model)


def create_with_history(model: type[Row], rows: Sequence[Row]) -> None:
    """Set who changes them first (config/history_author.py). The rows have their keys then."""
    if rows:
        model._base_manager.bulk_create(rows, batch_size=CHUNK_SIZE)
        _history(model).bulk_history_create(rows, batch_size=CHUNK_SIZE)


def update_with_history(model: type[Row], rows: Sequence[Row], fields: Sequence[str]) -> None:
    """As save(update_fields=...) of each; the caller has locked the rows."""
    if rows:
        bulk_update(model, rows, fields)
        _history(model).bulk_history_create(rows, batch_size=CHUNK_SIZE, update=True)


def _history(model: type[Model]) -> Any:
    return vars(model)["history"].__get__(None, model)
