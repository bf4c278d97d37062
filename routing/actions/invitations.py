"""Invite people by e-mail, and let them in by the link of their invitation (M4)."""

import logging
from collections.abc import Iterable
from datetime import datetime

from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import User
from django.contrib.contenttypes.models import ContentType
from django.core.mail import send_mail
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.crypto import get_random_string
from django_q.tasks import async_task

from config.company import company_language
from config.live import announce
from config.reach.mail import has_mail_server
from routing.decisions.invitations import VALID_FOR, InvitationState, is_open
from routing.models import Invitation
from routing.queries.invitations import link_of, state_of

log = logging.getLogger(__name__)


class InvitationIsClosed(Exception):
    """Its link no longer works; `state` says why."""

    def __init__(self, state: InvitationState) -> None:
        super().__init__(state)
        self.state = state


@transaction.atomic
def invite(users: Iterable[User], *, by: User | None, at: datetime, site: str) -> None:
    """Give new people their invitation, and send it from the worker."""
    rows = [Invitation(user=user, by=by, seed=new_seed(), made_at=at, expires_at=at + VALID_FOR) for user in users]
    Invitation.objects.bulk_create(rows)
    for row in rows:
        async_task("routing.tasks.send_invitation", row.user_id, site)


def send_invitation(user_id: int, site: str, *, at: datetime) -> None:
    """Runs in the worker after the person is saved. Who is gone, switched off or in by then gets no mail. It counts as
    sent where there is a mail server that took it."""
    user = User.objects.filter(pk=user_id, is_active=True).first()
    if user is None:
        return
    invitation = Invitation.objects.select_related("user", "by").filter(user=user).first()
    if invitation is None:
        _invite_as_before(user, at=at, site=site)
        return
    if not is_open(state_of(invitation, at=at)):
        return
    context = {"user": user, "by": invitation.by, "link": link_of(invitation, site), "days": VALID_FOR.days}
    with translation.override(company_language()):
        subject = " ".join(render_to_string("registration/invitation_subject.txt", context).split())
        body = render_to_string("registration/invitation_email.txt", context)
    send_mail(subject, body, None, [user.email])
    if has_mail_server():
        Invitation.objects.filter(pk=invitation.pk).update(sent_at=at)
        announce("people")


@transaction.atomic
def _invite_as_before(user: User, *, at: datetime, site: str) -> None:
    """Asked for by an older release, which gave new people a password that nobody knew."""
    if user.last_login is None:
        user.set_unusable_password()
        user.save(update_fields=["password"])
        invite([user], by=None, at=at, site=site)


def note_opened(invitation: Invitation, *, at: datetime) -> None:
    if Invitation.objects.filter(pk=invitation.pk, opened_at=None).update(opened_at=at):
        announce("people")


def accept_invitation(invitation: Invitation, *, password: str, at: datetime) -> User:
    """The person has a password from now on, and the link no longer works."""
    encoded = make_password(password)  # takes long, so outside the transaction
    with transaction.atomic():
        row = locked_invitation(invitation)
        state = state_of(row, at=at)
        if not row.user.is_active:
            state = InvitationState.WITHDRAWN
        if not is_open(state):
            raise InvitationIsClosed(state)
        row.user.password = encoded
        row.user.save(update_fields=["password"])
        row.accepted_at, row.opened_at = at, row.opened_at or at
        row.save(update_fields=["accepted_at", "opened_at"])
        announce("people")
    return row.user


def close_explanation(user: User, *, at: datetime) -> None:
    """The person does not want to read again what the own page is for."""
    Invitation.objects.filter(user=user, explained_at=None).update(explained_at=at)


def locked_invitation(invitation: Invitation) -> Invitation:
    return Invitation.objects.select_for_update(of=("self",)).select_related("user", "by").get(pk=invitation.pk)


def new_seed() -> str:
    return get_random_string(32)


def note_act(user: User, *, by: User, text: str) -> None:
    """Into the log of what was done to an account, which administrators read there."""
    LogEntry.objects.create(
        user=by,
        content_type=ContentType.objects.get_for_model(User),
        object_id=str(user.pk),
        object_repr=str(user)[:200],
        action_flag=CHANGE,
        change_message=text,
    )
