"""Keep what entries need of their next holder: when they enter, when they change, and when they are served (F5, C4)."""

from collections.abc import Collection, Iterable, Sequence

from django.db.models import QuerySet

from config.bulk_update import bulk_update
from queues.models import Entry, Queue
from queues.queries.needs import NeedsRead, needs_read, waiting_needs
from queues.queries.owners import declines_of
from routing.models import Rotation

CHUNK_SIZE = 500


def note_needs(entries: Sequence[Entry]) -> list[Entry]:
    """Set the needs of entries, whose queue, rotation and owner are set. Returns those whose needs changed, which the
    caller saves."""
    by_queue: dict[int, NeedsRead] = {}
    pushed = [entry for entry in entries if entry.queue.is_push]
    for queue in {entry.queue_id: entry.queue for entry in pushed}.values():
        rotations = {entry.rotation_id for entry in pushed if entry.queue_id == queue.pk and entry.rotation_id}
        by_queue[queue.pk] = needs_read(queue, rotations)
    declined = declines_of(entry.lead_id for entry in pushed)
    changed = []
    for entry in entries:
        read = by_queue.get(entry.queue_id)
        needs = read.of(entry, declined.get(entry.lead_id, ())) if read else ""
        if needs != entry.needs:
            entry.needs = needs
            changed.append(entry)
    return changed


def refresh_stale_needs(queue: Queue, rotations: Iterable[Rotation]) -> bool:
    """Read again what was read by rules that have changed, such as another skill of the rotation: one chunk, the first
    in order. Whether more are left. `rotations` are all that leads of this queue wait for."""
    read = NeedsRead(queue, {rotation.pk: rotation.skill for rotation in rotations})
    stale = [text for text in waiting_needs(queue) if not read.is_current(text)]
    if not stale:
        return False
    waiting = Entry.objects.waiting().filter(queue=queue, needs__in=stale, needs__gt="")
    return _refresh(waiting.in_base_order()) == CHUNK_SIZE


def read_needs(ids: Collection[int]) -> int:
    """Read the needs of entries for the first time. Returns how many changed."""
    return _refresh(Entry.objects.waiting().filter(pk__in=ids).order_by("pk"))


def _refresh(rows: QuerySet[Entry]) -> int:
    locked = rows.select_related("queue", "lead__source").select_for_update(
        skip_locked=True, no_key=True, of=("self", "lead")
    )
    changed = note_needs(list(locked[:CHUNK_SIZE]))
    bulk_update(Entry, changed, ["needs"])
    return len(changed)
