"""Many rows quickly, for benchmarks: written in bulk, with the keys and counts that the actions would have written."""

from collections import Counter
from datetime import datetime, timedelta

from django.db import connection

from leads.models import Lead, Source
from queues.actions.counting import count_in
from queues.actions.placement import band_of, order_keys
from queues.models import Entry, Queue

CHUNK = 5000


def fill(queue: Queue, count: int, *, at: datetime, aged_percent: int = 20) -> None:
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
        Entry.objects.bulk_create(entries)
        count_in(queue.pk, bands=Counter(entry.band for entry in entries))
    analyse()


def analyse() -> None:
    """Fresh statistics, as autovacuum would have made them."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("VACUUM ANALYZE queues_entry")
            cursor.execute("VACUUM ANALYZE leads_lead")
        else:
            cursor.execute("ANALYZE")
