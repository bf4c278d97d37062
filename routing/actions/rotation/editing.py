"""Change a rotation and its members: one version for each change, the pointer keeps its meaning (F1, F9, F11b)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from functools import partial

from django.db import transaction

from config.live import announce
from config.positions import arranged
from routing.actions.rotation.ledger import Book, close, opened, state_of, touch
from routing.actions.rotation.member_order import in_chosen_order
from routing.decisions.availability.caps import WINDOWS
from routing.decisions.rotation.editable_fields import EDITABLE, OPENING, OWN
from routing.decisions.rotation.pointer import pointer_after_edit
from routing.decisions.rotation.skipped_turns import credited, level
from routing.decisions.rotation.state import settled
from routing.models import LedgerLine, Rep, Rotation, RotationMember, RotationVersion
from routing.queries.rotation.state import seen
from routing.queries.rotation.versions import latest_version, snapshot_of
from routing.signals import rep_available

FIRST = 1  # people count places from 1; stored positions begin with 0


@dataclass(frozen=True)
class Place:
    """One member as it shall be, with the place as people count it; no place means where it was, or at the end. Without
    a member it is new. `caps` are the own ones, by window; a window that is left out takes the rotation's."""

    rep_id: int
    position: int | None = None
    is_paused: bool = False
    member_id: int | None = None
    weight: Decimal = Decimal(1)
    caps: Mapping[str, int | None] = field(default_factory=dict)

    @property
    def own(self) -> dict[str, object]:
        caps = {f"cap_{window}": self.caps.get(window) for window in WINDOWS}
        return {"is_paused": self.is_paused, "weight": self.weight} | caps


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
    all when nothing changed. Leads that were held for want of people are served at once (F6). Whoever moves members
    about orders by hand from then on (F3).

    What was due until now stays due (L10); who joins is due from now on, or owed what makes it level (F9).
    """
    fields = dict(fields or {})
    if surplus := set(fields) - EDITABLE:
        raise NotEditable(", ".join(sorted(surplus)))
    locked = Rotation.objects.select_for_update(no_key=True).get(pk=rotation.pk)
    book = opened(locked, seen(locked, at=at), at=at)
    changed = {name for name, value in fields.items() if getattr(locked, name) != value}
    if not is_new:
        latest_version(locked, at=at)
    shares_value = locked.way == Rotation.Way.VALUE
    for name in changed:
        setattr(locked, name, fields[name])
    written, opened_for, moved = (False, [], False) if places is None else _write_members(book, places, by=by)
    if moved and "order" not in changed and locked.order != Rotation.Order.HAND:
        locked.order = Rotation.Order.HAND
        changed.add("order")
    written = in_chosen_order(locked, by=by, at=at, is_asked=bool(changed & {"order"}) or written) or written
    if changed or written:
        locked.version += 0 if is_new else 1
        locked._history_user = by
        locked.save(update_fields=[*sorted(changed), "pointer", "shuffled_on", "version"])
        _keep_version(locked, by=by, at=at)
        _tell_ledger(book, starts_over=shares_value != (locked.way == Rotation.Way.VALUE), by=by)
        announce("people", *_topics_of(locked))
    elif is_new:
        _keep_version(locked, by=by, at=at)
    if opened_for or changed & OPENING:
        # After the commit: serving locks one rotation after the other, which must not add up with the lock held here.
        someone = opened_for[0] if opened_for else locked.fallback
        transaction.on_commit(partial(rep_available.send, Rep, rep=someone, at=at), robust=True)
    return locked


def arrange_all(*, at: datetime) -> int:
    """Put every rotation in the order that it chose, as names, conversion and lots change (F3); how many changed."""
    rows = Rotation.objects.exclude(order=Rotation.Order.HAND).order_by("pk")
    return sum(row.version != edit_rotation(row, by=None, at=at).version for row in rows)


def _write_members(book: Book, places: Sequence[Place], *, by) -> tuple[bool, list[Rep], bool]:
    """Whether anything changed, the reps who can be given turns now and could not before, and whether members were
    put elsewhere."""
    if len({place.rep_id for place in places}) < len(places):
        raise RepTwice
    rotation = book.rotation
    members = RotationMember.objects.filter(rotation=rotation).select_related("rep").order_by("position", "pk")
    before = {member.pk: member for member in members}
    stood = [(member.pk, member.position) for member in before.values()]
    gone = before.keys() - {place.member_id for place in places}
    for pk in sorted(gone):
        before[pk]._history_user = by
        before[pk].delete()
        before[pk].pk = pk  # still named in the old order
    changed, opened_for = bool(gone), []
    numbered = _in_order(places, before)
    stayed = [place.member_id for place in numbered if place.member_id in before]
    moved = stayed != [pk for pk in before if pk in stayed]
    moved |= any(place.member_id not in before and place.position is not None for place in numbered)
    for number, place in enumerate(numbered):
        member = before.get(place.member_id) or RotationMember(rotation=rotation, rep_id=place.rep_id)
        is_fresh = member.pk is None
        as_now = {name: getattr(member, name) for name in OWN}
        if not is_fresh and member.position == number and as_now == place.own:
            continue
        if not is_fresh and as_now["weight"] != place.weight:
            _settle(book, member)
        if not place.is_paused and (is_fresh or member.is_paused):
            opened_for.append(member.rep)
        for name, value in place.own.items():
            setattr(member, name, value)
        member.position, member._history_user = number, by
        member.save(update_fields=None if is_fresh else ["position", "balance", "base", *OWN])
        changed = True
    stay = {pk: member.position for pk, member in before.items() if pk not in gone}
    rotation.pointer = pointer_after_edit(stood, rotation.pointer, stay)
    return changed, opened_for, moved


def _keep_version(rotation: Rotation, *, by, at: datetime) -> None:
    """What receipts name from now on; a new rotation keeps its first one under the same number."""
    values = {"at": at, "by": by, "snapshot": snapshot_of(rotation)}
    RotationVersion.objects.update_or_create(rotation=rotation, number=rotation.version, defaults=values)


def _settle(book: Book, member: RotationMember) -> None:
    """Up to this moment the old weight counted (L10)."""
    now = settled(book.member(member.pk), book.line.virtual)
    member.balance, member.base = now.balance, now.base


def _tell_ledger(book: Book, *, starts_over: bool, by) -> None:
    """The whole state after the change stands in the ledger, so that a replay goes on from it. Where what is shared
    has changed (turns or value), the sums begin anew."""
    rotation, known = book.rotation, {each.member_id for each in book.line.members}
    book.line = seen(rotation, at=book.at).line
    members = list(book.line.members)
    if starts_over:
        members = [replace(each, balance=0, base=book.line.virtual) for each in members]
        touch(book, [each.member_id for each in members])
    fresh = [each.member_id for each in members if each.member_id not in known]
    if fresh:
        counts = dict(RotationMember.objects.filter(rotation=rotation).order_by("pk").values_list("pk", "turns_given"))
        members = [_joined(book, each, members, counts) if each.member_id in fresh else each for each in members]
        touch(book, fresh)
    book.line = replace(book.line, members=tuple(members))
    book.note(LedgerLine.Kind.EDITED, details={"version": rotation.version, **state_of(book.line)}, by=by)
    close(book)


def _joined(book: Book, member, members, counts: dict[int, int]):
    """A new member is due from now on; where the rotation says so, it is owed what the others had before (F9)."""
    others = [each for each in members if each.member_id != member.member_id and counts.get(each.member_id)]
    fresh = replace(member, base=book.line.virtual)
    if not book.rotation.joins_level or book.rotation.way == Rotation.Way.VALUE:
        return fresh
    return credited(fresh, level(fresh, others, counts))


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
