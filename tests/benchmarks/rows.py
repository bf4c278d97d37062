"""Many rows quickly, for benchmarks: written in bulk, with the keys and counts that the actions would have written."""

from collections import Counter
from datetime import datetime, timedelta

from django.db import connection

from leads.models import Lead, Source
from queues.actions.dispatch.needs import note_needs
from queues.actions.entries.counts import count_in, recount
from queues.actions.entries.placement import band_of, order_keys
from queues.models import Entry, Queue

CHUNK = 5000


def fill(queue: Queue, count: int, *, at: datetime, aged_percent: int = 20, industry: str = "") -> None:
    """Waiting leads: most entered within the last day, `aged_percent` of them one to three days ago."""
    source = Source.objects.get_or_create(slug="bench", defaults={"name": "Bench"})[0]
    for start in range(0, count, CHUNK):
        numbers = range(start, min(start + CHUNK, count))
        leads = Lead.objects.bulk_create(
            [
                Lead(
                    first_name="Dewi",
                    last_name=f"Lestari {number}",
                    email=f"dewi{number}@{queue.slug}.example.com",
                    company_name=f"Company {number}",
                    title="Head of Operations",
                    source=source,
                    industry=industry,
                    score=number * 37 % 101,
                    stage="waiting",
                    stage_at=at,
                    captured_at=at,
                    created_at=at,
                )
                for number in numbers
            ]
        )
        entries = []
        for number, lead in zip(numbers, leads, strict=True):
            hours = 24 + number % 48 if number % 100 < aged_percent else number % 24
            since = at - timedelta(hours=hours, seconds=number % 3600)
            keys = order_keys(queue, lead, tier=0, is_front=False)
            entries.append(
                Entry(
                    queue=queue,
                    lead=lead,
                    since_at=since,
                    entered_at=since,
                    key1=keys[0],
                    key2=keys[1],
                    key3=keys[2],
                    band=band_of(queue, since, at=at),
                    wait_due_at=since + timedelta(days=3),
                )
            )
        note_needs(entries)
        Entry.objects.bulk_create(entries)
        count_in(queue.pk, bands=Counter(entry.band for entry in entries))
    analyse()


def fill_quickly(queue: Queue, count: int, *, at: datetime, aged_percent: int = 20) -> None:
    """fill() by the database itself, for very long lines; on PostgreSQL only."""
    others, more = _others(Lead, WRITTEN), _others(Entry, ENTERED)
    source = Source.objects.get_or_create(slug="bench", defaults={"name": "Bench"})[0]
    keys = {"fifo": "0, 0", "hybrid": f"CASE WHEN n * 37 % 101 > {queue.hot_score} THEN 0 ELSE 1 END, 0"}
    keys["priority"] = "0, 100 - n * 37 % 101"
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            WITH n AS (SELECT generate_series(0, {int(count) - 1}) AS n),
            lead AS (
                INSERT INTO leads_lead (external_id, first_name, last_name, title, email, phone, company_name,
                    company_domain, company_key, industry, country, city, message, source_id, lead_type, channel, score,
                    score_parts, stage, stage_at, captured_at, created_at, closed_reason, problems, extra{others[0]})
                SELECT '', 'Dewi', 'Lestari ' || n, 'Head of Operations', 'dewi' || n || '@example.com', '',
                    'Company ' || n, '', '', '', '', '', '', %(source)s, 'warm', '', n * 37 %% 101,
                    '{{}}', 'waiting', %(at)s, %(at)s, %(at)s, '', '[]', '{{}}'{others[1]}
                FROM n RETURNING id, score, substring(last_name FROM 9)::int AS n
            )
            INSERT INTO queues_entry (queue_id, lead_id, since_at, entered_at, left_how, trail, tier, key1, key2, key3,
                band, is_front, wait_due_at, is_open_to_decliners{more[0]})
            SELECT %(queue)s, id, since, since, '', '[]', 0, {keys[queue.order].replace("%", "%%")}, 0,
                CASE WHEN since <= %(at)s - interval '48 hours' THEN 2
                     WHEN since <= %(at)s - interval '24 hours' THEN 1 ELSE 0 END,
                FALSE, since + interval '3 days', FALSE{more[1]}
            FROM (SELECT id, n, %(at)s - ((CASE WHEN n %% 100 < {int(aged_percent)} THEN 24 + n %% 48 ELSE n %% 24 END)
                * interval '1 hour') - (n %% 3600) * interval '1 second' AS since FROM lead) AS dated
            """,
            {"source": source.pk, "queue": queue.pk, "at": at},
        )
    recount(queue)
    analyse()


WRITTEN = {
    *("id", "external_id", "first_name", "last_name", "title", "email", "phone", "company_name", "company_domain"),
    *("company_key", "industry", "country", "city", "message", "source_id", "lead_type", "channel", "score"),
    *("score_parts", "stage", "stage_at", "captured_at", "created_at", "closed_reason", "problems", "extra"),
}
ENTERED = {
    *("id", "queue_id", "lead_id", "since_at", "entered_at", "left_how", "trail", "tier", "key1", "key2", "key3"),
    *("band", "is_front", "wait_due_at", "is_open_to_decliners"),
}
BLANK = {"JSONField": "'[]'", "BooleanField": "FALSE", "CharField": "''", "TextField": "''"}


def _others(model, written: set[str]) -> tuple[str, str]:
    """What must not be NULL and has come to a table since the statement above was written, with blank values."""
    fields = [field for field in model._meta.concrete_fields if field.column not in written and not field.null]
    names = "".join(f", {field.column}" for field in fields)
    return names, "".join(f", {BLANK.get(field.get_internal_type(), '0')}" for field in fields)


def analyse() -> None:
    """Fresh statistics, as autovacuum would have made them."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("VACUUM ANALYZE queues_entry")
            cursor.execute("VACUUM ANALYZE leads_lead")
        else:
            cursor.execute("ANALYZE")
