"""Names who changes a row, for the version that its history keeps (C8)."""

from datetime import datetime
from typing import Any

from django.contrib.auth.models import User


def set_history_author(row: Any, by: User | None, *, at: datetime | None = None) -> None:
    """Call it before save(); simple_history reads these two names. Without `at` the version has the time of saving."""
    row._history_user = by
    if at is not None:
        row._history_date = at
