"""Look closer at a waiting lead: it is kept for whoever looks, for 60 seconds (C4c)."""

from datetime import datetime, timedelta

from django.db import transaction

from config.live import announce
from leads.models import Lead
from queues.actions.claims.guards import InOtherHands, check_free, lock_person, room
from queues.actions.claims.take import NotPickable, TakenMeanwhile, check_reach, taken_by
from queues.models import Entry
from queues.queries.waiting import first_places

KEPT_FOR = timedelta(seconds=60)


@transaction.atomic
def look_closer(entry: Entry, *, by, at: datetime) -> Entry:
    """Keep this lead for 60 seconds and let go of the one before; others see who looks, and pass over it.

    Only what may be picked can be looked at. Behind the person and what he or she looked at before, the lead and its
    entry are locked without waiting (InOtherHands), so that two who change places never wait for each other.
    """
    queue = entry.queue
    check_reach(queue, by)
    if not queue.picks_within or not queue.is_reserving:
        raise NotPickable
    room(queue, by)
    lock_person(by)
    _let_go(by)
    locked = _lock_at_once(entry)
    if locked.left_at is not None:
        raise TakenMeanwhile(taken_by(locked))
    check_free(locked, by, at=at)
    places = first_places(queue, at=at, limit=queue.picks_within, for_rep=by)
    if entry.pk not in {place.entry.id for place in places}:
        raise NotPickable
    locked.reserved_until, locked.reserved_by = at + KEPT_FOR, by
    locked.save(update_fields=["reserved_until", "reserved_by"])
    announce(queue.topic)
    return locked


@transaction.atomic
def look_away(*, by) -> None:
    """Let go of what this person looks at, before the 60 seconds are over."""
    lock_person(by)
    _let_go(by)


def _lock_at_once(entry: Entry) -> Entry:
    lead = Lead.objects.filter(pk=entry.lead_id).only("pk")
    if lead.select_for_update(skip_locked=True, no_key=True).first() is None:
        raise InOtherHands
    rows = Entry.objects.filter(pk=entry.pk).select_related("queue", "reserved_by")
    locked = rows.select_for_update(skip_locked=True, no_key=True, of=("self",)).first()
    if locked is None:
        raise InOtherHands
    return locked


def _let_go(by) -> None:
    mine = Entry.objects.filter(reserved_by=by).select_related("queue")
    for entry in mine:
        Entry.objects.filter(pk=entry.pk).update(reserved_until=None, reserved_by=None)
        announce(entry.queue.topic)
