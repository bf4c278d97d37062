"""Reads for whom or what the leads on a page of a queue wait: an owner, a specialist, a cap (F5, F6, G1, C4)."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from queues.decisions.routing_trail import Recipient
from queues.decisions.waits_for import Absent, MemberNow, Waits, WaitsFor, why_it_waits
from queues.models import Entry, Queue
from queues.queries.owners import declines_of, owner_directory
from routing.decisions.availability.skills import holds_skill
from routing.decisions.availability.skip_reasons import AWAY, SkipReason
from routing.decisions.rotation.state import RotationState
from routing.models import Rep, Rotation
from routing.queries.availability.absences import away_until
from routing.queries.rotation.caps import cap_ends
from routing.queries.rotation.lead_requirements import required_skill
from routing.queries.rotation.openings import openings_of
from routing.queries.rotation.state import load_state


@dataclass(frozen=True, slots=True)
class WaitingLead:
    """A lead that waits for somebody or something; `rotation` None: for the owner of its account."""

    entry: Entry
    waits: Waits
    rotation: Rotation | None = None


def what_they_wait_for(queue: Queue, entries: Sequence[Entry], *, at: datetime) -> dict[int, WaitingLead]:
    """By entry, which wait in this queue and were read with lead and source; leads that somebody can be given now are
    left out. Queries: one or two, six for the owners, two for each rotation, and two more where its leads wait."""
    if not queue.is_push and not queue.asks_owner:
        return {}
    for_owner = [entry for entry in entries if entry.owner_id is not None and queue.asks_owner]
    found = _for_owners(for_owner, at=at)
    if not queue.is_push or queue.rotation is None:
        return found
    chosen = {entry.rotation_id for entry in entries} - {None, queue.rotation_id}
    rotations = Rotation.objects.in_bulk(chosen) | {queue.rotation.pk: queue.rotation}
    by_rotation: dict[Rotation, list[Entry]] = {}
    for entry in entries:
        if entry not in for_owner:
            by_rotation.setdefault(rotations[entry.rotation_id or queue.rotation.pk], []).append(entry)
    declined = declines_of(entry.lead_id for entry in entries)
    for rotation, some in by_rotation.items():
        found |= _for_members(rotation, some, declined, at=at)
    return found


def _for_owners(entries: Sequence[Entry], *, at: datetime) -> dict[int, WaitingLead]:
    owners = {entry.owner_id for entry in entries if entry.owner_id is not None}
    if not owners:
        return {}
    people: Mapping[int, Recipient] = owner_directory(owners, at=at).people
    reps = list(Rep.objects.filter(user__in=owners).order_by("pk"))
    back = away_until(reps, at=at)
    until = {rep.user_id: back.get(rep.pk) or rep.away_until for rep in reps}
    found = {}
    for entry in entries:
        person = people[entry.owner_id or 0]
        absent = Absent(person.name, person.away, until.get(person.user_id) if person.away else None)
        found[entry.pk] = WaitingLead(entry, Waits(WaitsFor.OWNER, (absent,)))
    return found


def _for_members(
    rotation: Rotation, entries: Sequence[Entry], declined: Mapping[int, Collection[int]], *, at: datetime
) -> dict[int, WaitingLead]:
    if not rotation.is_active:
        return {entry.pk: WaitingLead(entry, Waits(WaitsFor.SWITCH), rotation) for entry in entries}
    state = load_state(rotation, at=at)
    now = openings_of(rotation, state, at=at)
    members: list[tuple[MemberNow, Sequence[str]]] | None = None
    found = {}
    for entry in entries:
        wanted = required_skill(rotation, entry.lead)
        gone = () if entry.is_open_again else declined.get(entry.lead_id, ())
        if now.somebody_may(wanted, gone):
            continue
        members = _members(rotation, state, at=at) if members is None else members
        seen = [
            replace(member, has_skill=not wanted or holds_skill(rotation.skill, wanted, skills))
            for member, skills in members
        ]
        waits = why_it_waits(seen, declined=gone, asks_skill=bool(wanted))
        if waits is not None:
            found[entry.pk] = WaitingLead(entry, waits, rotation)
    return found


def _members(rotation: Rotation, state: RotationState, *, at: datetime) -> list[tuple[MemberNow, Sequence[str]]]:
    """Each member with the skills; empty where the rotation asks for none."""
    reps = {rep.pk: rep for rep in Rep.objects.filter(memberships__rotation=rotation).select_related("user")}
    away = [reps[each.rep_id] for each in state.members if each.skip_reason in AWAY]
    back, opens = away_until(away, at=at), cap_ends(rotation, state, at=at)
    found = []
    for each in state.members:
        rep, reason, until = reps[each.rep_id], each.skip_reason, opens.get(each.member_id)
        if reason in AWAY:
            until = back.get(rep.pk)
        elif reason == SkipReason.SWITCHED_OFF:
            until = rep.away_until
        found.append((MemberNow(rep.user_id, str(rep), reason, until), state.skills.get(each.member_id, ())))
    return found
