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
    rows, limit = count.received(list(zones), period.starts_at, period.ends_at), period.ends_at
    if sign == Sign.RETURNED and isinstance(key, int):
        rows = rows.filter(lead__source=key)
    if sign in (Sign.RETURNED, Sign.REASON):
        found = rows.filter(count.returned(limit)) if which == PART else rows
        found = found.filter(end_reason=key) if sign == Sign.REASON and which == PART else found
    elif sign == Sign.PICKED:
        found = rows.annotate(place=count.PICKED_PLACE)
        found = found.filter(count.jumped() if which == PART else count.pickable())
    elif sign == Sign.QUICK:
        found = rows.filter(count.quick(limit) if which == PART else count.contacted(limit))
    elif sign == Sign.SILENT:
        limited = rows.annotate(limit=count.moment(limit))
        found = count.silent(limited) if which == PART else rows.filter(count.settled(limit))
    elif sign == Sign.FRIDAY:
        claims = count.late_fridays(zones, period.starts_at, period)
        taken = Assignment.objects.none() if claims is None else claims
        found = taken.filter(count.over_weekend()) if which == PART and claims is not None else taken
    elif sign == Sign.HELD:
        held = Assignment.objects.standing().filter(count.held_at(limit), holder__in=zones, assigned_at__lt=limit)
        found = held.filter(count.uncontacted_at(limit)) if which == PART else held
    else:
        raise ValueError(f"{sign} counts previews")
    return found.select_related("lead__source", "holder").order_by("-assigned_at", "-pk")


def previews_behind(zones: Mapping[int, tzinfo], period: Period, *, which: str = ALL) -> QuerySet[EntryPreview]:
    """Newest first; raises KeyError for anything but LOOKS."""
    rows, limit = count.previewed(list(zones), period.starts_at, period.ends_at), period.ends_at
    wanted = {
        ALL: rows,
        DECIDED: rows.filter(count.decided(limit)),
        TOOK: rows.filter(count.took(limit)),
        OTHERS: rows.filter(count.others_took(limit)),
        CONVERTED: rows.filter(count.others_converted(limit)),
        WAITING: rows.exclude(count.decided(limit)),
    }[which]
    entries = wanted.select_related("viewer", "entry__lead__source", "entry__queue", "entry__assignment")
    return entries.order_by("-first_at", "-pk")
