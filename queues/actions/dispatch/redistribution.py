"""Hand the open leads of a person on through a rotation, one turn for each, all in one go (F9)."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha1

from django.db import transaction

from leads.models import Lead
from queues.actions.dispatch.rotation_locks import lock_rotation
from queues.models import Decline
from routing.actions.assignment import take_away
from routing.actions.rotation.turns import NobodyAvailable, TurnRequest, take_turns
from routing.models import Assignment, Rep, Rotation

MOST = 200  # in one go, as the rotation stands still meanwhile; the page says how many are left


class NothingHeld(Exception):
    """This person holds no open lead."""


class HeldOtherwise(Exception):
    """What the person holds has changed since the page was shown."""


@dataclass(frozen=True)
class HandedOn:
    """What went on to whom, what stays because nobody can be given it, and how many are beyond what one go takes."""

    given: list[Assignment] = field(default_factory=list)
    stayed: list[Assignment] = field(default_factory=list)
    left: int = 0


def sign_of(held: Sequence[Assignment]) -> str:
    """What a page carries of the leads that it showed."""
    return sha1(repr(sorted(each.pk for each in held)).encode(), usedforsecurity=False).hexdigest()[:16]


@transaction.atomic
def hand_on(rep: Rep, *, through: Rotation, seen: str | None, by, at: datetime) -> HandedOn:
    """Each open lead, held longest first, takes one turn of the rotation; never back to this person, nor to who gave it
    back. What nobody can be given stays where it is, untouched.

    Leads are locked first, then the rotation. Raises NothingHeld, and HeldOtherwise where the page had `seen` others.
    """
    held, left = _locked(rep)
    if seen is not None and seen != sign_of(held):
        raise HeldOtherwise
    if not held:
        raise NothingHeld
    lock_rotation(through)
    given = _give(held, through, by=by, at=at)
    placed = {each.lead_id for each in given}
    return HandedOn(given, [each for each in held if each.lead_id not in placed], left)


def foreseen(rep: Rep, *, through: Rotation, by, at: datetime) -> HandedOn:
    """What hand_on() would do now: it is done, told, and taken back, so that the two cannot differ."""
    with transaction.atomic():
        found = hand_on(rep, through=through, seen=None, by=by, at=at)
        transaction.set_rollback(True)
    return found


def open_leads(rep: Rep) -> list[Assignment]:
    """What would be handed on in one go, held longest first."""
    rows = Assignment.objects.open().filter(holder=rep.user_id).select_related("lead")
    return list(rows.order_by("assigned_at", "pk")[:MOST])


def _locked(rep: Rep) -> tuple[list[Assignment], int]:
    leads = [each.lead_id for each in open_leads(rep)]
    list(Lead.objects.select_for_update(no_key=True).filter(pk__in=leads).order_by("pk").only("pk"))
    held = [each for each in open_leads(rep) if each.lead_id in leads]
    return held, Assignment.objects.open().filter(holder=rep.user_id).count() - len(held)


def _give(held: Sequence[Assignment], through: Rotation, *, by, at: datetime) -> list[Assignment]:
    """Where some cannot be placed all is taken back, and done again with those that can: a lead that was passed over
    moved nothing, so that the same people get the same leads."""
    with transaction.atomic():
        given = _turns(held, through, by=by, at=at)
        if len(given) == len(held):
            return given
        transaction.set_rollback(True)
    placed = {each.lead_id for each in given}
    return _turns([each for each in held if each.lead_id in placed], through, by=by, at=at) if placed else []


def _turns(held: Sequence[Assignment], through: Rotation, *, by, at: datetime) -> list[Assignment]:
    declined: dict[int, set[int]] = {}
    rows = Decline.objects.filter(lead__in=[each.lead_id for each in held]).order_by("pk")
    for lead, user in rows.values_list("lead", "user"):
        declined.setdefault(lead, set()).add(user)
    wishes = []
    for each in held:
        take_away(each, ended_how=Assignment.Ended.REASSIGNED, by=by, at=at)
        not_to = frozenset({each.holder_id, *declined.get(each.lead_id, ())})
        wishes.append(TurnRequest(each.lead, each.place_name, each.contact_minutes, not_to))
    try:
        return take_turns(through, wishes, at=at, how=Assignment.How.HANDED_ON, by=by)
    except NobodyAvailable:
        return []
