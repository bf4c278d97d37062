"""Change a rotation and its members: one version for each change, the pointer keeps its meaning (F1, F9, F11b)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from django.db import transaction

from config.arranging import arranged
from config.live import announce
from routing.decisions.pointer import pointer_after_edit
from routing.models import Rep, Rotation, RotationMember
from routing.signals import rep_available

EDITABLE = {
    "name",
    "is_active",
    "when_nobody",
    "fallback",
    "skips_on_leave",
    "skips_switched_off",
    "skips_over_capacity",
}
OPENING = EDITABLE - {"name"}  # such a change can make somebody eligible
FIRST = 1  # people count places from 1; stored positions begin with 0


@dataclass(frozen=True)
class Place:
    """One member as it shall be, with the place as people count it; no place means where it was, or at the end. Without
    a member it is new."""

    rep_id: int
    position: int | None = None
    is_paused: bool = False
    member_id: int | None = None


class RepTwice(Exception):
    """A rep has one place in a rotation."""


class NotEditable(Exception):
    """Pointer and counts follow from turns."""


@transaction.atomic
def edit_rotation(
    rotation: Rotation,
    *,
    fields: Mapping[str, object] | None = None,
    places: Sequence[Place] | None = None,
    by,
    at: datetime,
    is_new: bool = False,
) -> Rotation:
    """Write these fields and this list of members; who is not in the list leaves. The version rises once, or not at
    all when nothing changed. Leads that were held for want of people are served at once (F6)."""
    fields = dict(fields or {})
    if surplus := set(fields) - EDITABLE:
        raise NotEditable(", ".join(sorted(surplus)))
    locked = Rotation.objects.select_for_update(no_key=True).get(pk=rotation.pk)
    changed = {name for name, value in fields.items() if getattr(locked, name) != value}
    for name in changed:
        setattr(locked, name, fields[name])
    written, opened = (False, []) if places is None else _write_members(locked, places, by=by)
    if changed or written:
        locked.version += 0 if is_new else 1
        locked._history_user = by
        locked.save(update_fields=[*sorted(changed), "pointer", "version"])
        announce("people", *_topics_of(locked))
    if opened or changed & OPENING:
        # After the commit: serving locks one rotation after the other, which must not add up with the lock held here.
        someone = opened[0] if opened else locked.fallback
        transaction.on_commit(partial(rep_available.send, Rep, rep=someone, at=at), robust=True)
    return locked


def _write_members(rotation: Rotation, places: Sequence[Place], *, by) -> tuple[bool, list[Rep]]:
    """Whether anything changed, and the reps who can be given turns now and could not before."""
    if len({place.rep_id for place in places}) < len(places):
        raise RepTwice
    members = RotationMember.objects.filter(rotation=rotation).select_related("rep").order_by("position", "pk")
    before = {member.pk: member for member in members}
    stood = [(member.pk, member.position) for member in before.values()]
    gone = before.keys() - {place.member_id for place in places}
    for pk in sorted(gone):
        before[pk]._history_user = by
        before[pk].delete()
        before[pk].pk = pk  # still named in the old order
    changed, opened = bool(gone), []
    numbered = _in_order(places, before)
    for number, place in enumerate(numbered):
        member = before.get(place.member_id) or RotationMember(rotation=rotation, rep_id=place.rep_id)
        is_fresh = member.pk is None
        if not is_fresh and (member.position, member.is_paused) == (number, place.is_paused):
            continue
        if not place.is_paused and (is_fresh or member.is_paused):
            opened.append(member.rep)
        member.position, member.is_paused, member._history_user = number, place.is_paused, by
        member.save(update_fields=None if is_fresh else ["position", "is_paused"])
        changed = True
    stay = {pk: member.position for pk, member in before.items() if pk not in gone}
    rotation.pointer = pointer_after_edit(stood, rotation.pointer, stay)
    return changed, opened


def _in_order(places: Sequence[Place], before: Mapping[int, RotationMember]) -> list[Place]:
    """Those who were there in their old order, then the new ones, arranged by the numbers that were typed: the places
    1, 2, 3 ... as the page showed them."""
    known = {pk: rank for rank, pk in enumerate(before)}
    listed = sorted(places, key=lambda place: known.get(place.member_id, len(known)))
    rows = []
    for index, place in enumerate(listed):
        if place.member_id in before:
            old = known[place.member_id] + FIRST
            rows.append((index, old, old if place.position is None else place.position))
        else:
            rows.append((index, len(listed) + FIRST, place.position))  # it comes from behind the list
    return [listed[index] for index in arranged(rows)]


def _topics_of(rotation: Rotation) -> list[str]:
    """The desks of the members show their place in line."""
    users = RotationMember.objects.filter(rotation=rotation).values_list("rep__user", flat=True)
    return [f"holder-{pk}" for pk in users.order_by("rep__user")]
