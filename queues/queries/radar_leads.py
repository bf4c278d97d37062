"""The leads behind each figure of the radar: exactly as many as it counts (K2, E10)."""

from collections.abc import Mapping
from datetime import tzinfo

from django.db.models import QuerySet

from queues.decisions.radar import Period, Sign
from queues.models import EntryPreview
from queues.queries import radar_filters as count
from routing.models import Assignment

PART, WHOLE = "part", "whole"
ALL, DECIDED, TOOK, OTHERS, CONVERTED, WAITING = LOOKS = ("all", "decided", "took", "others", "converted", "waiting")


def assignments_behind(
    zones: Mapping[int, tzinfo], period: Period, *, sign: Sign, key: int | str = "", which: str = PART
) -> QuerySet[Assignment]:
    """The cases of these people, or with WHOLE all among which they are; newest first. `zones` are those of the people,
    `key` is a source or a reason."""
    rows = count.received(list(zones), period.starts_at, period.ends_at)
    if sign == Sign.RETURNED and isinstance(key, int):
        rows = rows.filter(lead__source=key)
    if sign in (Sign.RETURNED, Sign.REASON):
        found = rows.filter(count.returned()) if which == PART else rows
        found = found.filter(end_reason=key) if sign == Sign.REASON and which == PART else found
    elif sign == Sign.PICKED:
        jumped = rows.annotate(place=count.PICKED_PLACE).filter(count.jumped())
        found = jumped if which == PART else rows.filter(how__in=count.CLAIMED)
    elif sign == Sign.QUICK:
        found = rows.filter(count.quick() if which == PART else count.contacted())
    elif sign == Sign.SILENT:
        found = count.silent(rows, at=period.at) if which == PART else rows.filter(count.contacted())
    elif sign == Sign.FRIDAY:
        fridays = count.late_fridays(zones, period.starts_at, period.ends_at, at=period.at)
        found = rows.filter(fridays.late if which == PART else fridays.taken)
    elif sign == Sign.HELD:
        held = Assignment.objects.open().filter(holder__in=zones)
        found = held.filter(count.uncontacted()) if which == PART else held
    else:
        raise ValueError(f"{sign} counts previews")
    return found.select_related("lead__source", "holder").order_by("-assigned_at", "-pk")


def previews_behind(zones: Mapping[int, tzinfo], period: Period, *, which: str = ALL) -> QuerySet[EntryPreview]:
    """Newest first; raises KeyError for anything but LOOKS."""
    rows = count.previewed(list(zones), period.starts_at, period.ends_at)
    wanted = {
        ALL: rows,
        DECIDED: rows.filter(count.decided()),
        TOOK: rows.filter(count.took()),
        OTHERS: rows.filter(count.others_took()),
        CONVERTED: rows.filter(count.others_converted()),
        WAITING: rows.exclude(count.decided()),
    }[which]
    entries = wanted.select_related("viewer", "entry__lead__source", "entry__queue", "entry__assignment")
    return entries.order_by("-first_at", "-pk")
