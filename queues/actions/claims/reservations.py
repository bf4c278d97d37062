"""Reserve a waiting lead for 60 seconds while a rep looks at it, and release it (C4c)."""

from datetime import datetime, timedelta

from django.contrib.auth.models import User
from django.db import transaction

from config.live import announce
from leads.models import Lead
from queues.actions.claims.guards import LeadIsLocked, check_not_reserved, lock_person, remaining_claims
from queues.actions.claims.previews import note_preview
from queues.actions.claims.take import AlreadyTaken, NotPickable, check_can_claim, newest_assignment
from queues.models import Entry
from queues.queries.waiting import first_positions

RESERVED_FOR = timedelta(seconds=60)


@transaction.atomic
def reserve(entry: Entry, *, by: User, at: datetime) -> Entry:
    """Reserve this lead for 60 seconds and release the one reserved before. Others see who reserved it, and skip it.

    Only a lead that may be picked can be reserved. After the user and the lead reserved before, the lead and its entry
    are locked without waiting (LeadIsLocked), so that two reps who swap leads cannot deadlock.
    """
    queue = entry.queue
    check_can_claim(queue, by, at=at)
    if not queue.picks_within or not queue.is_reserving:
        raise NotPickable
    remaining_claims(queue, by)
    lock_person(by)
    _release_reservation(by)
    locked = _lock_without_waiting(entry)
    if locked.left_at is not None:
        raise AlreadyTaken(newest_assignment(locked))
    check_not_reserved(locked, by, at=at)
    positions = first_positions(queue, at=at, limit=queue.picks_within, for_rep=by)
    if entry.pk not in {position.entry.id for position in positions}:
        raise NotPickable
    locked.reserved_until, locked.reserved_by = at + RESERVED_FOR, by
    locked.save(update_fields=["reserved_until", "reserved_by"])
    note_preview(locked, by=by, at=at)
    announce(queue.topic)
    return locked


@transaction.atomic
def release(*, by: User) -> None:
    """Release the reservation of this user before the 60 seconds are over."""
    lock_person(by)
    _release_reservation(by)


def _lock_without_waiting(entry: Entry) -> Entry:
    lead = Lead.objects.filter(pk=entry.lead_id).only("pk")
    if lead.select_for_update(skip_locked=True, no_key=True).first() is None:
        raise LeadIsLocked
    rows = Entry.objects.filter(pk=entry.pk).select_related("queue", "reserved_by")
    locked = rows.select_for_update(skip_locked=True, no_key=True, of=("self",)).first()
    if locked is None:
        raise LeadIsLocked
    return locked


def _release_reservation(by: User) -> None:
    mine = Entry.objects.filter(reserved_by=by).select_related("queue")
    for entry in mine:
        Entry.objects.filter(pk=entry.pk).update(reserved_until=None, reserved_by=None)
        announce(entry.queue.topic)
