"""The times themselves, where they are few enough to be read: then medians and percentiles are exact (E1, E3)."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from django.contrib.auth.models import User

from queues.decisions.figures.totals import StayTotals, TakenTotals
from queues.models import Queue
from queues.queries.figures.asked import Asked
from queues.queries.figures.stays import claimed_stays, with_wait
from queues.queries.figures.taken import taken, with_contact

Key = tuple[Any, ...]
MOST = 5_000  # of a whole figure with all its parts; beyond, its classes are read
STAY_PARTS = {"queue": "queue", "source": "lead__source", "lead_type": "lead__lead_type"}
TAKEN_PARTS = {"rep": "holder", "queue": "place_id"}


def with_waits(asked: Asked, cells: Mapping[Key, StayTotals], *by: str) -> dict[Key, StayTotals]:
    """The cells of stays(), each with its times; as they are where there are too many. One query."""
    if sum(each.claimed for each in cells.values()) > MOST:
        return dict(cells)
    ids = asked.queues if asked.queues is not None else Queue.objects.order_by("pk").values_list("pk", flat=True)
    rows = claimed_stays(asked.start, asked.counted_end, list(ids))
    given = {
        "lead__source__in": asked.sources,
        "lead__lead_type__in": asked.types,
        "assignment__holder__in": asked.reps,
    }
    rows = rows.filter(**{name: values for name, values in given.items() if values is not None})
    found: dict[Key, list[int]] = defaultdict(list)
    for *key, wait in with_wait(rows).order_by().values_list(*(STAY_PARTS[part] for part in by), "wait"):
        found[tuple(key)].append(wait)
    return {key: replace(each, times=tuple(found.get(key, ()))) for key, each in cells.items()}


def with_contacts(asked: Asked, cells: Mapping[Key, TakenTotals], *by: str) -> dict[Key, TakenTotals]:
    """The cells of taken(), each with its times; as they are where there are too many. One query."""
    if sum(each.contacted for each in cells.values()) > MOST:
        return dict(cells)
    holders = asked.reps if asked.reps is not None else User.objects.order_by("pk").values_list("pk", flat=True)
    rows = taken(asked.start, asked.counted_end, list(holders))
    given = {"lead__source__in": asked.sources, "lead__lead_type__in": asked.types, "place_id__in": asked.queues}
    rows = rows.filter(first_contact_at__isnull=False)
    rows = rows.filter(**{name: values for name, values in given.items() if values is not None})
    found: dict[Key, list[int]] = defaultdict(list)
    for *parts, took in with_contact(rows).order_by().values_list(*(TAKEN_PARTS[part] for part in by), "took"):
        key = tuple(parts) if tuple(parts) in cells else _without_queue(parts, by)
        found[key].append(took)
    return {key: replace(each, times=tuple(found.get(key, ()))) for key, each in cells.items()}


def _without_queue(parts: Sequence[Any], by: Sequence[str]) -> Key:
    """The queue is gone, or it came from none."""
    return tuple(None if name == "queue" else part for name, part in zip(by, parts, strict=True))
