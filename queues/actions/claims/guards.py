"""The guards of a queue before a claim: the limit of uncontacted leads, and reservations (C4c)."""

from collections.abc import Sequence
from datetime import datetime

from django.contrib.auth import get_user_model
from django.contrib.auth.models import User
from django.db import connection
from django.db.models import F

from queues.models import Entry, Queue
from queues.queries.guards import uncontacted
from routing.models import Assignment

MAX_LISTED = 50  # more than the limit are listed: it may have been lowered since


class TooManyUncontacted(Exception):
    """The user holds as many uncontacted leads of this queue as it allows.

    `held` are those leads, the first due first; after `more` first contacts the queue gives the next lead.
    """

    def __init__(self, queue: Queue, held: Sequence[Assignment]) -> None:
        self.queue = queue
        self.held = tuple(held)
        self.more = len(held) - queue.uncontacted_limit + 1
        super().__init__(f"{len(held)} uncontacted")


class LeadIsReserved(Exception):
    """Somebody else has reserved the lead; `entry` says who and until when."""

    def __init__(self, entry: Entry) -> None:
        self.entry = entry
        super().__init__(f"entry {entry.pk} is reserved")


class LeadIsLocked(Exception):
    """Another transaction is claiming or releasing the lead at this moment."""


class TakeNextOnly(Exception):
    """The queue is blind: no batches and no picking."""


class BatchOutsideLimits(Exception):
    """The batch is smaller than one lead or larger than the queue allows (L14)."""


def check_batch_size(queue: Queue, count: int) -> None:
    """Raise TakeNextOnly or BatchOutsideLimits unless `count` leads may be taken at once from this queue."""
    if queue.is_blind:
        raise TakeNextOnly
    if not 1 <= count <= queue.batch_size:
        raise BatchOutsideLimits


def remaining_claims(queue: Queue, by: User) -> int | None:
    """How many more leads of this queue the user may claim now; None means no limit. Raises TooManyUncontacted if none.
    The user is locked until the transaction ends, so that two claims cannot both take the last one."""
    if not queue.uncontacted_limit:
        return None
    lock_person(by)
    held = uncontacted([queue], [by.pk]).select_related("lead").order_by(F("first_due_at").asc(nulls_last=True), "pk")
    found = list(held[: queue.uncontacted_limit + MAX_LISTED])
    if len(found) >= queue.uncontacted_limit:
        raise TooManyUncontacted(queue, found)
    return queue.uncontacted_limit - len(found)


def lock_person(user: User) -> None:
    """Lock the user. Do it before locking any lead, and never while holding the lock of a lead."""
    if connection.features.has_select_for_update:
        get_user_model().objects.select_for_update(no_key=True).only("pk").get(pk=user.pk)


def check_not_reserved(entry: Entry, by: User, *, at: datetime) -> None:
    """Raise LeadIsReserved if somebody else has reserved this lead."""
    if is_reserved(entry, entry.queue, by, at=at):
        raise LeadIsReserved(entry)


def is_reserved(entry: Entry, queue: Queue, by: User | None, *, at: datetime) -> bool:
    """Whether somebody else than `by` has reserved the lead. For a rotation (`by` None) every reservation counts."""
    if not queue.is_reserving or entry.reserved_until is None or entry.reserved_until <= at:
        return False
    return by is None or entry.reserved_by_id != by.pk
