"""Take next in one call of PostgreSQL: the same reading, decision and writing as the ORM version in take.py.

A claim through the ORM is 27 statements and mostly Python's time; this is one round trip
(docs/decisions/02-claims-in-one-call.md). It serves only the plain case: a pull queue without a limit of uncontacted
leads and without reservations now; a rep who has not given back a lead that waits here; a first lead that nobody has
locked. In any other case it changes nothing and returns None, and take.py goes through the ORM, which also names the
errors.
`tests/queues/actions/claims/test_statement.py` holds the two together.

It is a function in the database (take_next.sql), for the reason that stands there.
"""

import json
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.apps import AppConfig
from django.contrib.auth.models import User
from django.db import connection, connections
from django.db.models import DateTimeField, DecimalField

from config.live import CHANNEL, announce
from leads.models import Lead
from routing.models import Assignment

SOURCE = Path(__file__).with_name("take_next.sql")
FIELDS = Lead._meta.concrete_fields
NAMES = [field.attname for field in FIELDS]
TYPES: dict[type, Callable[[Any], Any]] = {
    DateTimeField: datetime.fromisoformat,
    DecimalField: Decimal,
}  # types that JSON does not have
READERS = {index: TYPES[type(field)] for index, field in enumerate(FIELDS) if type(field) in TYPES}
CLAIM = "SELECT alur_claim(%(slug)s, %(user)s::bigint, %(at)s::timestamptz, %(slots)s::int)"
CLAIM_AND_ANNOUNCE = """
    CALL alur_claim_and_tell(%(slug)s, %(user)s::bigint, %(at)s::timestamptz, %(slots)s::int, %(channel)s)
"""


def install(sender: AppConfig, using: str, **_signal: object) -> None:
    """Install the function after every migrate, so that the database has the one that this code calls."""
    if connections[using].vendor == "postgresql":
        with connections[using].cursor() as cursor:
            cursor.execute(SOURCE.read_text())


def claim_by_statement(slug: str, *, by: User, at: datetime, slots: int) -> Assignment | None:
    """The claimed assignment with its lead, or None if this is not the plain case; then nothing has been written.

    The claim commits by itself. Within a transaction, the claim and its live messages commit with that transaction.
    """
    is_part = connection.in_atomic_block
    values: dict[str, Any] = {"slug": slug, "user": by.pk, "at": at, "slots": slots}
    with connection.cursor() as cursor:
        if is_part:
            cursor.execute(CLAIM, values)
        else:
            cursor.execute(CLAIM_AND_ANNOUNCE, values | {"channel": CHANNEL})
        (answer,) = cursor.fetchone()
    if answer is None:
        return None
    row = json.loads(answer)
    if is_part:
        announce(*row["news"])
    taken = Assignment(
        pk=row["assignment"],
        lead=_lead(row["lead"] | {"deal_size": row["deal_size"]}),
        holder=by,
        how=Assignment.How.TAKE_NEXT,
        place_name=row["place_name"],
        place_id=row["place"],
        receipt=row["receipt"],
        assigned_at=at,
        assigned_by=by,
        contact_minutes=row["contact_minutes"],
        clock_id=row["clock"],
        remind_at=datetime.fromisoformat(row["remind_at"]) if row["remind_at"] else None,
        contact_due_at=(due_at := datetime.fromisoformat(row["due_at"])),
        first_due_at=due_at,
    )
    taken._state.adding, taken._state.db = False, connection.alias
    taken.newest_activity = row["activity"]
    return taken


def _lead(row: dict) -> Lead:
    """The row as the ORM would have read it."""
    values = [row[field.column] for field in FIELDS]
    for index, read in READERS.items():
        if values[index] is not None:
            values[index] = read(values[index])
    return Lead.from_db(connection.alias, NAMES, values)
