"""Ask a queue's guards before a claim: how many leads may be left uncontacted, and who looks closer at what (C4c)."""

from collections.abc import Sequence
from datetime import datetime

from django.contrib.auth import get_user_model
from django.db import connection
from django.db.models import F

from queues.models import Entry, Queue
from queues.queries.guards import uncontacted
from routing.models import Assignment

MOST_TOLD = 50  # beyond the limit: one that was lowered finds more than it allows


class TooManyUncontacted(Exception):
    """The person holds as many uncontacted leads of this queue as it allows.

    `held` are those leads, due first; after `more` first contacts the queue gives the next.
    """

    def __init__(self, queue: Queue, held: Sequence[Assignment]) -> None:
        self.queue = queue
        self.held = tuple(held)
        self.more = len(held) - queue.uncontacted_limit + 1
        super().__init__(f"{len(held)} uncontacted")


class BeingLookedAt(Exception):
    """Somebody else looks closer at the lead; `entry` says who and until when."""

    def __init__(self, entry: Entry) -> None:
        self.entry = entry
        super().__init__(f"entry {entry.pk} is reserved")


class InOtherHands(Exception):
    """Somebody takes the lead, or lets go of it, at this very moment."""


class TakeNextOnly(Exception):
    """The queue is blind: neither batches nor picking."""


def room(queue: Queue, by) -> int | None:
    """How many more leads of this queue the person may claim now; None is no limit. Raises TooManyUncontacted when
    that is none. The person is locked until the claim is over, so that two claims never share the last room."""
    if not queue.uncontacted_limit:
        return None
    lock_person(by)
    held = uncontacted([queue], [by.pk]).select_related("lead").order_by(F("first_due_at").asc(nulls_last=True), "pk")
    found = list(held[: queue.uncontacted_limit + MOST_TOLD])
    if len(found) >= queue.uncontacted_limit:
        raise TooManyUncontacted(queue, found)
    return queue.uncontacted_limit - len(found)


def lock_person(user) -> None:
    """Taken before any lead, and never by who holds a lead already."""
    if connection.features.has_select_for_update:
        get_user_model().objects.select_for_update(no_key=True).only("pk").get(pk=user.pk)


def check_free(entry: Entry, by, *, at: datetime) -> None:
    """Nobody else looks closer at this lead now."""
    if is_kept(entry, entry.queue, by, at=at):
        raise BeingLookedAt(entry)


def is_kept(entry: Entry, queue: Queue, by, *, at: datetime) -> bool:
    """Whether somebody's closer look keeps the lead from this person; from a rotation (`by` None) every look does."""
    if not queue.is_reserving or entry.reserved_until is None or entry.reserved_until <= at:
        return False
    return by is None or entry.reserved_by_id != by.pk
