"""One link before and after a write: what is still to be written, and what came of it (I4)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F

from config.reach.crm.errors import CrmRefused, Reason
from config.reach.crm.records import CrmRecord
from queues.actions.crm.log import Tone, Way, note
from queues.actions.crm.meeting import meet, meeting_link
from queues.decisions.crm.meeting import is_stale
from queues.decisions.crm.wishes import Wanted, to_write
from queues.models import CrmLink
from queues.queries.crm.connections import is_usable

STALE_WAIT, MOST_STALE = timedelta(seconds=5), 2
OF_A_WRITE = frozenset(str(reason) for reason in Reason)  # problems that end when something was written


@dataclass(frozen=True, slots=True)
class Sent:
    """What is about to be written; None stays as it is. `link` is how it stood then."""

    link: CrmLink
    owner: str | None
    status: str | None


@transaction.atomic
def compare(pk: int, record: CrmRecord, *, lease: datetime, at: datetime) -> Sent | None:
    """What is to be written on a record that was just read; None if it stands as wanted, is gone, is another
    process's by now, or the connection may not be called any more. One that was merged is read again as the record
    that took it in."""
    link = meeting_link(pk)
    if link is None or link.leased_until != lease:
        return None
    if not link.connection.writes_out or not is_usable(link.connection, at):
        return None
    meeting = meet(link, record, at=at)
    owner, status = _left(link)
    is_moved = meeting.is_there and bool(record.merged_into)
    if meeting.is_stale:
        _read_again(link, at=at)
    elif is_moved:
        link.next_at, link.leased_until = at, None
    elif not meeting.is_there or (owner is None and status is None):
        _finish(link)
    else:
        link.sent_owner, link.sent_status = owner or "", status or ""
    link.save()
    is_read = meeting.is_there and not meeting.is_stale and not is_moved
    is_due = is_read and (owner is not None or status is not None)
    return Sent(link, owner, status) if is_due else None


def _read_again(link: CrmLink, *, at: datetime) -> None:
    """Somebody has read or written it since. If it stays older than that, the CRM stamps what it answers otherwise than
    what it lists, and from now on what is read counts."""
    link.next_at, link.leased_until = at + STALE_WAIT, None
    link.attempts += 1
    if link.attempts >= MOST_STALE:
        link.seen_at = None


@transaction.atomic
def record_written(sent: Sent, record: CrmRecord, *, at: datetime) -> None:
    """Whether or not the lease still holds: it is better to know. What stands there now and is not what was sent was
    changed over there, by a workflow or in the same moment. A wish that changed while this one was written stays
    due."""
    link = meeting_link(sent.link.pk)
    if link is None:
        return
    if not is_stale(record.changed_at, link.seen_at):
        link.seen_owner = link.seen_owner if sent.owner is None else sent.owner
        link.seen_status = link.seen_status if sent.status is None else sent.status
        meet(link, record, at=at)
    if sent.status is not None and sent.status == link.wanted_status:
        link.done_status = sent.status
    _finish(link)
    link.written_at = at
    link.next_at = None if _left(link) == (None, None) or link.gone else at
    link.save()
    took = max(0, int((at - (sent.link.wanted_at or at)).total_seconds()))
    lead = link.lead.merged_into_id or link.lead_id
    note(
        link.connection,
        "wrote",
        at=at,
        way=Way.OUT,
        lead_id=lead,
        record=link.remote_id,
        owner=sent.owner,
        status=sent.status,
        seconds=took,
    )


@transaction.atomic
def record_gone(pk: int, *, at: datetime) -> None:
    link = meeting_link(pk)
    if link is not None:
        meet(link, CrmRecord(link.remote_id, is_gone=True), at=at)
        _finish(link)
        link.save()


def not_taken(link: CrmLink, *, lease: datetime) -> None:
    """The CRM has said no to what was sent, so that it is somebody else's when it is found there."""
    CrmLink.objects.filter(pk=link.pk, leased_until=lease).update(sent_owner="", sent_status="")


def put_off(link: CrmLink, *, until: datetime) -> None:
    rows = CrmLink.objects.filter(pk=link.pk, next_at__isnull=False)
    rows.update(next_at=until, leased_until=None, attempts=F("attempts") + 1)


@transaction.atomic
def stop(tried: CrmLink, refusal: CrmRefused, *, at: datetime) -> None:
    """Somebody must look at it; another wish is tried by itself, also one that came while this one was refused."""
    link = meeting_link(tried.pk)
    if link is None:
        return
    (_rest if link.is_on_its_way else _finish)(link)  # without an answer it may have arrived all the same
    if (link.wanted_owner, link.wanted_status) != (tried.wanted_owner, tried.wanted_status):
        link.next_at = at
    else:
        link.problem, link.problem_words, link.problem_at = str(refusal.reason), refusal.words, at
        shown: dict[str, Any] = {"problem": str(refusal.reason), "words": refusal.words, "record": link.remote_id}
        lead = link.lead.merged_into_id or link.lead_id
        note(link.connection, "not_written", at=at, way=Way.OUT, tone=Tone.BAD, lead_id=lead, **shown)
    link.save()


def _left(link: CrmLink) -> tuple[str | None, str | None]:
    wanted = Wanted(link.wanted_owner, link.wanted_status, link.done_status)
    return to_write(wanted, owner=link.seen_owner, status=link.seen_status)


def _finish(link: CrmLink) -> None:
    """Nothing is on its way or due; the caller saves it."""
    _rest(link)
    link.sent_owner = link.sent_status = ""
    if link.wanted_status == link.seen_status:
        link.done_status = link.wanted_status


def _rest(link: CrmLink) -> None:
    """Nothing is due."""
    link.next_at, link.leased_until, link.attempts = None, None, 0
    if link.problem in OF_A_WRITE:
        link.problem, link.problem_words, link.problem_at = "", "", None
