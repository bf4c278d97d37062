"""Tell holders once for each clock that ten minutes are left for first contact (D2)."""

from datetime import datetime

from queues.queries.minutes_left import last_calls
from routing.actions.notifications import Message, notify_each
from routing.models import Notification


def tell_minutes_left(*, at: datetime) -> int:
    """How many got a message. Two sweeps at once send no second one, because the key of a message is unique."""
    held = {f"minutes-left-{each.pk}": each for each in last_calls(at=at)}
    holders = {each.holder_id for each in held.values()}
    sent = Notification.objects.filter(user__in=holders, key__in=held).order_by("pk").values_list("key", flat=True)
    known = set(sent) if held else set()
    new = [
        Message(each.holder_id, Notification.Kind.MINUTES_LEFT, key, each.lead_id, {"label": each.lead.label})
        for key, each in held.items()
        if key not in known
    ]
    if new:
        notify_each(new, at=at)
    return len(new)
