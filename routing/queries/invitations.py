"""Reads invitations and their links, and what is known of the people of a pasted list (M2, M4)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.conf import settings
from django.contrib.auth.models import User
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.crypto import constant_time_compare, salted_hmac

from config.account_names import accounts_named, normal_name
from routing.decisions.invitations import InvitationFacts, InvitationState, invitation_state
from routing.decisions.pasted_people import PastedPerson
from routing.models import Invitation

SALT = "alur invitation 1"


class WhyNot(StrEnum):
    SWITCHED_OFF = "switched_off"
    WITHDRAWN = "withdrawn"
    OTHER_ROLE = "other_role"
    TWO_ACCOUNTS = "two_accounts"


@dataclass(frozen=True, slots=True)
class KnownPeople:
    """Who of a pasted list is `new`, who `joins` (is there already, in the same role), and who does neither."""

    new: tuple[PastedPerson, ...]
    joining: tuple[User, ...]
    refused: tuple[tuple[str, WhyNot], ...]


def sort_people(people: Sequence[PastedPerson], *, role: str) -> KnownPeople:
    """Three statements for any number of people."""
    accounts = accounts_of([person.email for person in people])
    new, joining, refused = [], [], []
    for person in people:
        found = accounts.get(normal_name(person.email), [])
        if not found:
            new.append(person)
        elif why := _why_not(found, role=role):
            refused.append((person.email, why))
        elif found[0] not in joining:
            joining.append(found[0])
    return KnownPeople(tuple(new), tuple(joining), tuple(refused))


def accounts_of(emails: Sequence[str]) -> dict[str, list[User]]:
    """By normal name: the accounts that have the address as their e-mail or user name."""
    named = accounts_named(emails)
    ids = {pk for several in named.values() for pk in several}
    rows = User.objects.filter(pk__in=ids).select_related("invitation", "rep").prefetch_related("groups")
    by_id = rows.order_by("pk").in_bulk()
    return {name: [by_id[pk] for pk in several] for name, several in named.items()}


def _why_not(found: Sequence[User], *, role: str) -> WhyNot | None:
    if len(found) > 1:
        return WhyNot.TWO_ACCOUNTS
    user = found[0]
    if not user.is_active:
        invitation = getattr(user, "invitation", None)
        return WhyNot.WITHDRAWN if invitation and invitation.withdrawn_at else WhyNot.SWITCHED_OFF
    return None if role in {group.name for group in user.groups.all()} else WhyNot.OTHER_ROLE


def invitations() -> QuerySet[Invitation]:
    """Newest first, with what a line of the list shows."""
    rows = Invitation.objects.select_related("user", "by", "user__rep")
    rows = rows.prefetch_related("user__groups", "user__rep__teams", "user__managed_teams")
    return rows.order_by("-made_at", "-pk")


def invitation_of_link(pk: int, token: str) -> Invitation | None:
    """None for a link that was never given out."""
    invitation = Invitation.objects.select_related("user", "by").filter(pk=pk).first()
    if invitation is None:
        return None
    keys = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    return invitation if any(constant_time_compare(_token(invitation, key), token) for key in keys) else None


def link_of(invitation: Invitation, site: str) -> str:
    """The secret address that lets its person choose a password; `site` is the URL of this Alur."""
    token = _token(invitation, settings.SECRET_KEY)
    return site.rstrip("/") + reverse("routing:accept_invitation", args=[invitation.pk, token])


def wants_explanation(user: User) -> bool:
    """Came in by an invitation, and has not put the words about the own page away."""
    return Invitation.objects.filter(user=user, accepted_at__isnull=False, explained_at=None).exists()


def state_of(invitation: Invitation, *, at: datetime) -> InvitationState:
    user = invitation.user
    facts = InvitationFacts(
        expires_at=invitation.expires_at,
        sent_at=invitation.sent_at,
        opened_at=invitation.opened_at,
        accepted_at=invitation.accepted_at,
        withdrawn_at=invitation.withdrawn_at,
        came_in=user.last_login is not None or user.has_usable_password(),
    )
    return invitation_state(facts, at=at)


def _token(invitation: Invitation, key: str | bytes) -> str:
    text = f"{invitation.pk} {invitation.user_id} {invitation.seed}"
    return salted_hmac(SALT, text, secret=key, algorithm="sha256").hexdigest()
