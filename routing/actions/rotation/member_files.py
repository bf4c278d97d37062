"""Make drafts of rotations from a file of members; all of them or none (F11b)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.models import User
from django.db import IntegrityError, transaction

from config.history_author import set_history_author
from routing.actions.rotation.editing import edit_rotation
from routing.actions.rotation.versions import VersionConflict, save_draft
from routing.decisions.member_files.plan import WantedMember, plan_members
from routing.decisions.member_files.sent import form_of_snapshot
from routing.models import Rotation, RotationDraft, RotationMember
from routing.queries.member_files import new_rotation, open_drafts
from routing.queries.rotation.versions import snapshot_of


class DraftIsOpen(Exception):
    """The rotation has a draft that nobody asked to replace."""


class NameTaken(Exception):
    """Another rotation has this name."""


@dataclass(frozen=True)
class MemberDraft:
    """What a file says of one rotation. `rotation` None: a new one, called `name`. `version` is the one that the page
    showed, `replaced` the open draft that may be replaced, `spared` who does not leave."""

    name: str
    members: Sequence[WantedMember]
    rotation: Rotation | None = None
    version: int | None = None
    replaces: bool = False
    spared: frozenset[int] = frozenset()
    replaced: RotationDraft | None = None


@transaction.atomic
def draft_members(wanted: Sequence[MemberDraft], *, by: User, at: datetime) -> list[RotationDraft]:
    """One draft for each. A new rotation is made switched off and without members; its draft brings them. Nothing that
    is in force changes. Raises VersionConflict, DraftIsOpen, DraftIsClosed, NothingToChange, NameTaken."""
    in_order = sorted(wanted, key=lambda each: each.rotation.pk if each.rotation else float("inf"))
    made = {each.name: _draft(each, by=by, at=at) for each in in_order}  # locked in one order, so that none waits
    return [made[each.name] for each in wanted]


def _draft(wanted: MemberDraft, *, by: User, at: datetime) -> RotationDraft:
    rotation = wanted.rotation or _made(wanted.name, by=by, at=at)
    locked = Rotation.objects.select_for_update(no_key=True).get(pk=rotation.pk)
    if wanted.rotation and wanted.version is not None and locked.version != wanted.version:
        raise VersionConflict
    if wanted.replaced is None and open_drafts([locked.pk]).exists():
        raise DraftIsOpen
    planned = plan_members(
        snapshot_of(locked),
        wanted.members,
        replaces=wanted.replaces and wanted.rotation is not None,
        spared=wanted.spared,
        is_new=wanted.rotation is None,
    )
    rows = RotationMember.objects.filter(rotation=locked).order_by("position", "pk").values_list("rep", "pk")
    sent = form_of_snapshot(planned.snapshot, dict(rows))
    return save_draft(locked, planned.snapshot, sent=sent, by=by, at=at, draft=wanted.replaced)


def _made(name: str, *, by: User, at: datetime) -> Rotation:
    rotation = new_rotation(name)
    set_history_author(rotation, by)
    try:
        with transaction.atomic():
            rotation.save()
    except IntegrityError:
        raise NameTaken from None
    return edit_rotation(rotation, members=[], by=by, at=at, is_new=True)
