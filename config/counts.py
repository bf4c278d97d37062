"""Count the rows of several questions in one statement, for pages that ask for many numbers."""

from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import IntegerField, QuerySet, Subquery


class RowCount(Subquery):
    """How many rows a question has, as a column of another statement."""

    template = "(SELECT COUNT(*) FROM (%(subquery)s) AS counted)"
    output_field = IntegerField()
    empty_result_set_value = 0

    def __init__(self, rows: QuerySet, **extra: Any) -> None:
        super().__init__(rows.order_by().values("pk"), **extra)


def counts(**rows: QuerySet) -> dict[str, int]:
    """How many rows each of these has. A slice bounds what is read: `rows[:1001]` counts at most 1,001."""
    found = dict.fromkeys(rows, 0)
    parts: list[tuple[str, str]] = []
    values: list[Any] = []
    for name, each in rows.items():
        try:
            sql, params = each.values("pk").query.sql_with_params()
        except EmptyResultSet:  # a question that nothing can answer, such as one of no queues
            continue
        parts.append((name, f"(SELECT COUNT(*) FROM ({sql}) AS counted)"))
        values += params
    if parts:
        with connection.cursor() as cursor:
            cursor.execute("SELECT " + ", ".join(sql for _name, sql in parts), values)
            answer = cursor.fetchone()
        found |= {name: n for (name, _sql), n in zip(parts, answer, strict=True)}
    return found
