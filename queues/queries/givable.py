"""The first leads in order that somebody who is free may have, found by index at any depth (F5, F6, B8)."""

from collections.abc import Collection, Sequence
from datetime import datetime

from django.db import connection

from queues.decisions.ordering import QueueCounts, WaitingLead, head_positions
from queues.models import Entry, Queue
from queues.queries.waiting import KEYS

WINDOW = 200  # so many places are read in the order of the whole queue; what stands behind them is found by need
MAX_ROWS = 2000  # read by need at once
NEEDS_AT_ONCE = 100

HEAD_OF_NEED = """
    SELECT * FROM (
        SELECT id, needs FROM queues_entry
        WHERE queue_id = %s AND needs = %s AND needs > '' AND left_at IS NULL
        ORDER BY key1, key2, key3, since_at, id LIMIT %s
    ) AS head{number}
"""


def givable_entries(
    queue: Queue,
    needs: Collection[str],
    *,
    counts: QueueCounts,
    at: datetime,
    limit: int,
    excluding: Collection[int] = (),
) -> tuple[list[int], list[int]]:
    """The ids of the first `limit` entries in order that have one of these needs; and the ids of entries on the way
    whose need was never read.

    Within the first places this is the order of the whole queue. Behind them, where hundreds stand that nobody may
    have, it is the order of the leads with these needs, as if they alone waited: their base order, and the age bands
    among them (docs/decisions/32).
    """
    if counts.waiting == 0:
        return [], []
    for size in (limit + len(excluding), WINDOW + len(excluding)):
        places = _head(queue, size, counts, at=at)
        found = [pk for pk, need in places if need in needs and pk not in excluding]
        unread = [pk for pk, need in places if not need]
        if len(found) >= limit or len(places) < size:
            return found[:limit], unread
    left_out = {*excluding, *found}
    return found + _behind(queue, sorted(needs), at=at, limit=limit - len(found), left_out=left_out), unread


def _head(queue: Queue, limit: int, counts: QueueCounts, *, at: datetime) -> list[tuple[int, str]]:
    """The first entries of the whole queue in order, each with its need."""
    entries = Entry.objects.waiting().filter(queue=queue)
    needs: dict[int, str] = {}

    def read(rows) -> list[WaitingLead]:
        return [_lead(row, needs) for row in rows.values_list(*KEYS, "needs")]

    base = read(entries.in_base_order()[: limit + min(limit, counts.aged_first)])
    aged = []
    if counts.aged_first:
        aged = read(entries.filter(since_at__lte=at - queue.bands.first_after).oldest_first()[:limit])
    places = head_positions(base, aged, counts, order_name=queue.order, bands=queue.bands, at=at, limit=limit)
    return [(place.entry.id, needs[place.entry.id]) for place in places]


def _lead(row: tuple, needs: dict[int, str]) -> WaitingLead:
    pk, key1, key2, key3, since_at, needs[pk] = row
    return WaitingLead(id=pk, keys=(key1, key2, key3), since_at=since_at)


def _behind(queue: Queue, needs: Sequence[str], *, at: datetime, limit: int, left_out: Collection[int]) -> list[int]:
    if not needs:
        return []
    each = max(1, min(limit + len(left_out), MAX_ROWS // len(needs)))
    by_id = _heads(queue, needs, each)
    rows = [_lead(row, {}) for row in Entry.objects.filter(pk__in=by_id).in_base_order().values_list(*KEYS, "needs")]
    rows = _certain(rows, by_id, each)
    leads = [lead for lead in rows if lead.id not in left_out]
    bands = queue.bands
    aged = sorted(
        (lead for lead in leads if at - lead.since_at >= bands.first_after), key=lambda lead: (lead.since_at, lead.id)
    )
    second = sum(at - lead.since_at >= bands.second_after for lead in aged)
    counts = QueueCounts(len(leads), len(aged), second)
    places = head_positions(leads, aged, counts, order_name=queue.order, bands=bands, at=at, limit=limit)
    return [place.entry.id for place in places]


def _heads(queue: Queue, needs: Sequence[str], each: int) -> dict[int, str]:
    """The first entries of each need in base order: need by id."""
    found: dict[int, str] = {}
    with connection.cursor() as cursor:
        for start in range(0, len(needs), NEEDS_AT_ONCE):
            some = needs[start : start + NEEDS_AT_ONCE]
            parts = [HEAD_OF_NEED.format(number=number) for number in range(len(some))]
            cursor.execute(" UNION ALL ".join(parts), [value for need in some for value in (queue.pk, need, each)])
            found |= dict(cursor.fetchall())
    return found


def _certain(rows: Sequence[WaitingLead], needs: dict[int, str], each: int) -> list[WaitingLead]:
    """Up to the last row of the first need of which there may be more."""
    seen: dict[str, int] = {}
    for number, lead in enumerate(rows, start=1):
        need = needs[lead.id]
        seen[need] = seen.get(need, 0) + 1
        if seen[need] == each:
            return list(rows[:number])
    return list(rows)
