"""Many times the same past, on PostgreSQL: the database copies what is over, a minute or so earlier, with other ids.

Five million leads are five times a million with the same patterns; only the first are told by lives.py.
"""

from collections.abc import Mapping

import psycopg
from django.db import models

from leads.models import Lead
from routing.models import Turn
from tests.benchmarks.history.tables import COLUMNS

EARLIER = 97  # seconds
IS_OVER = (
    "NOT EXISTS (SELECT FROM queues_entry e WHERE e.lead_id = {lead} AND e.left_at IS NULL) AND "
    "NOT EXISTS (SELECT FROM routing_assignment a WHERE a.lead_id = {lead} AND a.ended_at IS NULL)"
)


def multiply(link: psycopg.Connection, times: int) -> None:
    """The tables hold a history once, and nothing else; then they hold the past of it so many times."""
    first = {model: _one(link, f"SELECT COALESCE(max(id), 0) FROM {model._meta.db_table}") for model in COLUMNS}
    turns = _one(link, "SELECT COALESCE(max(number), 0) FROM routing_turn")
    link.execute(f"CREATE TEMP TABLE over AS SELECT id FROM leads_lead l WHERE {IS_OVER.format(lead='l.id')}")
    link.execute("CREATE UNIQUE INDEX ON over (id)")
    link.execute("ANALYZE over")
    for number in range(1, times):
        for model in COLUMNS:
            link.execute(_statement(model, first, turns, number))


def _statement(model: type[models.Model], first: Mapping[type[models.Model], int], turns: int, number: int) -> str:
    table = model._meta.db_table
    names = [field.column for field in model._meta.concrete_fields]
    values = [_value(field, first, number) for field in model._meta.concrete_fields]
    if model is Turn:
        values[names.index("number")] = f"number + {turns * number}"
    lead = {Lead: f"{table}.id"}.get(model, f"{table}.lead_id")
    if "lead_id" not in names and model is not Lead:  # the ledger
        lead = f"(SELECT t.lead_id FROM routing_turn t WHERE t.id = {table}.turn_id)"
    return (
        f"INSERT INTO {table} ({', '.join(names)}) SELECT {', '.join(values)} FROM {table} "
        f"WHERE {table}.id <= {first[model]} AND {lead} IN (SELECT id FROM over) ORDER BY {table}.id"
    )


def _value(field: models.Field, first: Mapping[type[models.Model], int], number: int) -> str:
    """The column itself, an id beyond those of the copy before, or a moment a little earlier."""
    table = f"{field.model._meta.db_table}.{field.column}"
    target = field.model if field.primary_key else field.remote_field.model if field.remote_field else None
    if target in first:
        return f"{table} + {first[target] * number}"
    if isinstance(field, models.DateTimeField):
        return f"{table} - interval '{EARLIER * number} seconds'"
    return table


def _one(link: psycopg.Connection, statement: str) -> int:
    row = link.execute(statement).fetchone()
    assert row is not None
    return int(row[0])
