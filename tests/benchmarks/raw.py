"""Claims as hand-written SQL, for comparison: the same rows are written, but nobody asks for rights or age bands."""

import os
import re
import subprocess
from pathlib import Path

from django.db import connection

from config.live import CHANNEL
from queues.actions.claims.statement import CLAIM_AND_ANNOUNCE, SOURCE
from queues.models import Queue, Tally

HEAD = """
WITH head AS MATERIALIZED (
    SELECT e.id, e.lead_id, e.band FROM queues_entry e JOIN leads_lead l ON l.id = e.lead_id
    WHERE e.queue_id = {queue} AND e.left_at IS NULL
    ORDER BY e.key1, e.key2, e.key3, e.since_at, e.id LIMIT 1 FOR NO KEY UPDATE OF e, l SKIP LOCKED
), assignment AS (
    INSERT INTO routing_assignment (lead_id, holder_id, how, place_name, receipt, assigned_at, assigned_by_id,
        contact_minutes, contact_due_at, first_due_at, breaches, follow_up, ended_how, end_reason)
    SELECT lead_id, {user}, 'take_next', 'Bench', '{{}}'::jsonb, now(), {user}, 120, now() + interval '2 hours',
        now() + interval '2 hours', 0, '', '', '' FROM head RETURNING id, lead_id
), left_entry AS (
    UPDATE queues_entry e SET left_at = now(), left_how = 'claimed', assignment_id = assignment.id
    FROM assignment, head WHERE e.id = head.id
), held AS (
    UPDATE leads_lead l SET stage = 'held', stage_at = now() FROM head WHERE l.id = head.lead_id
), told AS (
    INSERT INTO leads_activity (lead_id, kind, at, by_id, details)
    SELECT lead_id, 'assigned', now(), {user}, jsonb_build_object('assignment', id) FROM assignment
), uncounted AS (
    UPDATE queues_tally t SET waiting = t.waiting - 1, aged_first = t.aged_first - (head.band > 0)::int,
        aged_second = t.aged_second - (head.band = 2)::int
    FROM head WHERE t.queue_id = {queue} AND t.slot = pg_backend_pid() % {slots}
)
SELECT id FROM assignment
"""


BANDS_AND_REST = ("    -- the counts of the age bands", "    IF oldest THEN", "-- The claim, and its live messages")


def plain(queue: Queue, user_id: int | str) -> str:
    """Take the first in base order, with every row that a claim writes."""
    return HEAD.format(queue=queue.pk, user=user_id, slots=Tally.SLOTS)


def ours(queue: Queue, user_id: int | str) -> str:
    """What take next sends, with its values written out."""
    values = {"slug": f"'{queue.slug}'", "user": f"({user_id})", "at": "now()", "slots": Tally.SLOTS}
    return CLAIM_AND_ANNOUNCE.replace("\n", " ") % (values | {"channel": f"'{CHANNEL}'"}) + ";\n"


def without_bands() -> str:
    """Make take next in plain order, everything else the same, and return its name."""
    name = "alur_claim_plain"
    with connection.cursor() as cursor:
        cursor.execute(source_without_bands().replace("alur_claim", name))
    return name


def source_without_bands() -> str:
    """The function alone, without the statements that count age bands and look for the oldest lead."""
    body = SOURCE.read_text()
    start, end, rest = (body.index(mark) for mark in BANDS_AND_REST)
    return body[:start] + body[end:rest]


def pgbench(script: str, *, clients: int, seconds: int, place: Path) -> float:
    """Transactions per second of this script, prepared, on the test database, as durable as production."""
    file = place / f"{clients}.sql"
    file.write_text(script)
    there = connection.settings_dict
    command = ["pgbench", "-n", "-M", "prepared", "-c", str(clients), "-j", "2", "-T", str(seconds), "-f", str(file)]
    command += [
        "-h",
        there["HOST"] or "127.0.0.1",
        "-p",
        str(there["PORT"] or 5432),
        "-U",
        there["USER"],
        there["NAME"],
    ]
    env = os.environ | {"PGPASSWORD": there["PASSWORD"] or ""}
    env["PATH"] += os.pathsep + os.pathsep.join(str(each) for each in Path("/usr/lib/postgresql").glob("*/bin"))
    told = subprocess.run(command, env=env, capture_output=True, text=True, timeout=seconds + 60)
    assert told.returncode == 0, told.stderr
    assert "number of failed transactions: 0" in told.stdout, told.stdout
    return float(re.search(r"tps = ([\d.]+)", told.stdout).group(1))
