"""Versions of a rotation: saved with every edit, drafted, published now or at a set time, restored (F11b)."""

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import QuerySet

from config.live import announce
from routing.actions.notifications import notify
from routing.actions.rotation.editing import FIRST_PLACE, MemberEdit, edit_rotation
from routing.actions.rotation.membership import rule_edits
from routing.decisions.availability.caps import WINDOWS
from routing.decisions.rotation.editable_fields import EDITABLE, NEWER
from routing.decisions.rotation.versions import (
    BY_HAND,
    BY_RULE,
    MergedDraft,
    Snapshot,
    diff_snapshots,
    merge_draft,
    rule_key,
)
from routing.models import Notification, Rep, Rotation, RotationDraft, RotationMember, RotationVersion, Team
from routing.queries.rotation.versions import latest_version, snapshot_of

log = logging.getLogger(__name__)
MAX_DRAFTS = 20  # open drafts of one rotation
ONE_MINUTE = timedelta(minutes=1)


class VersionConflict(Exception):
    """The rotation has another version now than the page showed."""


class DraftIsClosed(Exception):
    """The draft was already published or discarded."""


class TooManyDrafts(Exception):
    """MAX_DRAFTS drafts are already open."""


class MinuteIsTaken(Exception):
    """Another draft of the rotation is planned for the same minute, and nothing says which of them comes first."""


class NothingToChange(Exception):
    """The rotation is already like that."""


class Conflict(Exception):
    """The draft and somebody else changed the same settings to different values; `names` lists them."""

    def __init__(self, names: Sequence[object]) -> None:
        self.names = list(names)
        super().__init__(names)


def merge_with_current(draft: RotationDraft) -> MergedDraft:
    """The draft applied to what is in force now."""
    rotation = draft.rotation
    base = RotationVersion.objects.filter(rotation=rotation, number=draft.base).first()
    now = snapshot_of(rotation)
    found = merge_draft(base.snapshot if base else now, draft.snapshot, now)
    return replace(found, conflicts=(*found.conflicts, *missing_references(rotation, found.snapshot)))


@transaction.atomic
def save_draft(
    rotation: Rotation,
    snapshot: Snapshot,
    *,
    sent: Sequence,
    by: User | None,
    at: datetime,
    draft: RotationDraft | None = None,
    version: int | None = None,
) -> RotationDraft:
    """Save a snapshot as a draft. `draft` is the open draft that was edited further; `version` is the version on which
    the snapshot is based. Raises NothingToChange when the snapshot does not differ from that version."""
    locked = Rotation.objects.select_for_update(no_key=True).get(pk=rotation.pk)
    base = latest_version(locked, at=at)
    if version is not None and version != base.number:
        base = RotationVersion.objects.get(rotation=locked, number=version)
    if not diff_snapshots(base.snapshot, snapshot):
        raise NothingToChange
    kept = _locked(draft) if draft is not None else None
    if kept is None:
        if RotationDraft.objects.filter(rotation=locked, state=RotationDraft.State.OPEN).count() >= MAX_DRAFTS:
            raise TooManyDrafts
        kept = RotationDraft(rotation=locked)
    kept.base, kept.snapshot, kept.sent, kept.by, kept.at = base.number, snapshot, list(sent), by, at
    kept.publish_at, kept.publish_by, kept.reason, kept.conflicts = None, None, "", []  # planned was another change
    kept.save()
    announce("people")
    return kept


@transaction.atomic
def publish(draft: RotationDraft, *, version: int | None, by: User | None, at: datetime, reason: str = "") -> Rotation:
    """Put the draft in force. `version` is the one that the page showed; None for a draft published by plan."""
    locked = Rotation.objects.select_for_update(no_key=True).get(pk=draft.rotation_id)
    kept = _locked(draft)
    if version is not None and locked.version != version:
        raise VersionConflict
    merged = merge_with_current(kept)
    if merged.conflicts:
        raise Conflict(merged.conflicts)
    edited = _apply_snapshot(locked, merged.snapshot, by=by, at=at)
    made = RotationVersion.objects.filter(rotation=edited, number=edited.version, draft=None, at=at)
    made.update(draft=kept, reason=reason)
    _close(kept, RotationDraft.State.PUBLISHED, by=by, at=at)
    return edited


