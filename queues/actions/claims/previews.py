"""Note that a rep looked closer at a waiting lead, and forget it after 90 days (K2)."""

from datetime import datetime

from django.contrib.auth.models import User
from django.db.models import F

from queues.decisions.radar import PREVIEWS_KEPT
from queues.models import Entry, EntryPreview


def note_preview(entry: Entry, *, by: User, at: datetime) -> None:
    """One row for each rep and stay in the queue. What people who manage look at is not noted: they take no leads.

    The caller has locked the person, so that two looks of one person cannot both be the first.
    """
    if by.has_perm("queues.watch_queue") or by.has_perm("queues.operate_queue"):
        return
    seen = EntryPreview.objects.filter(entry=entry, viewer=by)
    if not seen.update(times=F("times") + 1, last_at=at):
        EntryPreview.objects.create(entry=entry, viewer=by, first_at=at, last_at=at)


def forget_previews(*, at: datetime) -> int:
    return EntryPreview.objects.filter(last_at__lt=at - PREVIEWS_KEPT).delete()[0]
