"""Redistribute the open leads of a rep through a rotation, one turn for each lead, in one transaction (F9)."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha1

from django.contrib.auth.models import User
from django.db import transaction

from leads.models import Lead
from queues.actions.dispatch.rotation_locks import lock_rotation
from queues.models import Decline, Queue
from queues.queries.limits import contact_terms, type_limits
from routing.actions.assignment import take_away
from routing.actions.rotation.turns import NobodyAvailable, TurnRequest, take_turns
from routing.decisions.contact_terms import ContactTerms
from routing.models import Assignment, Rep, Rotation

MAX_LEADS = 200  # at once, because the rotation is locked for that time; the page says how many are left


class NoOpenLeads(Exception):
    """This rep holds no open lead."""


class HoldingsChanged(Exception):
    """The leads that the rep holds have changed since the page was shown."""


@dataclass(frozen=True)
class Redistribution:
    """The new assignments, those that stay because nobody can be given the lead, and how many leads are over the
    maximum and left for another time."""

    given: list[Assignment] = field(default_factory=list)
    stayed: list[Assignment] = field(default_factory=list)
    left: int = 0


def fingerprint(held: Sequence[Assignment]) -> str:
    """Identifies the leads that a page showed."""
    return sha1(repr(sorted(each.pk for each in held)).encode(), usedforsecurity=False).hexdigest()[:16]


@transaction.atomic
def redistribute_leads(
    rep: Rep, *, through: Rotation, shown_fingerprint: str | None, by: User, at: datetime
) -> Redistribution:
    """Each open lead takes one turn of the rotation, the longest held first. No lead goes to this rep or to somebody
    who gave it back. A lead that nobody can be given stays with the rep, unchanged.

    Leads are locked first, then the rotation. Raises NoOpenLeads, and HoldingsChanged if `shown_fingerprint` is that of
    other leads.
    """
    held, left = _lock_held(rep)
    if shown_fingerprint is not None and shown_fingerprint != fingerprint(held):
        raise HoldingsChanged
    if not held:
        raise NoOpenLeads
    lock_rotation(through)
    given = _give(held, through, by=by, at=at)
    placed = {each.lead_id for each in given}
    return Redistribution(given, [each for each in held if each.lead_id not in placed], left)


def preview_redistribution(rep: Rep, *, through: Rotation, by: User, at: datetime) -> Redistribution:
    """What redistribute_leads() would do now: it runs and is rolled back, so that the preview cannot differ."""
    with transaction.atomic():
        found = redistribute_leads(rep, through=through, shown_fingerprint=None, by=by, at=at)
        transaction.set_rollback(True)
    return found


def leads_to_redistribute(rep: Rep) -> list[Assignment]:
    """The leads that one call redistributes, the longest held first."""
    rows = Assignment.objects.open().filter(holder=rep.user_id).select_related("lead")
    return list(rows.order_by("assigned_at", "pk")[:MAX_LEADS])


def _lock_held(rep: Rep) -> tuple[list[Assignment], int]:
    leads = [each.lead_id for each in leads_to_redistribute(rep)]
    list(Lead.objects.select_for_update(no_key=True).filter(pk__in=leads).order_by("pk").only("pk"))
    held = [each for each in leads_to_redistribute(rep) if each.lead_id in leads]
    return held, Assignment.objects.open().filter(holder=rep.user_id).count() - len(held)


def _give(held: Sequence[Assignment], through: Rotation, *, by: User, at: datetime) -> list[Assignment]:
    """If some leads cannot be assigned, all turns are rolled back and taken again with the other leads only. A lead
    without a taker moves nothing, so the same people get the same leads."""
    with transaction.atomic():
        given = _take_turns(held, through, by=by, at=at)
        if len(given) == len(held):
            return given
        transaction.set_rollback(True)
    placed = {each.lead_id for each in given}
    return _take_turns([each for each in held if each.lead_id in placed], through, by=by, at=at) if placed else []


def _take_turns(held: Sequence[Assignment], through: Rotation, *, by: User, at: datetime) -> list[Assignment]:
    declined: dict[int, set[int]] = {}
    rows = Decline.objects.filter(lead__in=[each.lead_id for each in held]).order_by("pk")
    for lead, user in rows.values_list("lead", "user"):
        declined.setdefault(lead, set()).add(user)
    queues = Queue.objects.in_bulk({each.place_id for each in held if each.place_id})
    requests, limits = [], type_limits(queues)
    for each in held:
        take_away(each, ended_how=Assignment.Ended.REASSIGNED, by=by, at=at)
        gave_back = declined.get(each.lead_id, set())
        queue = queues.get(each.place_id or 0)
        usual = ContactTerms(minutes=each.contact_minutes)
        terms = contact_terms(queue, each.lead.lead_type, limits) if queue else usual
        had_it = frozenset({each.holder_id} - gave_back)
        requests.append(TurnRequest(each.lead, each.place_name, terms, had_it | gave_back, had_it))
    try:
        return take_turns(through, requests, at=at, how=Assignment.How.HANDED_ON, by=by)
    except NobodyAvailable:
        return []
