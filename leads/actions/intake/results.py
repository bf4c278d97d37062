"""Store what became of captures."""

import json
from collections.abc import Sequence

from django.db import connection

from config.bulk_update import bulk_update
from leads.models import Capture

UPDATE_CAPTURE = "UPDATE leads_capture SET state = %s, lead_id = %s, problems = %s WHERE id = %s"


def write_results(captures: Sequence[Capture]) -> None:
    """With one prepared statement for all: Django's bulk_update took a quarter of the time of an import."""
    if connection.vendor == "postgresql":
        bulk_update(Capture, captures, ["state", "lead", "problems"])
        return
    rows = [(row.state, row.lead_id, json.dumps(row.problems), row.pk) for row in captures]
    with connection.cursor() as cursor:
        cursor.executemany(UPDATE_CAPTURE, rows)
