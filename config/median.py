"""The median as an aggregate of the database, on PostgreSQL and on SQLite."""

import statistics

from django.db.models import Aggregate, FloatField


class Median(Aggregate):
    """The middle value of a numeric expression, or the mean of the two in the middle; None without any value (L2)."""

    name = "Median"
    function = "ALUR_MEDIAN"  # of config.sqlite
    output_field = FloatField()

    def as_postgresql(self, compiler, connection, **extra_context):
        here = self.copy()  # as_sql() with a filter takes no template
        here.template = "PERCENTILE_CONT(0.5) WITHIN GROUP (ORDER BY %(expressions)s)"
        return here.as_sql(compiler, connection, **extra_context)


class SqliteMedian:
    """How SQLite computes it: it hands over one value after the other."""

    def __init__(self) -> None:
        self.values: list[float] = []

    def step(self, value: float | None) -> None:
        if value is not None:
            self.values.append(value)

    def finalize(self) -> float | None:
        return float(statistics.median(self.values)) if self.values else None