@transaction.atomic
def schedule(
    draft: RotationDraft, *, publish_at: datetime | None, by: User | None, at: datetime, reason: str = ""
) -> RotationDraft:
    """Plan to publish at this time; None cancels the plan. Raises MinuteIsTaken."""
    locked = Rotation.objects.select_for_update(no_key=True).get(pk=draft.rotation_id)
    kept = _locked(draft)
    if publish_at is not None:
        minute = publish_at.replace(second=0, microsecond=0)
        others = RotationDraft.objects.filter(rotation=locked, state=RotationDraft.State.OPEN).exclude(pk=kept.pk)
        if others.filter(publish_at__gte=minute, publish_at__lt=minute + ONE_MINUTE).exists():
            raise MinuteIsTaken
    kept.publish_at, kept.publish_by, kept.conflicts = publish_at, by if publish_at else None, []
    kept.reason = reason if publish_at else ""
    kept.save(update_fields=["publish_at", "publish_by", "reason", "conflicts"])
    announce("people")
    return kept


@transaction.atomic
def discard(draft: RotationDraft, *, by: User | None, at: datetime) -> None:
    """The draft never comes into force; it stays in the list as discarded."""
    _close(_locked(draft), RotationDraft.State.DISCARDED, by=by, at=at)
    announce("people")


@transaction.atomic
def roll_back(
    rotation: Rotation, number: int, *, version: int, by: User | None, at: datetime, reason: str = ""
) -> Rotation:
    """Restore an earlier version as a new one. What was due until now stays due (L10).

    Raises RotationVersion.DoesNotExist, VersionConflict, NothingToChange, or Conflict when people or names that it
    needs are gone or taken.
    """
    locked = Rotation.objects.select_for_update(no_key=True).get(pk=rotation.pk)
    if locked.version != version:
        raise VersionConflict
    old = RotationVersion.objects.get(rotation=locked, number=number)
    if names := missing_references(locked, old.snapshot):
        raise Conflict(names)
    edited = _apply_snapshot(locked, old.snapshot, by=by, at=at)
    if edited.version == version:
        raise NothingToChange
    RotationVersion.objects.filter(rotation=edited, number=edited.version).update(back_to=number, reason=reason)
    return edited


@contextmanager
def edited_for_preview(rotation: Rotation, snapshot: Snapshot, *, at: datetime) -> Iterator[Rotation]:
    """The rotation as the snapshot would make it; everything is rolled back at the end."""
    with transaction.atomic():
        yield _apply_snapshot(rotation, snapshot, by=None, at=at)
        transaction.set_rollback(True)


def publish_due(*, at: datetime) -> int:
    """Publish the drafts whose time has come, each in its own transaction. The people who made and planned a draft get
    a message whether it was published or not. Returns how many were."""
    due = RotationDraft.objects.filter(state=RotationDraft.State.OPEN, publish_at__lte=at)
    return _publish_each(due, at=at)


def publish_due_of(rotation: Rotation, *, at: datetime) -> int:
    """publish_due() for one rotation, before it decides: so that the version that holds at `at` decides, even if the
    worker did not come to it. The lock of the rotation stays with the caller's transaction."""
    due = RotationDraft.objects.filter(rotation=rotation.pk, state=RotationDraft.State.OPEN, publish_at__lte=at)
    return _publish_each(due, at=at)


def _publish_each(due: QuerySet[RotationDraft], *, at: datetime) -> int:
    published = 0
    for draft in due.select_related("rotation", "publish_by").order_by("publish_at", "pk"):
        try:
            published += publish_planned(draft, at=at)
        except Exception:  # it holds up no other draft, and the next run tries again
            log.exception("draft %s of rotation %s could not be published", draft.pk, draft.rotation_id)
    return published


