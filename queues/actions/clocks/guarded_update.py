"""Write new deadlines where the old ones still stand, in one statement (D3)."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import connection

from config.bulk_update import bulk_update
from queues.models import Entry
from routing.models import Assignment

CONTACT_FIELDS = ["contact_due_at", "first_due_at", "remind_at", "clock", "contact_minutes"]
WAITS = """
    UPDATE queues_entry AS e SET wait_due_at = w.due
    FROM unnest(%s::bigint[], %s::timestamptz[], %s::timestamptz[]) AS w(id, was, due)
    WHERE e.id = w.id AND e.wait_due_at = w.was AND e.left_at IS NULL AND e.wait_breached_at IS NULL
"""
CONTACTS = """
    UPDATE routing_assignment AS a SET contact_due_at = w.due, first_due_at = w.first, remind_at = w.reminds,
        clock_id = w.clock, contact_minutes = w.minutes
    FROM unnest(%s::bigint[], %s::timestamptz[], %s::timestamptz[], %s::timestamptz[], %s::timestamptz[], %s::bigint[],
        %s::int[]) AS w(id, was, due, first, reminds, clock, minutes)
    WHERE a.id = w.id AND a.contact_due_at = w.was AND a.ended_at IS NULL AND a.first_contact_at IS NULL
"""


@dataclass(frozen=True, slots=True)
class Moved:
    count: int
    topics: Collection[str] = field(default_factory=tuple)


def write_waits(changed: Sequence[tuple[Entry, datetime]]) -> int:
    """For each entry its new deadline. On SQLite the transaction has been the only writer since it read them."""
    if not changed:
        return 0
    if connection.vendor == "postgresql":
        was = [entry.wait_due_at for entry, _due in changed]
        return _execute(WAITS, [[entry.pk for entry, _due in changed], was, [due for _entry, due in changed]])
    for entry, due in changed:
        entry.wait_due_at = due
    return bulk_update(Entry, [entry for entry, _due in changed], ["wait_due_at"])


def write_contacts(changed: Sequence[tuple[Assignment, datetime]]) -> int:
    """Assignments with their new deadlines, each with the one that it had."""
    if not changed:
        return 0
    held = [each for each, _was in changed]
    if connection.vendor != "postgresql":
        running = Assignment.objects.filter(ended_at=None, first_contact_at=None, pk__in=[each.pk for each in held])
        now = dict(running.values_list("pk", "contact_due_at"))
        held = [each for each, was in changed if now.get(each.pk) == was]
        return bulk_update(Assignment, held, CONTACT_FIELDS)
    columns = ("contact_due_at", "first_due_at", "remind_at", "clock_id", "contact_minutes")
    values = [[getattr(each, name) for each in held] for name in columns]
    return _execute(CONTACTS, [[each.pk for each in held], [was for _each, was in changed], *values])


def _execute(statement: str, arrays: list[list]) -> int:
    with connection.cursor() as cursor:
        cursor.execute(statement, arrays)
        return cursor.rowcount
