"""Keep the members of a rotation in its order: by name, joining date or performance, or shuffled (F3)."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.contrib.auth.models import User
from django.db.models import Count, Q

from config.bulk_history import update_with_history
from config.history_author import set_history_author
from routing.decisions.rotation.member_order import (
    MemberProfile,
    by_joining,
    by_name,
    by_performance,
    is_reordered,
    is_shuffle_due,
    shuffle,
)
from routing.decisions.rotation.pointer import pointer_after_edit
from routing.models import Assignment, Rotation, RotationMember

LOOKED_BACK = timedelta(days=90)
WON = (Assignment.Ended.CONVERTED, Assignment.Ended.WON)
CLOSED = (*WON, Assignment.Ended.LOST, Assignment.Ended.DISQUALIFIED)


def apply_member_order(rotation: Rotation, *, by: User | None, at: datetime, is_asked: bool = False) -> bool:
    """Put the members of a locked rotation in its order; the pointer stays at the member served last. Returns whether
    anybody moved. Shuffles only when that is due, or when the order or the members have just changed (`is_asked`)."""
    if rotation.order == Rotation.Order.HAND:
        return False
    rows = list(RotationMember.objects.filter(rotation=rotation).select_related("rep__user").order_by("position", "pk"))
    today = at.astimezone(ZoneInfo(rotation.time_zone)).date()
    if rotation.order == Rotation.Order.SHUFFLED:
        is_due = is_shuffle_due(rotation.shuffled_on, days=rotation.shuffle_days, today=today)
        if not is_due and not is_asked:
            return False
        rotation.shuffled_on = today
    order = _order(rotation, rows, at=at)
    before = [(row.pk, row.position) for row in rows]
    if not is_reordered(order, dict(before)):
        return False
    by_id = {row.pk: row for row in rows}
    moved = [by_id[pk] for position, pk in enumerate(order) if by_id[pk].position != position]
    for position, pk in enumerate(order):
        by_id[pk].position = position
    for row in moved:
        set_history_author(row, by)
    update_with_history(RotationMember, moved, ["position"])
    rotation.pointer = pointer_after_edit(before, rotation.pointer, {pk: position for position, pk in enumerate(order)})
    return True


def _order(rotation: Rotation, rows: list[RotationMember], *, at: datetime) -> list[int]:
    counted = _conversion(rows, at=at) if rotation.order == Rotation.Order.PERFORMANCE else {}
    members = [
        MemberProfile(
            member_id=row.pk,
            last_name=row.rep.user.last_name or row.rep.user.username,
            first_name=row.rep.user.first_name,
            joined_on=row.rep.joined_on,
            won=counted.get(row.rep.user_id, (0, 0))[0],
            closed=counted.get(row.rep.user_id, (0, 0))[1],
        )
        for row in rows
    ]
    if rotation.order == Rotation.Order.SHUFFLED:
        return shuffle(members, seed=f"{rotation.pk}/{rotation.shuffled_on}")
    ordered: dict[str, Callable[[Sequence[MemberProfile]], list[int]]] = {
        Rotation.Order.JOINED: by_joining,
        Rotation.Order.PERFORMANCE: by_performance,
    }
    return ordered.get(rotation.order, by_name)(members)


def _conversion(rows: list[RotationMember], *, at: datetime) -> dict[int, tuple[int, int]]:
    """Won and closed leads of 90 days by user; one query."""
    found = (
        Assignment.objects.filter(
            holder__in=[row.rep.user_id for row in rows], ended_at__gt=at - LOOKED_BACK, ended_how__in=CLOSED
        )
        .values("holder")
        .annotate(won=Count("pk", filter=Q(ended_how__in=WON)), closed=Count("pk"))
        .order_by("holder")
    )
    return {row["holder"]: (row["won"], row["closed"]) for row in found}