@transaction.atomic
def publish_planned(draft: RotationDraft, *, at: datetime) -> bool:
    """Reads the plan again under the lock, because somebody may have changed or cancelled it a moment ago. The version
    holds from the planned time on, or from the version before it if that is later."""
    Rotation.objects.select_for_update(no_key=True).get(pk=draft.rotation_id)
    try:
        draft = _locked(draft)
    except DraftIsClosed:
        return False
    if draft.publish_at is None or draft.publish_at > at:
        return False
    details = {"rotation": draft.rotation_id, "name": draft.rotation.name, "draft": draft.pk}
    try:
        with transaction.atomic():
            since = max(draft.publish_at, latest_version(draft.rotation, at=at).at)
            edited = publish(draft, version=None, by=draft.publish_by, at=at, reason=draft.reason)
            RotationVersion.objects.filter(rotation=edited, draft=draft).update(at=since)
            RotationDraft.objects.filter(pk=draft.pk).update(ended_at=draft.publish_at)
    except Conflict as conflict:
        RotationDraft.objects.filter(pk=draft.pk).update(conflicts=conflict.names, publish_at=None)
        kind, is_published = Notification.Kind.DRAFT_REFUSED, False
    else:
        kind, is_published = Notification.Kind.DRAFT_PUBLISHED, True
    users = [pk for pk in {draft.by_id, draft.publish_by_id} if pk]
    notify(users, kind=kind, key=f"{kind}-{draft.pk}-{draft.publish_at:%Y%m%d%H%M}", at=at, details=details)
    return is_published


def _locked(draft: RotationDraft) -> RotationDraft:
    kept = (
        RotationDraft.objects.select_for_update(of=("self",)).select_related("rotation", "publish_by").get(pk=draft.pk)
    )
    if kept.state != RotationDraft.State.OPEN:
        raise DraftIsClosed
    return kept


def _close(draft: RotationDraft, state: str, *, by: User | None, at: datetime) -> None:
    draft.state, draft.ended_at, draft.ended_by, draft.publish_at = state, at, by, None
    draft.save(update_fields=["state", "ended_at", "ended_by", "publish_at"])


def missing_references(rotation: Rotation, snapshot: Snapshot) -> list[object]:
    """What a snapshot needs and cannot have: a name that another rotation has now, and people who were deleted."""
    fields, reps = snapshot["fields"], [each["rep"] for each in snapshot["members"]]
    wanted = {*reps, fields.get("fallback")} - {None}
    gone = wanted - set(Rep.objects.filter(pk__in=wanted).order_by("pk").values_list("pk", flat=True))
    found: list[object] = [rep for rep in reps if rep in gone]
    if Rotation.objects.filter(name=fields.get("name")).exclude(pk=rotation.pk).exists():
        found.append("name")
    teams = {rule["team"] for rule in snapshot.get("rules", ())} - {None}
    known = set(Team.objects.filter(pk__in=teams).order_by("pk").values_list("pk", flat=True))
    found += [rule_key(rule) for rule in snapshot.get("rules", ()) if rule["team"] not in {None, *known}]
    lacks_fallback = fields.get("fallback") in {None, *gone}
    return (
        [*found, "fallback"] if lacks_fallback and fields.get("when_nobody") == Rotation.WhenNobody.FALLBACK else found
    )


def _apply_snapshot(rotation: Rotation, snapshot: Snapshot, *, by: User | None, at: datetime) -> Rotation:
    """Edit the rotation into what the snapshot says, through the one action that edits rotations."""
    fields = {name: value for name, value in {**NEWER, **snapshot["fields"]}.items() if name in EDITABLE}
    if fields.get("fallback") is not None:
        fields["fallback"] = Rep.objects.filter(pk=fields["fallback"]).first()
    rows = RotationMember.objects.filter(rotation=rotation).order_by("pk")
    known = dict(rows.values_list("rep", "pk"))
    is_by_hand = fields.get("order") == BY_HAND
    members = [
        MemberEdit(
            rep_id=each["rep"],
            position=number if is_by_hand else None,
            is_paused=each["is_paused"],
            member_id=known.get(each["rep"]),
            weight=Decimal(each["weight"]),
            ramp=each.get("ramp", ""),
            caps={window: each[f"cap_{window}"] for window in WINDOWS},
            by_rule=each.get(BY_RULE, False),
        )
        for number, each in enumerate(snapshot["members"], start=FIRST_PLACE)
    ]
    rules = rule_edits(rotation, snapshot)
    return edit_rotation(rotation, fields=fields, members=members, rules=rules, by=by, at=at)
