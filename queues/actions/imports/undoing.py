"""Undo a whole import in a background job: leads that nobody has touched go, and rows that joined leads are taken back
(A9)."""

from collections import Counter
from collections.abc import Collection, Sequence
from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction

from config.jobs import Chunk, start_job
from config.jobs.kinds import Arguments
from config.jobs.run import run_job
from config.live import announce
from leads.actions.imports.taking_back import take_back
from leads.models import Capture, Lead, Upload
from queues.actions.entries.leaving import announce_departures
from queues.actions.figures.marking import mark_leads
from queues.models import Entry, Escalation, FigureState, ReviewItem
from queues.queries.import_undo import UNDO_IMPORT, Touch, can_undo, rows_that_joined, touches

CHUNK_SIZE = 100  # rows in one transaction: its leads are locked, and others wait for them
STAYS_OPENED = "opened"  # a joined lead that came back with the row, and has a place by now
State = Capture.State


class CannotUndoImport(Exception):
    """It is being undone or undone already, still under way, or too old."""


def start_undo(upload: Upload, *, by: User, at: datetime) -> Upload:
    """Raises CannotUndoImport. A small import is undone before this returns."""
    with transaction.atomic():
        locked = Upload.objects.select_for_update(of=("self",)).get(pk=upload.pk)
        if not can_undo(locked, at=at):
            raise CannotUndoImport
        if locked.state != Upload.State.UNDOING:
            locked.undo_counts = {}
        locked.state, locked.undo_at, locked.undo_by = Upload.State.UNDOING, at, by
        locked.save(update_fields=["state", "undo_at", "undo_by", "undo_counts"])
        job = start_job(
            UNDO_IMPORT,
            subject=str(locked.pk),
            subject_name=locked.name,
            arguments={"upload": locked.pk},
            by=by,
            at=at,
        )
        announce("uploads")
    if not job.is_large:
        run_job(job.pk, clock=lambda: at)
        locked.refresh_from_db()
    return locked


def count_rows(arguments: Arguments) -> int:
    return Capture.objects.filter(upload=arguments["upload"]).exclude(state=State.UNDONE).count()


def undo_chunk(arguments: Arguments, *, after: int, by: User | None, at: datetime) -> Chunk:
    """The next rows by their captures, which stay as a record."""
    upload = Upload.objects.select_for_update(of=("self",)).get(pk=arguments["upload"])
    rows = Capture.objects.filter(upload=upload, pk__gt=after).exclude(state=State.UNDONE).order_by("pk")
    captures = list(rows[:CHUNK_SIZE])
    made = {row.lead_id for row in captures if row.state == State.MADE and row.lead_id}
    gone, stays = _take_away(upload, made, at=at)
    counts = Counter(upload.undo_counts.get("stays", {}))
    counts.update(stays.values())
    joined = set(rows_that_joined(upload).filter(pk__in=[row.pk for row in captures]).values_list("pk", flat=True))
    undone, taken_back = [], 0
    for row in captures:
        if row.pk in joined:
            is_back = take_back(row, upload=upload, by=by, at=at)
            taken_back += is_back
            counts.update([] if is_back else [STAYS_OPENED])
            undone += [row.pk] if is_back else []
        elif row.lead_id is None or row.lead_id in gone or row.state in (State.UNCHANGED, State.REFUSED):
            undone.append(row.pk)
    Capture.objects.filter(pk__in=undone).update(state=State.UNDONE)
    upload.undo_counts = {
        "gone": upload.undo_counts.get("gone", 0) + len(gone),
        "taken_back": upload.undo_counts.get("taken_back", 0) + taken_back,
        "stays": dict(counts),
    }
    upload.save(update_fields=["undo_counts"])
    announce("uploads")
    return Chunk(len(captures), captures[-1].pk if captures else after, is_last=len(captures) < CHUNK_SIZE)


def finish_undo(arguments: Arguments, *, by: User | None, at: datetime) -> None:
    """Look once more at the leads that stay: an entry may only have been looked at when its turn came."""
    stays: Counter[str] = Counter()
    after: int | None = 0
    while after is not None:
        after = _look_again(arguments["upload"], stays, after=after, at=at)
    with transaction.atomic():
        upload = Upload.objects.select_for_update(of=("self",)).get(pk=arguments["upload"])
        if upload.state != Upload.State.UNDOING:
            return
        joined = Capture.objects.filter(upload=upload, state=State.MERGED, lead__isnull=True)
        joined.update(state=State.UNDONE)  # rows of leads that went only now
        opened = upload.undo_counts.get("stays", {}).get(STAYS_OPENED, 0)
        upload.undo_counts["stays"] = dict(stays) | ({STAYS_OPENED: opened} if opened else {})
        upload.state = Upload.State.UNDONE
        upload.save(update_fields=["state", "undo_counts"])
        announce("uploads")


@transaction.atomic
def _look_again(upload_id: int, stays: Counter[str], *, after: int, at: datetime) -> int | None:
    """The next rows whose leads are still here. Returns the last of them, None if there is none."""
    upload = Upload.objects.select_for_update(of=("self",)).get(pk=upload_id)
    here = Capture.objects.filter(upload=upload, state=State.MADE, lead__isnull=False, pk__gt=after)
    captures = list(here.order_by("pk")[:CHUNK_SIZE])
    if not captures:
        return None
    gone, why = _take_away(upload, {row.lead_id for row in captures if row.lead_id}, at=at)
    stays.update(str(each.value) for each in why.values())
    rows = [row.pk for row in captures if row.lead_id in gone]
    Capture.objects.filter(pk__in=rows).update(state=State.UNDONE)
    upload.undo_counts["gone"] = upload.undo_counts.get("gone", 0) + len(gone)
    upload.save(update_fields=["undo_counts"])
    return captures[-1].pk


def _take_away(upload: Upload, lead_ids: Collection[int], *, at: datetime) -> tuple[set[int], dict[int, Touch]]:
    """Delete those of these leads that nobody has touched, with everything about them. Returns their ids, and why the
    others stay. An entry that somebody takes at this moment is locked, and counts as taken."""
    leads = Lead.objects.select_for_update(no_key=True, of=("self",)).filter(pk__in=lead_ids)
    here = set(leads.order_by("pk").values_list("pk", flat=True))
    waiting = Entry.objects.waiting().filter(lead__in=here).order_by("pk")
    mine = list(waiting.select_for_update(skip_locked=True, of=("self",)))
    busy = set(waiting.values_list("lead", flat=True)) - {entry.lead_id for entry in mine}
    stays = dict.fromkeys(sorted(busy), Touch.CLAIMED) | touches(upload, here)
    gone = here - stays.keys()
    if gone:
        _mark_days(gone, at=at)
        announce_departures([entry for entry in mine if entry.lead_id in gone])
        _announce_lists(gone)
        Lead.objects.filter(pk__in=gone).delete()
    return gone | (set(lead_ids) - here), stays


def _mark_days(lead_ids: Collection[int], *, at: datetime) -> None:
    """The kept counts of earlier days are made again without these leads."""
    state = FigureState.objects.filter(pk=1).first()
    if state is not None and state.zone:
        mark_leads(lead_ids, state, undone=lead_ids, at=at)


def _announce_lists(lead_ids: Collection[int]) -> None:
    topics: Sequence[tuple[type[ReviewItem] | type[Escalation], str]] = (
        (ReviewItem, "review"),
        (Escalation, "escalations"),
    )
    for model, topic in topics:
        if model.objects.filter(lead__in=lead_ids, closed_at__isnull=True).exists():
            announce(topic)
