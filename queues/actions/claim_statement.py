"""Take next in one PostgreSQL statement: the same reading, decision and writing as the ORM version in claiming.py.

A claim through the ORM is 27 statements and mostly Python's time; this is one round trip (performance.md B). It serves
the plain case only: a pull queue without a limit of uncontacted leads, in which nobody looks closer at a lead now; a
rep who gave nothing back that waits here; a head that is free. Whatever it does not serve it leaves untouched and
returns None, and claiming.py goes the long way, which also names the errors.
`tests/queues/actions/test_claim_statement.py` holds the two together.

The counts of what crossed an age since the last sweep ask for an order that only their own index gives, and stop at
1,000: the planner cannot know the edges, expects a third of the line, and would else read all of it, or plan anew for
every claim. Should more cross in one minute, they are counted by the sweep.
"""

import json
from collections.abc import Sequence
from datetime import datetime

from django.db import connection

from leads.models import Lead
from routing.models import Assignment

STATEMENT = """
WITH
reach AS (
    SELECT q.*,
        %(at)s::timestamptz - q.first_band_hours * interval '1 hour' AS first_edge,
        %(at)s::timestamptz - q.second_band_hours * interval '1 hour' AS second_edge
    FROM queues_queue q, auth_user u
    WHERE q.slug = %(slug)s AND u.id = %(user)s::bigint AND q.is_active AND q.dispatch = 'pull' AND u.is_active
      AND (u.is_superuser
        OR EXISTS (SELECT 1 FROM auth_user_groups g
                   JOIN auth_group_permissions gp ON gp.group_id = g.group_id
                   JOIN auth_permission p ON p.id = gp.permission_id
                   JOIN django_content_type t ON t.id = p.content_type_id
                   WHERE g.user_id = u.id AND p.codename = 'claim_entry' AND t.app_label = 'queues'))
      AND (u.is_superuser OR (q.team_id IS NULL AND q.region = '')
        OR EXISTS (SELECT 1 FROM routing_rep_teams rt
                   JOIN routing_rep r ON r.id = rt.rep_id
                   JOIN routing_team m ON m.id = rt.team_id
                   WHERE r.user_id = u.id
                     AND (m.id = q.team_id OR (q.team_id IS NULL AND m.region = q.region AND m.region <> ''))))
      AND NOT EXISTS (SELECT 1 FROM queues_decline d
                      JOIN queues_entry e ON e.lead_id = d.lead_id AND e.left_at IS NULL
                      WHERE d.user_id = u.id AND e.queue_id = q.id AND NOT e.is_open_to_decliners)
      AND q.uncontacted_limit = 0
      AND NOT (q.is_reserving AND EXISTS (SELECT 1 FROM queues_entry e
                                          WHERE e.queue_id = q.id AND e.left_at IS NULL
                                            AND e.reserved_until > %(at)s::timestamptz AND e.reserved_by_id <> u.id))
),
counted AS (
    SELECT COALESCE(SUM(waiting), 0) AS n, COALESCE(SUM(aged_first), 0) AS n1, COALESCE(SUM(aged_second), 0) AS n2
    FROM queues_tally WHERE queue_id = (SELECT id FROM reach)
),
bands AS (
    SELECT n, n1 + (
            SELECT COUNT(*) FROM (
                SELECT 1 FROM queues_entry
                WHERE queue_id = (SELECT id FROM reach) AND left_at IS NULL AND band = 0
                  AND since_at <= (SELECT first_edge FROM reach)
                ORDER BY band, since_at LIMIT 1000) AS crossed
        ) AS n1, n2 + (
            SELECT COUNT(*) FROM (
                SELECT 1 FROM queues_entry
                WHERE queue_id = (SELECT id FROM reach) AND left_at IS NULL AND band = 0
                  AND since_at <= (SELECT second_edge FROM reach)
                ORDER BY band, since_at LIMIT 1000) AS crossed_both
        ) + (
            SELECT COUNT(*) FROM (
                SELECT 1 FROM queues_entry
                WHERE queue_id = (SELECT id FROM reach) AND left_at IS NULL AND band = 1
                  AND since_at <= (SELECT second_edge FROM reach)
                ORDER BY band, since_at LIMIT 1000) AS crossed_second
        ) AS n2,
        CEIL(n * reach.first_band_percent / 100.0) AS k1, CEIL(n * reach.second_band_percent / 100.0) AS k2
    FROM counted, reach
),
peek AS (
    SELECT id, key1, since_at FROM queues_entry
    WHERE queue_id = (SELECT id FROM reach) AND left_at IS NULL
    ORDER BY key1, key2, key3, since_at, id LIMIT 1
),
choice AS (
    SELECT CASE
        WHEN peek.key1 < 0 THEN FALSE
        WHEN bands.n1 > bands.k1 THEN TRUE
        WHEN bands.n2 > 0 AND bands.n2 >= bands.k2
             AND NOT (bands.n2 = bands.k2 AND peek.since_at <= (SELECT second_edge FROM reach)) THEN TRUE
        WHEN bands.n2 > 0 AND bands.n2 >= bands.k2 THEN FALSE
        WHEN bands.n1 > 0 AND bands.n1 = bands.k1 AND peek.since_at > (SELECT first_edge FROM reach)
            THEN TRUE
        ELSE FALSE
    END AS oldest
    FROM peek, bands, reach
),
head AS MATERIALIZED (
    SELECT CASE WHEN choice.oldest THEN (
        SELECT e.id FROM queues_entry e JOIN leads_lead l ON l.id = e.lead_id
        WHERE e.queue_id = (SELECT id FROM reach) AND e.left_at IS NULL AND {free}
        ORDER BY e.since_at, e.id LIMIT 1 FOR NO KEY UPDATE OF e, l SKIP LOCKED
    ) ELSE (
        SELECT e.id FROM queues_entry e JOIN leads_lead l ON l.id = e.lead_id
        WHERE e.queue_id = (SELECT id FROM reach) AND e.left_at IS NULL AND {free}
        ORDER BY e.key1, e.key2, e.key3, e.since_at, e.id LIMIT 1 FOR NO KEY UPDATE OF e, l SKIP LOCKED
    ) END AS id
    FROM choice
),
taken AS (
    SELECT e.id, e.lead_id, e.band, e.since_at, e.tier, l.score,
        CASE
            WHEN choice.oldest AND head.id <> peek.id AND e.since_at <= (SELECT second_edge FROM reach)
                THEN 'lifted_second'
            WHEN choice.oldest AND head.id <> peek.id THEN 'lifted_first'
            WHEN e.key1 < 0 THEN 'front'
            WHEN reach."order" = 'priority' THEN 'tier'
            WHEN reach."order" = 'hybrid' AND e.key1 = 0 THEN 'hot'
            ELSE 'first_in'
        END AS reason
    FROM head JOIN queues_entry e ON e.id = head.id JOIN leads_lead l ON l.id = e.lead_id, choice, peek, reach
),
assignment AS (
    INSERT INTO routing_assignment (lead_id, holder_id, how, place_name, receipt, assigned_at, assigned_by_id,
        contact_minutes, contact_due_at, first_due_at, breaches, follow_up, ended_how, end_reason)
    SELECT taken.lead_id, %(user)s::bigint, 'take_next', reach.name,
        jsonb_build_object(
            'kind', 'claim', 'how', 'take_next', 'queue', reach.name, 'place', 1, 'of', bands.n,
            'reason', taken.reason, 'order', reach."order", 'blind', reach.is_blind,
            'score', taken.score, 'tier', CASE WHEN reach."order" <> 'priority' THEN '' ELSE COALESCE(
                (SELECT t.name FROM queues_prioritytier t WHERE t.position = taken.tier ORDER BY t.id LIMIT 1), '') END,
            'waited_seconds', FLOOR(EXTRACT(EPOCH FROM %(at)s::timestamptz - taken.since_at))::bigint,
            'hot_above', reach.hot_score,
            'bands', jsonb_build_array(
                jsonb_build_array(reach.first_band_hours, reach.first_band_percent),
                jsonb_build_array(reach.second_band_hours, reach.second_band_percent))),
        %(at)s::timestamptz, %(user)s::bigint, reach.contact_minutes,
        %(at)s::timestamptz + reach.contact_minutes * interval '1 minute',
        %(at)s::timestamptz + reach.contact_minutes * interval '1 minute', 0, '', '', ''
    FROM taken, reach, bands
    RETURNING *
),
left_entry AS (
    UPDATE queues_entry e SET left_at = %(at)s::timestamptz, left_how = 'claimed', assignment_id = assignment.id,
        reserved_until = NULL, reserved_by_id = NULL
    FROM assignment, taken WHERE e.id = taken.id RETURNING e.queue_id
),
held_lead AS (
    UPDATE leads_lead l SET stage = 'held', stage_at = %(at)s::timestamptz FROM taken WHERE l.id = taken.lead_id
    RETURNING {lead}
),
told AS (
    INSERT INTO leads_activity (lead_id, kind, at, by_id, details)
    SELECT lead_id, 'assigned', %(at)s::timestamptz, holder_id, jsonb_build_object(
        'assignment', id, 'holder', holder_id, 'how', how, 'place', place_name, 'turn', NULL)
    FROM assignment RETURNING id
),
uncounted AS (
    UPDATE queues_tally t SET waiting = t.waiting - 1,
        aged_first = t.aged_first - (taken.band > 0)::int, aged_second = t.aged_second - (taken.band = 2)::int
    FROM taken WHERE t.queue_id = (SELECT id FROM reach) AND t.slot = pg_backend_pid() %% %(slots)s::int
),
settled AS (
    UPDATE queues_escalation s SET closed_at = %(at)s::timestamptz, closed_how = 'taken'
    FROM taken WHERE s.lead_id = taken.lead_id AND s.closed_at IS NULL RETURNING s.id
),
reviewed AS (
    UPDATE queues_reviewitem r SET closed_at = %(at)s::timestamptz, closed_how = 'closed'
    FROM taken WHERE r.lead_id = taken.lead_id AND r.closed_at IS NULL RETURNING r.id
)
SELECT assignment.id, assignment.receipt, assignment.contact_minutes, assignment.contact_due_at,
    assignment.place_name, told.id, held_lead.*,
    pg_notify('alur_live', 'queue-' || left_entry.queue_id), pg_notify('alur_live', 'holder-' || assignment.holder_id),
    (SELECT pg_notify('alur_live', 'escalations') FROM settled LIMIT 1),
    (SELECT pg_notify('alur_live', 'review') FROM reviewed LIMIT 1)
FROM assignment, left_entry, told, held_lead
"""
# asked again of a row that changed while we waited for the statement's turn at it
FREE = """(e.reserved_until IS NULL OR e.reserved_until <= %(at)s::timestamptz OR e.reserved_by_id = %(user)s::bigint
               OR NOT (SELECT is_reserving FROM reach))"""
OWN, FIELDS = 6, Lead._meta.concrete_fields  # the columns before the lead's, and the lead's
STATEMENT = STATEMENT.replace("{lead}", ", ".join(f'l."{field.column}"' for field in FIELDS)).replace("{free}", FREE)


def claim_at_once(slug: str, *, by, at: datetime, slots: int) -> Assignment | None:
    """The claimed assignment with its lead, or None when this is not the plain case; then nothing has been written."""
    with connection.cursor() as cursor:
        cursor.execute(STATEMENT, {"slug": slug, "user": by.pk, "at": at, "slots": slots})
        row = cursor.fetchone()
    if row is None:
        return None
    pk, receipt, contact_minutes, due_at, place_name, activity = row[:OWN]
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
