"""Take next in one call of PostgreSQL: the same reading, decision and writing as the ORM version in claiming.py.

A claim through the ORM is 27 statements and mostly Python's time; this is one round trip (performance.md B). It serves
the plain case only: a pull queue without a limit of uncontacted leads, in which nobody looks closer at a lead now; a
rep who gave nothing back that waits here; a head that is free. Whatever it does not serve it leaves untouched and
returns None, and claiming.py goes the long way, which also names the errors.
`tests/queues/actions/test_claim_statement.py` holds the two together.

It is a function in the database (take_next.sql), for the reason that stands there.
"""

import json
from collections.abc import Sequence
from datetime import datetime
from functools import cache
from pathlib import Path

from django.apps import AppConfig
from django.db import connection, connections

from config.live import announce_done
from leads.models import Lead
from routing.models import Assignment

SOURCE = Path(__file__).with_name("take_next.sql")
FIELDS = Lead._meta.concrete_fields
OWN = 7  # the columns before the lead's


@cache
def statement() -> str:
    lead = ", ".join(f'(taken.lead)."{field.column}"' for field in FIELDS)
    return f"""
        SELECT taken.assignment, taken.receipt, taken.contact_minutes, taken.due_at, taken.place_name, taken.activity,
            taken.news, {lead}
        FROM alur_take_next(%(slug)s, %(user)s::bigint, %(at)s::timestamptz, %(slots)s::int) AS taken
    """


def install(sender: AppConfig, using: str, **_signal: object) -> None:
    """After every migrate: the function in the database is the one that this code calls."""
    if connections[using].vendor == "postgresql":
        with connections[using].cursor() as cursor:
            cursor.execute(SOURCE.read_text())


def claim_at_once(slug: str, *, by, at: datetime, slots: int) -> Assignment | None:
    """The claimed assignment with its lead, or None when this is not the plain case; then nothing has been written."""
    with connection.cursor() as cursor:
        cursor.execute(statement(), {"slug": slug, "user": by.pk, "at": at, "slots": slots})
        row = cursor.fetchone()
    if row is None:
        return None
    pk, receipt, contact_minutes, due_at, place_name, activity, news = row[:OWN]
    announce_done(*news)
    taken = Assignment(
        pk=pk,
        lead=_lead(row[OWN : OWN + len(FIELDS)]),
        holder=by,
        how=Assignment.How.TAKE_NEXT,
        place_name=place_name,
        receipt=receipt if isinstance(receipt, dict) else json.loads(receipt),
        assigned_at=at,
        assigned_by=by,
        contact_minutes=contact_minutes,
        contact_due_at=due_at,
        first_due_at=due_at,
    )
    taken._state.adding, taken._state.db = False, connection.alias
    taken.newest_activity = activity
    return taken


def _lead(values: Sequence) -> Lead:
    """The row as the ORM would have read it."""
    read = [
        field.from_db_value(value, None, connection) if hasattr(field, "from_db_value") else value
        for field, value in zip(FIELDS, values, strict=True)
    ]
    return Lead.from_db(connection.alias, [field.attname for field in FIELDS], read)
