"""Keep the counts of a queue: cheap updates spread over slots, and an exact recount."""

from collections import Counter
from datetime import datetime

from django.db import connection, transaction
from django.db.models import Count, F, Q

from config.bulk_update import bulk_update
from queues.models import Entry, Queue, Tally
from queues.models.entry import EntryQuerySet

CHUNK_SIZE = 1000


def count_in(queue_id: int, *, bands: Counter[int]) -> None:
    """So many entries of each band entered the queue."""
    _add(queue_id, bands, sign=1)


def count_out(queue_id: int, *, bands: Counter[int]) -> None:
    """So many entries of each band left; `bands` counts Entry.band as stored in the rows."""
    _add(queue_id, bands, sign=-1)


def _add(queue_id: int, bands: Counter[int], *, sign: int) -> None:
    steps = {
        "waiting": F("waiting") + sign * bands.total(),
        "aged_first": F("aged_first") + sign * (bands[1] + bands[2]),
        "aged_second": F("aged_second") + sign * bands[2],
    }
    if not bands.total():
        return
    slots = Tally.objects.filter(queue_id=queue_id, slot=_slot())
    if not slots.update(**steps):
        Tally.objects.bulk_create(
            [Tally(queue_id=queue_id, slot=slot) for slot in range(Tally.SLOTS)], ignore_conflicts=True
        )
        slots.update(**steps)


def _slot() -> int:
    """One slot for each database connection, so that a transaction never waits for a second slot of the same queue.
    SQLite has one writer at a time and needs no spreading."""
    if connection.vendor != "postgresql":
        return 0
    connection.ensure_connection()
    return connection.connection.info.backend_pid % Tally.SLOTS


def mark_crossings(queue: Queue, *, at: datetime) -> int:
    """Store the band of entries that crossed an age since the last sweep, with the counts (B6). In chunks, because a
    whole import may cross at the same moment."""
    bands = queue.bands
    waiting = Entry.objects.waiting().filter(queue=queue)
    moved = 0
    for band, crossed in (
        (2, waiting.filter(band__lt=2, since_at__lte=at - bands.second_after)),
        (1, waiting.filter(band=0, since_at__lte=at - bands.first_after)),
    ):
        while done := _mark(queue, crossed, band):
            moved += done
    return moved


@transaction.atomic
def _mark(queue: Queue, crossed: EntryQuerySet, band: int) -> int:
    locked = crossed.select_for_update(skip_locked=True, no_key=True).order_by("pk")
    rows = list(locked.values_list("pk", "band")[:CHUNK_SIZE])
    if rows:
        Entry.objects.filter(pk__in=[pk for pk, _was in rows]).update(band=band)
        count_out(queue.pk, bands=Counter(was for _pk, was in rows))
        count_in(queue.pk, bands=Counter({band: len(rows)}))
    return len(rows)


@transaction.atomic
def recount(queue: Queue) -> None:
    """Make the counts exact. The slots are locked first; the entries are counted in the next statement."""
    slots = list(Tally.objects.select_for_update().filter(queue=queue).order_by("slot", "pk"))
    exact = (
        Entry.objects.waiting()
        .filter(queue=queue)
        .aggregate(
            waiting=Count("pk"),
            aged_first=Count("pk", filter=Q(band__gte=1)),
            aged_second=Count("pk", filter=Q(band=2)),
        )
    )
    if not slots:
        Tally.objects.create(queue=queue, slot=0, **exact)
        return
    for index, row in enumerate(slots):
        for name, value in exact.items():
            setattr(row, name, value if index == 0 else 0)
    bulk_update(Tally, slots, ["waiting", "aged_first", "aged_second"])
