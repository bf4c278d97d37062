"""Notes when a person last used Alur (F5, L6)."""

from datetime import datetime, timedelta

from django.db.models import Q

from routing.models import Rep

NOTED_EVERY = timedelta(minutes=5)
MAX_KNOWN = 10_000

_known: dict[int, datetime] = {}  # by user, what this process wrote or found written: most requests write nothing


def note_presence(user_id: int, *, at: datetime) -> None:
    """One conditional UPDATE, at most once in NOTED_EVERY for each person and process. Only reps have a row."""
    last = _known.get(user_id)
    if last is None or abs(at - last) >= NOTED_EVERY:
        note_sign_in(user_id, at=at)


def note_sign_in(user_id: int, *, at: datetime) -> None:
    due = Q(last_seen_at__isnull=True) | Q(last_seen_at__lte=at - NOTED_EVERY)
    Rep.objects.filter(due, user=user_id).update(last_seen_at=at)
    if len(_known) >= MAX_KNOWN:
        _known.clear()
    _known[user_id] = at
