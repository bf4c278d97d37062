"""Bring the members of all rotations in step with their membership rules."""

import logging
from datetime import datetime

from django.db import transaction

from routing.actions.notifications import notify
from routing.actions.rotation.editing import edit_rotation
from routing.decisions.rotation.membership import MAX_MEMBERS
from routing.models import MembershipRule, Notification, Rotation
from routing.queries.audience import ops_ids
from routing.queries.rotation.membership import OutOfStep, out_of_step

log = logging.getLogger(__name__)


def sync_members(*, at: datetime) -> int:
    """Who fits a rule joins, whom no rule fits any more leaves; nothing is written where nothing changed. Returns how
    many rotations changed. Sales ops get one message when more people fit than a rotation takes: its members stay as
    they are until fewer do."""
    changed = 0
    for found in out_of_step():
        try:
            changed += _sync(found, at=at)
        except Exception:  # it holds up no other rotation, and the next run tries again
            log.exception("the members of rotation %s could not be brought in step", found.rotation.pk)
    return changed


@transaction.atomic
def _sync(found: OutOfStep, *, at: datetime) -> bool:
    edited = edit_rotation(found.rotation, by=None, at=at)
    if bool(found.change.beyond) != found.was_beyond:
        _mark_limit(edited, found.change.beyond, at=at)
    return edited.version != found.rotation.version


def _mark_limit(rotation: Rotation, people: int, *, at: datetime) -> None:
    """The rotation is locked, so two runs send one message."""
    rules = MembershipRule.objects.filter(rotation=rotation, is_beyond_limit=not people)
    if rules.update(is_beyond_limit=bool(people)) and people:
        notify(
            ops_ids(),
            kind=Notification.Kind.TOO_MANY,
            key=f"too-many-{rotation.pk}-{at:%Y%m%d%H%M%S}",
            at=at,
            details={"rotation": rotation.pk, "place": rotation.name, "n": people, "most": MAX_MEMBERS},
        )
