"""Two people edit one connection: the second to save overwrites nothing that the first changed (C8)."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.utils.dateparse import parse_datetime

from queues.models import Connection

NAMES = ("name", "object_name")
OFTEN = ("poll_minutes",)
MAPS = ("field_map", "status_map", "closing_map", "owner_policy", "takes_in", "writes_out", "take_since")
ONE_PRESS = timedelta(minutes=1)  # of a moment that counts from the press itself
Values = Mapping[str, Any]


class ConnectionChanged(Exception):
    """Somebody saved other values since the page was opened: `by` in words, and when."""

    def __init__(self, by: str, at: datetime) -> None:
        super().__init__(by, at)
        self.by, self.at = by, at


def values_of(connection: Connection, columns: tuple[str, ...]) -> dict[str, Any]:
    """What a page shows of these columns, in JSON's types."""
    return {name: _plain(getattr(connection, name)) for name in columns}


def refuse_newer(row: Connection, typed: Values, seen: Values | None) -> None:
    """`row` is locked, `seen` is what the page showed, None of a program that saw none. A second press changes
    nothing and is no conflict. Raises ConnectionChanged."""
    now = values_of(row, tuple(typed))
    if seen is None or seen == now or all(_are_same(_plain(typed[name]), now[name]) for name in typed):
        return
    last = row.history.select_related("history_user").latest()
    raise ConnectionChanged(last.history_user.get_full_name() if last.history_user else "", last.history_date)


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    return dict(value) if isinstance(value, Mapping) else value


def _are_same(typed: Any, now: Any) -> bool:
    if typed == now or not (isinstance(typed, str) and isinstance(now, str)):
        return typed == now
    one, other = _moment(typed), _moment(now)
    return one is not None and other is not None and abs(one - other) <= ONE_PRESS


def _moment(text: str) -> datetime | None:
    try:
        return parse_datetime(text)
    except ValueError:
        return None
