"""Take turns: decide who is next under the rotation's lock, and write turn, ledger, pointer and assignment together
(F1, F2)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction

from config.bulk_insert import bulk_insert
from leads.models import Lead
from routing.actions.assignment import AssignmentRequest, assign_many
from routing.actions.rotation.ledger import (
    LedgerSession,
    close_session,
    keep_in_range,
    mark_changed,
    open_session,
    record_participation,
    roster_for,
    start_from_zero,
)
from routing.actions.rotation.versions import publish_due_of
from routing.decisions.availability.skip_reasons import SkipReason
from routing.decisions.contact_terms import ContactTerms
from routing.decisions.rotation.fallback import assign_anyway, assign_fallback
from routing.decisions.rotation.ledger import RESTORED
from routing.decisions.rotation.needs import settle_needs
from routing.decisions.rotation.pick import Pick, forced_shares, members_barred_alone
from routing.decisions.rotation.reset import period_start
from routing.decisions.rotation.state import (
    TURN,
    CandidateOutcome,
    CandidateResult,
    TurnKind,
    settle_balance,
)
from routing.decisions.rotation.strategies.by_room import RoomReason, room_reason
from routing.decisions.rotation.turns import apply_pick, balance_with_lead, pick_next
from routing.models import Assignment, LedgerLine, Rep, Rotation, Turn
from routing.queries.availability.holidays import holiday_names
from routing.queries.rotation.lead_requirements import members_without_skill, need_of_lead, turn_size
from routing.queries.rotation.openings import fallback_person


class NobodyAvailable(Exception):
    """No member can be given a lead now, and the rotation holds leads then (F6). `results` has the reason for each."""

    def __init__(self, results: Sequence[CandidateResult] = ()) -> None:
        self.results = tuple(results)
        super().__init__("nobody available")


class RotationIsOff(NobodyAvailable):
    """The rotation is switched off; its leads wait."""


@dataclass(frozen=True)
class TurnRequest:
    """A lead that needs an owner, and what its assignment gets. The lead must not go to the users in `not_to`: those
    of them in `had_it` held it before, the others gave it back. `trail` is how it came to this rotation."""

    lead: Lead
    place_name: str = ""
    terms: ContactTerms = ContactTerms()
    not_to: frozenset[int] = frozenset()
    had_it: frozenset[int] = frozenset()
    trail: tuple[dict, ...] = ()


@transaction.atomic
def take_turns(
    rotation: Rotation,
    requests: Sequence[TurnRequest],
    *,
    at: datetime,
    how: str = Assignment.How.ROTATION,
    by: User | None = None,
) -> list[Assignment]:
    """Give these leads out in order, many turns under one lock (F1, F2). `by` is the person who asked for it, if any.

    The rotation row is locked first and the members are read in the next statement, so that the decision sees
    everything committed before the lock. A lead that some members cannot have does not hold up the leads behind it. At
    the first other lead for which nobody is available it stops, and returns the assignments made so far. Raises
    NobodyAvailable when there are none.
    """
    publish_due_of(rotation, at=at)
    locked = Rotation.objects.select_for_update(no_key=True).get(pk=rotation.pk)
    if not locked.is_active:
        raise RotationIsOff
    session = open_session(locked, at=at)
    reset_if_due(session)
    record_participation(session)
    turns: list[tuple[TurnRequest, Pick, Turn]] = []
    last: Pick | None = None
    for request in requests:
        barred, need = _barred(session, request)
        last = _decide(session, request, barred, need)
        if last.chosen is None:
            if barred or request.not_to:
                continue
            break
        turns.append((request, last, _turn(session, request, last)))
        _apply(session, last, turns[-1][2])
    if not turns:
        raise NobodyAvailable(last.results if last else ())
    return _write(session, turns, how=how, by=by, at=at)


def reset_if_due(session: LedgerSession) -> None:
    """A rotation that resets each day or week does so with its first turn of it (F10). Owed turns stay owed, also those
    for an absence that goes on."""
    rotation = session.rotation
    since = period_start(rotation.resets, on=session.at.astimezone(session.tz).date())
    if since is None or (rotation.reset_on is not None and rotation.reset_on >= since):
        return
    is_first = rotation.reset_on is None
    rotation.reset_on = since
    if is_first:
        return
    record_participation(session)
    start_from_zero(session, resets=rotation.resets)


def _barred(session: LedgerSession, request: TurnRequest) -> tuple[dict[int, str], str]:
    """The members who cannot have this very lead: who gave it back (C4), or lacks the skill it asks for (F5); and which
    skill that is."""
    state, need = session.state, need_of_lead(session.rotation, request.lead)
    barred = members_without_skill(need, state.members)
    if request.not_to:
        why = dict.fromkeys(request.not_to, SkipReason.DECLINED) | dict.fromkeys(request.had_it, SkipReason.HAD_IT)
        barred |= {pk: why[user] for pk, user in state.users.items() if user in request.not_to}
    return barred, need


def _decide(session: LedgerSession, request: TurnRequest, barred: Mapping[int, str], need: str) -> Pick:
    rotation = session.rotation
    pick = pick_next(session.state, barred=barred, size=turn_size(rotation, request.lead), need=need)
    if pick.chosen is not None or rotation.when_nobody == Rotation.WhenNobody.HOLD:
        return pick
    if rotation.when_nobody == Rotation.WhenNobody.ANYWAY:
        return assign_anyway(pick)
    person = fallback_person(rotation, at=session.at)
    if person is None or person.user_id in request.not_to:
        return pick
    return assign_fallback(pick, person.pk)


def _turn(session: LedgerSession, request: TurnRequest, pick: Pick) -> Turn:
    """The row of a turn, with what stood before it for an undo (C4b)."""
    state, alone = session.state, members_barred_alone(pick)
    moved = {pick.winner.member_id, *alone, *pick.deferred, *forced_shares(state, pick)}
    kept = tuple([each for each in state.members if each.member_id in moved])
    before: dict[str, object] = {
        "rotation": [state.pointer, state.in_block, state.virtual, state.rest],
        "members": {
            str(each.member_id): [getattr(each, name) for name in RESTORED]
            for each in settle_needs(replace(state, members=kept)).members
        },
    }
    if (due := _due(session, pick)) is not None:
        before["due"] = due
    if session.state.strategy.compares_room and not session.has_rooms:
        before["rooms"] = [each.room for each in session.state.members]  # in the order of the roster
        session.has_rooms = True
    session.rotation.turns_taken += 1
    return Turn(
        rotation=session.rotation,
        number=session.rotation.turns_taken,
        version=session.rotation.version,
        at=session.at,
        lead=request.lead,
        rep_id=pick.winner.rep_id,
        position=pick.winner.position,
        roster=roster_for(session),
        barred={str(pk): pick.barred[pk] for pk in sorted(alone)} if pick.barred else {},
        need=pick.need,
        size=pick.size,
        score=request.lead.score,
        deal_size=request.lead.deal_size,
        is_owed=pick.is_owed,
        pointer_before=pick.pointer_before,
        before=before,
    )


def _due(session: LedgerSession, pick: Pick) -> list[float] | None:
    """How many turns were due to the member with this lead, and how many were given; for the receipt (L11)."""
    member = next((each for each in session.state.members if each.member_id == pick.winner.member_id), None)
    if member is None or member.skip_reason or session.state.strategy.measure != "turns":
        return None
    given = session.given.get(member.member_id, 0)
    return [round(given + balance_with_lead(session.state, member, pick.barred or {}) / TURN, 1), given]


def _apply(session: LedgerSession, pick: Pick, turn: Turn) -> None:
    """Put the rotation into the state after this turn. A turn of the fallback person changes nothing."""
    if pick.winner.member_id == 0:
        session.state = replace(session.state, turns=turn.number)
        turn.pointer_after, turn.virtual = session.state.pointer, session.state.virtual
        session.note(LedgerLine.Kind.GIVEN, given=0, turn=turn, details={"fallback": pick.winner.rep_id})
        return
    before, state = session.member(pick.winner.member_id), session.state
    moved = [*members_barred_alone(pick), *pick.deferred, *forced_shares(state, pick)]
    session.state = apply_pick(state, pick)
    due = settle_balance(before, session.state.clock_of(before)).balance - before.balance
    turn.pointer_after, turn.virtual = session.state.pointer, session.state.virtual
    session.count(before, is_owed=pick.is_owed)
    mark_changed(session, moved)
    session.note(LedgerLine.Kind.GIVEN, before, due=due, given=pick.size, owed=-int(pick.is_owed), turn=turn)
    keep_in_range(session)
    record_participation(session)


def _write(
    session: LedgerSession, turns: Sequence[tuple[TurnRequest, Pick, Turn]], *, how: str, by: User | None, at: datetime
) -> list[Assignment]:
    rep_ids = {result.rep_id for _request, pick, _turn in turns for result in _reached(pick)}
    reasons = [room_reason(pick) for _request, pick, _turn in turns]
    rep_ids |= {each.runner_up.rep_id for each in reasons if each is not None and each.runner_up is not None}
    reps = Rep.objects.select_related("user").in_bulk(rep_ids | {turn.rep_id for _request, _pick, turn in turns})
    holidays = holiday_names(
        {
            result.rep_id
            for _request, pick, _turn in turns
            for result in _reached(pick)
            if result.reason == SkipReason.PUBLIC_HOLIDAY
        },
        at=at,
    )
    for _request, pick, turn in turns:
        turn.results = _results_as_json(pick, reps, holidays)
    bulk_insert(Turn, [turn for _request, _pick, turn in turns])
    for row in session.lines:
        row.turn = row.turn  # the new turn has its key now
    close_session(session)
    assignment_requests = [
        AssignmentRequest(
            lead=request.lead,
            holder_id=reps[turn.rep_id].user_id,
            how=how,
            place_name=request.place_name,
            receipt=_receipt(session.rotation, turn, pick, request) | _room(reason, reps),
            terms=request.terms,
            turn=turn,
        )
        for (request, pick, turn), reason in zip(turns, reasons, strict=True)
    ]
    return assign_many(assignment_requests, by=by, at=at)


def _receipt(rotation: Rotation, turn: Turn, pick: Pick, request: TurnRequest) -> dict:
    is_fallback = pick.winner.reason == TurnKind.FALLBACK
    because = TurnKind.FALLBACK if is_fallback else TurnKind.OWED if pick.is_owed else TurnKind.IN_TURN
    return {
        "kind": "turn",
        "turn": turn.number,
        "rotation": rotation.name,
        "version": turn.version,
        "position": turn.position,
        "skipped": [result for result in turn.results if result["outcome"] == CandidateOutcome.SKIPPED],
        "skipped_in_all": len(pick.considered),
        "because": because,
        "pointer_before": turn.pointer_before,
        "pointer_after": turn.pointer_after,
        **({"trail": list(request.trail)} if request.trail else {}),
        **({"due": turn.before["due"]} if "due" in turn.before else {}),
        **({"shares": str(pick.state.strategy)} if pick.state.strategy.compares_room else {}),
    }


def _room(reason: RoomReason | None, reps: Mapping[int, Rep]) -> dict:
    """How much room the member had, and who would have been next with how much; for the receipt."""
    if reason is None:
        return {}
    other = reason.runner_up
    return {"room": [reason.room] if other is None else [reason.room, other.room, str(reps[other.rep_id])]}


def _reached(pick: Pick) -> list[CandidateResult]:
    """The members who were passed over, the first of many, and the chosen one; the others were not reached (C6)."""
    skipped = [each for each in pick.considered if each is not pick.chosen][: Turn.MAX_RESULTS - 1]
    return [*(pick.result_of(each) for each in skipped), pick.result_of(pick.winner)]


def _results_as_json(pick: Pick, reps: Mapping[int, Rep], holidays: Mapping[int, str]) -> list[dict]:
    return [
        {
            "rep": result.rep_id,
            "name": str(reps[result.rep_id]),
            "position": result.position,
            "outcome": result.outcome,
            "reason": result.reason,
            **({"holiday": holidays[result.rep_id]} if result.rep_id in holidays else {}),
            **({"n": pick.state.spread_limit} if result.reason == SkipReason.AHEAD else {}),
        }
        for result in _reached(pick)
    ]
