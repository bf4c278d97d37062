"""Versions of a rotation: kept with every change, drafted, published now or at a time, brought back (F11b)."""

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from django.db import transaction

from config.live import announce
from routing.actions.notifications import notify
from routing.actions.rotation.editing import FIRST, Place, edit_rotation
from routing.decisions.availability.caps import WINDOWS
from routing.decisions.rotation.editable_fields import EDITABLE
from routing.decisions.rotation.versions import BY_HAND, Merged, Snapshot, changes, merged
from routing.models import Notification, Rep, Rotation, RotationDraft, RotationMember, RotationVersion
from routing.queries.rotation.versions import latest_version, snapshot_of

log = logging.getLogger(__name__)
MOST_DRAFTS = 20  # open ones of one rotation


class ChangedMeanwhile(Exception):
    """The rotation has another version than the page showed."""


class NotOpen(Exception):
    """The draft was published or discarded already."""


class TooManyDrafts(Exception):
    """MOST_DRAFTS are open."""


class SameAsNow(Exception):
    """Nothing would change."""


class Conflict(Exception):
    """What the draft changes was changed meanwhile to something else; `names` says what (decisions.versions)."""

    def __init__(self, names: Sequence[object]) -> None:
        self.names = list(names)
        super().__init__(names)


def merged_now(draft: RotationDraft) -> Merged:
    """The draft on top of what stands now."""
    rotation = draft.rotation
    base = RotationVersion.objects.filter(rotation=rotation, number=draft.base).first()
    now = snapshot_of(rotation)
    told = merged(base.snapshot if base else now, draft.snapshot, now)
    return replace(told, conflicts=(*told.conflicts, *misfits(rotation, told.snapshot)))


@transaction.atomic
def save_draft(
    rotation: Rotation,
    snapshot: Snapshot,
    *,
    sent: Sequence,
    by,
    at: datetime,
    draft: RotationDraft | None = None,
    version: int | None = None,
) -> RotationDraft:
    """Keep how the rotation shall be; `draft` is the open one that was gone on with, `version` the one on top of which
    the snapshot was made. SameAsNow when nothing differs from that."""
    locked = Rotation.objects.select_for_update(no_key=True).get(pk=rotation.pk)
    base = latest_version(locked, at=at)
    if version is not None and version != base.number:
        base = RotationVersion.objects.get(rotation=locked, number=version)
    if not changes(base.snapshot, snapshot):
        raise SameAsNow
    kept = _locked(draft) if draft is not None else None
    if kept is None:
        if RotationDraft.objects.filter(rotation=locked, state=RotationDraft.State.OPEN).count() >= MOST_DRAFTS:
            raise TooManyDrafts
        kept = RotationDraft(rotation=locked)
    kept.base, kept.snapshot, kept.sent, kept.by, kept.at = base.number, snapshot, list(sent), by, at
    kept.publish_at, kept.publish_by, kept.conflicts = None, None, []  # another change than the one that was planned
    kept.save()
    announce("people")
    return kept


@transaction.atomic
def publish(draft: RotationDraft, *, version: int | None, by, at: datetime) -> Rotation:
    """Put the draft in force. `version` is the one that the page showed; None for one that publishes itself."""
    locked = Rotation.objects.select_for_update(no_key=True).get(pk=draft.rotation_id)
    kept = _locked(draft)
    if version is not None and locked.version != version:
        raise ChangedMeanwhile
    told = merged_now(kept)
    if told.conflicts:
        raise Conflict(told.conflicts)
    edited = _set_up(locked, told.snapshot, by=by, at=at)
    RotationVersion.objects.filter(rotation=edited, number=edited.version, draft=None, at=at).update(draft=kept)
    _end(kept, RotationDraft.State.PUBLISHED, by=by, at=at)
    return edited


@transaction.atomic
def schedule(draft: RotationDraft, *, publish_at: datetime | None, by, at: datetime) -> RotationDraft:
    """Publish at this time; None takes that back."""
    kept = _locked(draft)
    kept.publish_at, kept.publish_by, kept.conflicts = publish_at, by if publish_at else None, []
    kept.save(update_fields=["publish_at", "publish_by", "conflicts"])
    announce("people")
    return kept


@transaction.atomic
def discard(draft: RotationDraft, *, by, at: datetime) -> None:
    """Nothing of it was in force; it stays in the list of drafts as discarded."""
    _end(_locked(draft), RotationDraft.State.DISCARDED, by=by, at=at)
    announce("people")


@transaction.atomic
def roll_back(rotation: Rotation, number: int, *, version: int, by, at: datetime) -> Rotation:
    """Bring an earlier version back, as a new one. What was due until now stays due (L10).

    RotationVersion.DoesNotExist, ChangedMeanwhile, SameAsNow, or Conflict when what it names is gone or taken.
    """
    locked = Rotation.objects.select_for_update(no_key=True).get(pk=rotation.pk)
    if locked.version != version:
        raise ChangedMeanwhile
    old = RotationVersion.objects.get(rotation=locked, number=number)
    if names := misfits(locked, old.snapshot):
        raise Conflict(names)
    edited = _set_up(locked, old.snapshot, by=by, at=at)
    if edited.version == version:
        raise SameAsNow
    RotationVersion.objects.filter(rotation=edited, number=edited.version).update(back_to=number)
    return edited


