"""Send an invitation again, show its link to hand on, or withdraw it (M4)."""

from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction
from django.utils.translation import gettext_noop
from django_q.tasks import async_task

from config.live import announce
from routing.actions.invitations import InvitationIsClosed, locked_invitation, new_seed, note_act
from routing.actions.people import RoleNotAllowed, deactivate_person, may_switch, reactivate_person
from routing.decisions.invitations import VALID_FOR, InvitationState
from routing.models import Invitation
from routing.queries.invitations import link_of, state_of


@transaction.atomic
def resend(invitation: Invitation, *, by: User, at: datetime, site: str) -> Invitation:
    """Valid from now on for its whole time. Its link stays the same, but for one that was withdrawn, whose person can
    come in again."""
    row, state = _open_row(invitation, by=by, at=at)
    if state == InvitationState.WITHDRAWN:
        row.seed, row.withdrawn_at = new_seed(), None
        reactivate_person(row.user, by=by, at=at)
    row.by, row.expires_at, row.sent_at, row.opened_at = by, at + VALID_FOR, None, None
    row.save(update_fields=["by", "seed", "withdrawn_at", "expires_at", "sent_at", "opened_at"])
    async_task("routing.tasks.send_invitation", row.user_id, site)
    note_act(row.user, by=by, text=gettext_noop("Sent the invitation again."))
    announce("people")
    return row


@transaction.atomic
def show_link(invitation: Invitation, *, by: User, at: datetime, site: str) -> str:
    """The secret link, for who hands it on; an expired one is valid again for its whole time. It is logged, because
    anyone who has it can come in as this person until a password is chosen."""
    row, state = _open_row(invitation, by=by, at=at)
    if state == InvitationState.WITHDRAWN:
        raise InvitationIsClosed(state)
    if state == InvitationState.EXPIRED:
        row.expires_at = at + VALID_FOR
        row.save(update_fields=["expires_at"])
        announce("people")
    note_act(row.user, by=by, text=gettext_noop("Copied the link of the invitation."))
    return link_of(row, site)


@transaction.atomic
def withdraw(invitation: Invitation, *, by: User, at: datetime) -> Invitation:
    """Its link no longer works, and the person is switched off."""
    row, state = _open_row(invitation, by=by, at=at)
    if state == InvitationState.WITHDRAWN:
        raise InvitationIsClosed(state)
    row.withdrawn_at = at
    row.save(update_fields=["withdrawn_at"])
    deactivate_person(row.user, by=by, at=at)
    note_act(row.user, by=by, text=gettext_noop("Withdrew the invitation."))
    return row


def _open_row(invitation: Invitation, *, by: User, at: datetime) -> tuple[Invitation, InvitationState]:
    row = locked_invitation(invitation)
    if not may_switch(row.user, by):
        raise RoleNotAllowed
    state = state_of(row, at=at)
    if state == InvitationState.ACCEPTED:
        raise InvitationIsClosed(state)
    return row, state
