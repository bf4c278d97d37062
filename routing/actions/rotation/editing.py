"""Edit a rotation and its members: each edit is one version, and the pointer keeps its meaning (F1, F9, F11b)."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from json import loads

from django.contrib.auth.models import User
from django.db import transaction

from config.bulk_history import create_with_history, update_with_history
from config.bulk_update import bulk_update
from config.history_author import set_history_author
from config.live import announce
from config.positions import arranged
from routing.actions.rotation.ledger import (
    LedgerSession,
    close_session,
    level_who_left,
    mark_changed,
    open_session,
    state_as_json,
)
from routing.actions.rotation.member_order import apply_member_order
from routing.actions.rotation.membership import MemberEdit, RuleEdit, in_step, remove_rules, write_rules
from routing.decisions.rotation.editable_fields import CAN_MAKE_ELIGIBLE, EDITABLE, MEMBER_FIELDS
from routing.decisions.rotation.pointer import pointer_after_edit
from routing.decisions.rotation.ramp import effective_weight, settle_absence, step_on
from routing.decisions.rotation.reset import level_balances
from routing.decisions.rotation.skipped_turns import credit_turns, turns_to_level
from routing.decisions.rotation.state import Candidate, Strategy, swap_member
from routing.decisions.rotation.strategies.by_value import reweigh
from routing.models import LedgerLine, Rep, Rotation, RotationMember, RotationVersion
from routing.queries.rotation.state import load_state, skipped_turn_policy
from routing.queries.rotation.versions import latest_version, snapshot_of
from routing.signals import rep_available

COUNTED_FIELDS = ("balance", "base", "skills_counted", "owed", "spread_count")
SAVED_FIELDS = ("position", *COUNTED_FIELDS, "left_at", "ramp_percent", "ramp_next_on", "rule")
FIRST_PLACE = 1  # people count places from 1; stored positions start at 0


class DuplicateRep(Exception):
    """A rep can be only once in a rotation."""


class NotEditable(Exception):
    """These columns follow from turns; nobody edits them."""


@transaction.atomic
def edit_rotation(
    rotation: Rotation,
    *,
    fields: Mapping[str, object] | None = None,
    members: Sequence[MemberEdit] | None = None,
    rules: Sequence[RuleEdit] | None = None,
    by: User | None,
    at: datetime,
    is_new: bool = False,
) -> Rotation:
    """Write these fields, this list of members and this list of membership rules. Members and rules that are not in the
    list leave, and whom a rule fits joins. The version goes up once, or not at all when nothing changed. Leads that
    were held because nobody was available are given out at once (F6). Moving members switches the order to "by hand"
    (F3).

    What was due until now stays due (L10). A newcomer is due from now on, or is owed the turns to draw level (F9).
    """
    fields = dict(fields or {})
    if surplus := set(fields) - EDITABLE:
        raise NotEditable(", ".join(sorted(surplus)))
    locked = Rotation.objects.select_for_update(no_key=True).get(pk=rotation.pk)
    session = open_session(locked, at=at)
    changed = {name for name, value in fields.items() if getattr(locked, name) != value}
    if not is_new:
        latest_version(locked, at=at)
    measure = Strategy(locked.way).measure
    for name in changed:
        setattr(locked, name, fields[name])
    membership = write_rules(locked, rules, by=by)
    members = in_step(locked, membership, members)
    written, moved = False, False
    eligible: list[RotationMember] = []
    if members is not None:
        written, eligible, moved = _write_members(session, members, membership.wanted, by=by)
    remove_rules(membership, by=by)
    if moved and "order" not in changed and locked.order != Rotation.Order.HAND:
        locked.order = Rotation.Order.HAND
        changed.add("order")
    written = apply_member_order(locked, by=by, at=at, is_asked=bool(changed & {"order"}) or written) or written
    if changed or written or membership.is_changed:
        locked.version += 0 if is_new else 1
        set_history_author(locked, by)
        locked.save(update_fields=[*sorted(changed), "pointer", "shuffled_on", "version"])
        _keep_version(locked, by=by, at=at, reason=membership.reason)
        _log_edit(session, starts_over=measure != Strategy(locked.way).measure, by=by)
        announce("people", *_topics_of(locked))
    elif is_new:
        _keep_version(locked, by=by, at=at, reason=membership.reason)
    if eligible or changed & CAN_MAKE_ELIGIBLE:
        # after the commit, because giving out held leads locks other rotations, one after the other
        someone = eligible[0].rep if eligible else locked.fallback
        transaction.on_commit(partial(rep_available.send, Rep, rep=someone, at=at), robust=True)
    return locked


def reorder_rotations(*, at: datetime) -> int:
    """Put the members of every rotation in its order, because names and conversion change (F3); how many changed."""
    rows = Rotation.objects.exclude(order=Rotation.Order.HAND).order_by("pk")
    return sum(row.version != edit_rotation(row, by=None, at=at).version for row in rows)


def _write_members(
    session: LedgerSession, edits: Sequence[MemberEdit], rule_by_rep: Mapping[int, int], *, by: User | None
) -> tuple[bool, list[RotationMember], bool]:
    """Returns whether anything changed, the members who can be given turns now and could not before, and whether
    members were moved. `rule_by_rep` has the rule of each rep whom one fits."""
    if len({edit.rep_id for edit in edits}) < len(edits):
        raise DuplicateRep
    rotation = session.rotation
    members = RotationMember.objects.filter(rotation=rotation).select_related("rep").order_by("position", "pk")
    before = {member.pk: member for member in members}
    old_order = [(member.pk, member.position) for member in before.values()]
    places = {member.rep_id: pk for pk, member in before.items()}
    edits = [  # a new line for somebody who is a member keeps the row of before
        replace(edit, member_id=places[edit.rep_id]) if edit.member_id not in before and edit.rep_id in places else edit
        for edit in edits
    ]
    gone = before.keys() - {edit.member_id for edit in edits}
    _close(session, [before[pk] for pk in sorted(gone)], by=by)
    closed = {
        member.rep_id: member
        for member in RotationMember.everybody.filter(
            rotation=rotation, left_at__isnull=False, rep__in=[edit.rep_id for edit in edits]
        ).select_related("rep")
    }
    changed, eligible = bool(gone), []
    ordered = _in_order(edits, before)
    stayed = [edit.member_id for edit in ordered if edit.member_id in before]
    moved = stayed != [pk for pk in before if pk in stayed]
    moved |= any(edit.member_id not in before and edit.position is not None for edit in ordered)
    made: list[RotationMember] = []
    saved: list[RotationMember] = []
    of_another_rule: list[RotationMember] = []
    for number, edit in enumerate(ordered):
        member = before.get(edit.member_id or 0) or closed.get(edit.rep_id)
        is_new = member is None or member.pk not in before
        member = member or RotationMember(rotation=rotation, rep_id=edit.rep_id)
        as_now = {name: getattr(member, name) for name in MEMBER_FIELDS}
        wanted, rule = as_now | edit.values, rule_by_rep.get(edit.rep_id, member.rule_id)
        is_same = as_now == wanted and (member.rule_id is not None) == edit.by_rule
        if not is_new and member.position == number and is_same:
            if edit.by_rule and member.rule_id != rule:
                member.rule_id = rule
                of_another_rule.append(member)
            continue
        step = step_on(str(wanted["ramp"]), edit.weight, session.today)
        if not is_new and step.weight != effective_weight(member.weight, member.ramp_percent):
            _settle(session, member, weight=step.weight)
            member.spread_count = reweigh(
                member.spread_count, old=effective_weight(member.weight, member.ramp_percent), new=step.weight
            )
        member.ramp_percent, member.ramp_next_on = step.percent, step.next_on
        if not edit.is_paused and (is_new or member.is_paused):
            eligible.append(member)
        for name, value in edit.values.items():
            setattr(member, name, value)
        member.position, member.left_at, member.rule_id = number, None, rule if edit.by_rule else None
        set_history_author(member, by)
        (made if member.pk is None else saved).append(member)
        changed = True
    create_with_history(RotationMember, made)
    session.newcomers += [member.pk for member in made]
    # the manager that many rows are written with knows only members who did not leave
    RotationMember.everybody.filter(pk__in=[member.pk for member in closed.values()]).update(left_at=None)
    update_with_history(RotationMember, saved, [*SAVED_FIELDS, *MEMBER_FIELDS])
    bulk_update(RotationMember, of_another_rule, ["rule"])
    stay = {pk: member.position for pk, member in before.items() if pk not in gone}
    rotation.pointer = pointer_after_edit(old_order, rotation.pointer, stay)
    return changed, eligible, moved


def _close(session: LedgerSession, members: Sequence[RotationMember], *, by: User | None) -> None:
    """They leave and keep the balance, the owed turns and what counts against the caps (L11)."""
    for member in members:
        _settle(session, member)
        session.state = swap_member(session.state, replace(session.member(member.pk), takes_part=False))
        member.left_at, member.takes_part, member.away_for = session.at, False, ""
        set_history_author(member, by)
    update_with_history(RotationMember, members, [*SAVED_FIELDS, "takes_part", "away_for"])


def _keep_version(rotation: Rotation, *, by: User | None, at: datetime, reason: str) -> None:
    """Save the version that receipts name from now on; the first one of a new rotation keeps its number."""
    values = {"at": at, "by": by, "snapshot": snapshot_of(rotation), "reason": reason}
    RotationVersion.objects.update_or_create(rotation=rotation, number=rotation.version, defaults=values)


def _settle(session: LedgerSession, member: RotationMember, *, weight: int = 0) -> None:
    """The old weight counts up to this moment (L10), also for an absence, which goes on with the new one."""
    policy = skipped_turn_policy(session.rotation)
    session.state, _forgiven = settle_absence(session.state, session.member(member.pk), policy, weight=weight)
    session.rotation.virtual, session.rotation.rest = session.state.virtual, session.state.rest
    now = session.member(member.pk)
    member.balance, member.base, member.owed = now.balance, now.base, now.owed
    if now.group:
        member.skills_counted = loads(now.group)


def _log_edit(session: LedgerSession, *, starts_over: bool, by: User | None) -> None:
    """Write the whole state after the edit into the ledger, so that a replay goes on from there. When the rotation now
    shares something else, such as value instead of turns, the balances start from zero; so do the counts for a spread
    limit that was not there before."""
    rotation, had_limit = session.rotation, session.state.spread_limit is not None
    session.state = load_state(rotation, at=session.at, as_stored=True)
    session.opened = session.state.members
    if starts_over:
        session.state = level_balances(session.state, left_owed=level_who_left(rotation))
        mark_changed(session, [each.member_id for each in session.state.members])
    if session.state.spread_limit is not None and not had_limit:
        counted = tuple(replace(each, spread_count=0) for each in session.state.members)
        session.state = replace(session.state, members=counted)
        RotationMember.everybody.filter(rotation=rotation).update(spread_count=0)
    newcomers = [each for each in session.state.members if each.member_id in session.newcomers]
    if newcomers:
        counts = dict(RotationMember.objects.filter(rotation=rotation).order_by("pk").values_list("pk", "turns_given"))
        for each in newcomers:
            _join(session, each, counts)
        mark_changed(session, [each.member_id for each in newcomers])
    details = {"version": rotation.version, **state_as_json(session.state)}
    details |= {"starts_over": True} if starts_over else {}
    session.note(LedgerLine.Kind.EDITED, details=details, by=by)
    close_session(session)


def _join(session: LedgerSession, member: Candidate, counts: dict[int, int]) -> None:
    """A new member is due from now on. If the rotation says so, the member is owed the turns to draw level (F9),
    with a ramp those of its first step (K4); but only where turns are shared."""
    state = session.state
    newcomer = replace(member, base=state.clock_of(member))
    session.state = swap_member(state, newcomer)
    if session.rotation.joins_level and Strategy(session.rotation.way).measure == "turns":
        others = [each for each in state.members if each.member_id != member.member_id and counts.get(each.member_id)]
        session.state = credit_turns(session.state, newcomer, turns_to_level(newcomer, others, counts))


def _in_order(edits: Sequence[MemberEdit], before: Mapping[int, RotationMember]) -> list[MemberEdit]:
    """The members in their old order, then the new ones, rearranged by the places that were typed (1, 2, 3 ... as the
    page shows them)."""
    known = {pk: rank for rank, pk in enumerate(before)}
    listed = sorted(edits, key=lambda edit: known.get(edit.member_id or 0, len(known)))
    rows: list[tuple[int, int, int | None]] = []
    for index, edit in enumerate(listed):
        if edit.member_id is not None and edit.member_id in before:
            old = known[edit.member_id] + FIRST_PLACE
            rows.append((index, old, old if edit.position is None else edit.position))
        else:
            rows.append((index, len(listed) + FIRST_PLACE, edit.position))  # a new member comes from behind the list
    return [listed[index] for index in arranged(rows)]


def _topics_of(rotation: Rotation) -> list[str]:
    """The desks of the members, because they show the place in line."""
    users = RotationMember.objects.filter(rotation=rotation).values_list("rep__user", flat=True)
    return [f"holder-{pk}" for pk in users.order_by("rep__user")]