@contextmanager
def tried(rotation: Rotation, snapshot: Snapshot, *, at: datetime) -> Iterator[Rotation]:
    """The rotation as the snapshot would make it; everything is taken back at the end."""
    with transaction.atomic():
        yield _set_up(rotation, snapshot, by=None, at=at)
        transaction.set_rollback(True)


def publish_due(*, at: datetime) -> int:
    """Drafts whose time has come, each by itself; whoever planned it is told either way. Returns how many."""
    due = RotationDraft.objects.filter(state=RotationDraft.State.OPEN, publish_at__lte=at)
    published = 0
    for draft in due.select_related("rotation", "publish_by").order_by("publish_at", "pk"):
        try:
            published += publish_planned(draft, at=at)
        except Exception:  # one that cannot be published holds up no other, and is tried again
            log.exception("draft %s of rotation %s could not be published", draft.pk, draft.rotation_id)
    return published


@transaction.atomic
def publish_planned(draft: RotationDraft, *, at: datetime) -> bool:
    """As it is planned when it is locked: somebody may have changed it, or taken the plan back, a moment ago."""
    Rotation.objects.select_for_update(no_key=True).get(pk=draft.rotation_id)
    try:
        draft = _locked(draft)
    except NotOpen:
        return False
    if draft.publish_at is None or draft.publish_at > at:
        return False
    details = {"rotation": draft.rotation_id, "name": draft.rotation.name, "draft": draft.pk}
    try:
        with transaction.atomic():
            publish(draft, version=None, by=draft.publish_by, at=at)
    except Conflict as conflict:
        RotationDraft.objects.filter(pk=draft.pk).update(conflicts=conflict.names, publish_at=None)
        kind, is_published = Notification.Kind.DRAFT_REFUSED, False
    else:
        kind, is_published = Notification.Kind.DRAFT_PUBLISHED, True
    told = [pk for pk in {draft.by_id, draft.publish_by_id} if pk]
    notify(told, kind=kind, key=f"{kind}-{draft.pk}-{draft.publish_at:%Y%m%d%H%M}", at=at, details=details)
    return is_published


def _locked(draft: RotationDraft) -> RotationDraft:
    kept = (
        RotationDraft.objects.select_for_update(of=("self",)).select_related("rotation", "publish_by").get(pk=draft.pk)
    )
    if kept.state != RotationDraft.State.OPEN:
        raise NotOpen
    return kept


def _end(draft: RotationDraft, state: str, *, by, at: datetime) -> None:
    draft.state, draft.ended_at, draft.ended_by, draft.publish_at = state, at, by, None
    draft.save(update_fields=["state", "ended_at", "ended_by", "publish_at"])


def misfits(rotation: Rotation, snapshot: Snapshot) -> list[object]:
    """What a snapshot asks for and cannot have any more: a name that another rotation has, people who are deleted."""
    fields, reps = snapshot["fields"], [each["rep"] for each in snapshot["members"]]
    wanted = {*reps, fields.get("fallback")} - {None}
    gone = wanted - set(Rep.objects.filter(pk__in=wanted).order_by("pk").values_list("pk", flat=True))
    found: list[object] = [rep for rep in reps if rep in gone]
    if Rotation.objects.filter(name=fields.get("name")).exclude(pk=rotation.pk).exists():
        found.append("name")
    is_without = fields.get("fallback") in {None, *gone}
    return [*found, "fallback"] if is_without and fields.get("when_nobody") == Rotation.WhenNobody.FALLBACK else found


def _set_up(rotation: Rotation, snapshot: Snapshot, *, by, at: datetime) -> Rotation:
    """Make the rotation what the snapshot says, through the one action that changes rotations."""
    fields = {name: value for name, value in snapshot["fields"].items() if name in EDITABLE}
    if fields.get("fallback") is not None:
        fields["fallback"] = Rep.objects.filter(pk=fields["fallback"]).first()
    rows = RotationMember.objects.filter(rotation=rotation).order_by("pk")
    known = dict(rows.values_list("rep", "pk"))
    is_by_hand = fields.get("order") == BY_HAND
    places = [
        Place(
            rep_id=each["rep"],
            position=number if is_by_hand else None,
            is_paused=each["is_paused"],
            member_id=known.get(each["rep"]),
            weight=Decimal(each["weight"]),
            caps={window: each[f"cap_{window}"] for window in WINDOWS},
        )
        for number, each in enumerate(snapshot["members"], start=FIRST)
    ]
    return edit_rotation(rotation, fields=fields, places=places, by=by, at=at)
