"""The leads behind each figure of the radar: exactly as many as it counts (K2, E10)."""

from zoneinfo import ZoneInfo

from django.db.models import QuerySet

from queues.decisions.radar import Period, Sign
from queues.models import EntryPreview, Queue
from queues.queries import radar_filters as count
from routing.models import Assignment

PART, WHOLE = "part", "whole"
LOOKS = ("all", "took", "others", "converted", "waiting")


def assignments_behind(
    user_id: int, period: Period, *, sign: Sign, key: int | str = "", which: str = PART, zone: ZoneInfo
) -> QuerySet[Assignment]:
    """The cases, or with WHOLE all among which they are; newest first. `key` is a source, or a reason."""
    rows, limit = count.received([user_id], period.starts_at, period.ends_at), period.ends_at
    if sign == Sign.RETURNED and isinstance(key, int):
        rows = rows.filter(lead__source=key)
    if sign in (Sign.RETURNED, Sign.REASON):
        found = rows.filter(count.returned(limit)) if which == PART else rows
        found = found.filter(end_reason=key) if sign == Sign.REASON and which == PART else found
    elif sign == Sign.PICKED:
        places = list(Queue.objects.filter(picks_within__gt=0).order_by("pk").values_list("pk", flat=True))
        found = rows.annotate(place=count.PICKED_PLACE)
        found = found.filter(count.jumped() if which == PART else count.pickable(places))
    elif sign == Sign.QUICK:
        found = rows.filter(count.quick(limit) if which == PART else count.contacted(limit))
    elif sign == Sign.SILENT:
        found = (
            count.silent(rows.annotate(limit=count.end_of(period)))
            if which == PART
            else rows.filter(count.settled(limit))
        )
    elif sign == Sign.FRIDAY:
        found = _fridays(user_id, period, which, zone)
    elif sign == Sign.HELD:
        held = Assignment.objects.standing().filter(count.held_at(limit), holder=user_id, assigned_at__lt=limit)
        found = held.filter(count.uncontacted_at(limit)) if which == PART else held
    else:
        raise ValueError(f"{sign} counts previews")
    return found.select_related("lead__source").order_by("-assigned_at", "-pk")


def _fridays(user_id: int, period: Period, which: str, zone: ZoneInfo) -> QuerySet[Assignment]:
    claims = count.late_fridays({user_id: zone}, period, over_by=period.ends_at)
    if claims is None:
        return Assignment.objects.none()
    rows, late = claims
    return rows.filter(late) if which == PART else rows


def previews_behind(user_id: int, period: Period, *, which: str = "all") -> QuerySet[EntryPreview]:
    """Newest first; raises KeyError for anything but LOOKS."""
    rows, limit = count.previewed([user_id], period.starts_at, period.ends_at), period.ends_at
    wanted = {
        "all": rows,
        "took": rows.filter(count.took(limit)),
        "others": rows.filter(count.others_took(limit)),
        "converted": rows.filter(count.others_converted(limit)),
        "waiting": rows.exclude(count.decided(limit)),
    }[which]
    entries = wanted.select_related("entry__lead__source", "entry__queue", "entry__assignment__holder")
    return entries.order_by("-first_at", "-pk")
