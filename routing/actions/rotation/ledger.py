"""Write what a rotation decided: rosters, ledger lines, and the changes of its members (F6b)."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from hashlib import sha1
from json import dumps, loads
from zoneinfo import ZoneInfo

from django.db.models import BigIntegerField, QuerySet, Sum, Value
from django.db.models.functions import Cast

from config.bulk_insert import bulk_insert
from config.bulk_update import bulk_update
from routing.decisions.availability.caps import CapWindows, Counts, add_given, take_back, windows_at
from routing.decisions.rotation.clock_range import is_balance_out_of_range, is_clock_out_of_range, restart_clock
from routing.decisions.rotation.ledger import STATE_FIELDS
from routing.decisions.rotation.needs import must_settle_needs, settle_needs, skills_by_member
from routing.decisions.rotation.participation import update_participation
from routing.decisions.rotation.ramp import take_steps
from routing.decisions.rotation.reset import reset_state
from routing.decisions.rotation.skipped_turns import missed_so_far
from routing.decisions.rotation.state import TURN, Candidate, RotationState
from routing.models import LedgerLine, Roster, Rotation, RotationMember
from routing.queries.rotation.state import load_state, skipped_turn_policy

TOO_LARGE = "too_large"
WRITTEN_FIELDS = [
    "balance",
    "base",
    "skills_counted",
    "owed",
    "takes_part",
    "away_for",
    "counts",
    "paid_on",
    "paid",
    "turns_given",
    "comes_first",
    "last_turn",
    "spread_count",
]


@dataclass
class LedgerSession:
    """A rotation under its lock, with what close_session() will write when the turns are decided."""

    rotation: Rotation
    state: RotationState
    at: datetime
    away_for: dict[int, str]
    counts: dict[int, str]  # JSON text, as most of it is never read
    given: dict[int, int]  # turns
    lines: list[LedgerLine] = field(default_factory=list)
    changed: dict[int, dict[str, int]] = field(default_factory=dict)
    rosters: list[Roster] = field(default_factory=list)
    newest: Roster | None = None
    newcomers: list[int] = field(default_factory=list)  # members who were never in this rotation before
    paid_back: dict[int, date] = field(default_factory=dict)  # by member, of which day an owed turn was undone
    windows_in: dict[ZoneInfo, CapWindows] = field(default_factory=dict)
    has_rooms: bool = False  # a turn of this session says how much room everybody had
    opened: Sequence[Candidate] = ()  # the members as they are stored

    @property
    def tz(self) -> ZoneInfo:
        return ZoneInfo(self.rotation.time_zone)

    @property
    def today(self) -> date:
        return self.at.astimezone(self.tz).date()

    def member(self, pk: int) -> Candidate:
        return next(each for each in self.state.members if each.member_id == pk)

    def note(self, kind: str, member: Candidate | None = None, **values: object) -> LedgerLine:
        """Add a line; lines get their ids in this order."""
        row = LedgerLine(
            rotation=self.rotation,
            at=self.at,
            kind=kind,
            rep_id=member.rep_id if member else None,
            member=member.member_id if member else None,
            virtual=self.state.virtual,
            **values,
        )
        self.lines.append(row)
        return row

    def count(self, member: Candidate, *, is_owed: bool) -> None:
        """Count a turn against the caps, and an owed turn against its daily limit."""
        pk = member.member_id
        self.counts[pk] = dumps(add_given(self._counts(pk), self._windows(pk)))
        self._add_turns(pk, 1)
        if is_owed:
            self.changed[pk]["paid"] = self.changed[pk].get("paid", 0) + 1

    def uncount(self, member: Candidate, *, given_at: datetime) -> None:
        """Give the place of a lead in the windows of the caps back."""
        pk = member.member_id
        self.counts[pk] = dumps(take_back(self._counts(pk), self._windows(pk), given_at=given_at))
        self._add_turns(pk, -1)

    def _counts(self, pk: int) -> Counts:
        return loads(self.counts.get(pk) or "{}")

    def _windows(self, pk: int) -> CapWindows:
        zone = self.state.zones.get(pk) or self.tz
        if zone not in self.windows_in:
            self.windows_in[zone] = windows_at(self.at, zone)
        return self.windows_in[zone]

    def _add_turns(self, pk: int, turns: int) -> None:
        changed = self.changed.setdefault(pk, {})
        changed["turns"] = changed.get("turns", 0) + turns
        self.given[pk] = self.given.get(pk, 0) + turns


def open_session(rotation: Rotation, *, at: datetime) -> LedgerSession:
    """Start on a rotation whose row is locked. The first line of a ledger is the state at that moment. Steps of ramps
    that are due come first (K4)."""
    state = load_state(rotation, at=at, as_stored=True)
    session = LedgerSession(rotation, state, at, dict(state.away_for), dict(state.counts), dict(state.given))
    session.opened = state.members
    session.newest = Roster.objects.filter(rotation=rotation).only("digest").order_by("-pk").first()
    mark_changed(session, state.regrouped)
    if not LedgerLine.objects.filter(rotation=rotation).exists():
        session.note(LedgerLine.Kind.OPENING, details=state_as_json(state))
    if state.steps:
        _take_steps(session)
    return session


def _take_steps(session: LedgerSession) -> None:
    """Written at once, so that the caller finds them done."""
    policy = skipped_turn_policy(session.rotation)
    session.state, taken = take_steps(session.state, session.state.steps, policy)
    session.state = replace(session.state, steps={})
    for each in taken:
        due, owed = each.after.balance - each.before.balance, each.after.owed - each.before.owed
        details = {"percent": each.step.percent, "weight": each.step.weight, "forgiven": each.forgiven}
        details |= {"spread_count": each.after.spread_count} if session.state.spread_limit is not None else {}
        details |= {"run": each.run} if each.run else {}
        row = session.note(LedgerLine.Kind.RAMP, each.before, due=due, owed=owed, details=details)
        row.virtual = each.virtual
        RotationMember.objects.filter(pk=each.after.member_id).update(
            ramp_percent=each.step.percent, ramp_next_on=each.step.next_on
        )
    mark_changed(session, [each.after.member_id for each in taken])
    close_session(session)


def state_as_json(state: RotationState) -> dict:
    """Everything that a replay needs to start from here, with one clock for all."""
    state = settle_needs(state)
    return {
        "pointer": state.pointer,
        "in_block": state.in_block,
        "virtual": state.virtual,
        "rest": state.rest,
        "members": {str(each.member_id): [getattr(each, name) for name in STATE_FIELDS] for each in state.members},
    }


def record_participation(session: LedgerSession) -> None:
    """Members who came back take part again, with the turns owed for skipped ones; members who left do not (F5)."""
    policy = skipped_turn_policy(session.rotation)
    session.state, changes = update_participation(session.state, session.away_for, policy)
    for change in changes:
        kind = LedgerLine.Kind.BACK if change.is_back else LedgerLine.Kind.AWAY
        details: dict[str, str | bool | int] = {"reason": change.reason}
        details |= {"accrues": True} if change.accrues else {}
        details |= {"forgiven": change.forgiven} if change.forgiven else {}
        count = change.after.spread_count
        details |= {"spread_count": count} if count != change.before.spread_count else {}
        row = session.note(kind, change.before, due=change.due, owed=change.owed, details=details)
        row.virtual = change.virtual
        session.away_for[change.before.member_id] = change.away_for
        session.changed.setdefault(change.before.member_id, {})


def roster_for(session: LedgerSession) -> Roster:
    """The roster of the next turn: the newest one as long as nothing on it has changed."""
    rotation, state = session.rotation, session.state
    rows = [[each.member_id, each.rep_id, each.position, each.weight, str(each.skip_reason)] for each in state.members]
    a_day = skipped_turn_policy(rotation).max_a_day
    rules = {"way": str(state.strategy), "a_day": a_day, "tz": rotation.time_zone}
    rules |= {"spread": state.spread_limit} if state.spread_limit is not None else {}
    groups = [each.group for each in state.members] if rotation.skill else []
    digest = sha1(repr((rotation.version, rules, rows, *groups)).encode(), usedforsecurity=False).hexdigest()
    if session.newest is None or session.newest.digest != digest:
        session.newest = Roster.objects.create(
            rotation=rotation,
            version=rotation.version,
            at=session.at,
            digest=digest,
            rules=rules,
            members=rows,
            skills=skills_by_member(state) if rotation.skill else None,
        )
    return session.newest


def keep_in_range(session: LedgerSession) -> None:
    """Restart the clock before its column is full. If a balance is, which takes trillions of value, all start from
    zero."""
    is_full = is_balance_out_of_range(session.state)
    if not is_full and not is_clock_out_of_range(session.state):
        return
    if is_full:
        start_from_zero(session, resets=TOO_LARGE)
    session.state = restart_clock(session.state)
    session.note(LedgerLine.Kind.EDITED, details=state_as_json(session.state))
    mark_changed(session, [each.member_id for each in session.state.members])


def start_from_zero(session: LedgerSession, *, resets: str) -> None:
    """A reset (F10), with its line. Owed turns stay owed, and what absences that go on have missed stays missed."""
    left_owed = reset_who_left(session.rotation)
    missed = missed_so_far(session.state, session.away_for)
    session.state = reset_state(session.state, left_owed=left_owed, missed=missed)
    details = {"resets": resets, "keeps_owed": True} | ({"left_owed": left_owed} if left_owed else {})
    details |= {"missed": {str(pk): units for pk, units in missed.items()}} if missed else {}
    session.note(LedgerLine.Kind.RESET, details=details)
    mark_changed(session, [each.member_id for each in session.state.members])


def close_session(session: LedgerSession) -> None:
    """Write the rotation, its members and the lines."""
    keep_in_range(session)
    if must_settle_needs(session.state, asks=bool(session.rotation.skill)):
        session.state = settle_needs(session.state)
        mark_changed(session, [each.member_id for each in session.state.members])
    mark_changed(session, _moved(session))
    rotation = session.rotation
    for name in ("pointer", "in_block", "virtual", "rest", "needs"):
        setattr(rotation, name, getattr(session.state, name))
    # update(), because save() would add to the history of settings, and a turn changes no setting
    names = ("pointer", "in_block", "virtual", "rest", "needs", "turns_taken", "reset_on")
    Rotation.objects.filter(pk=rotation.pk).update(**{name: getattr(rotation, name) for name in names})
    write_members(session)
    bulk_insert(LedgerLine, session.lines)
    session.lines = []


def _moved(session: LedgerSession) -> list[int]:
    """The members with another balance than when the session was opened."""
    before = {each.member_id: each.balance for each in session.opened}
    members = session.state.members
    return [each.member_id for each in members if each.balance != before.get(each.member_id, each.balance)]


def write_members(session: LedgerSession) -> None:
    """Only the members that changed, however many there are."""
    if not session.changed:
        return
    today = session.today
    rows = list(RotationMember.objects.filter(pk__in=session.changed).order_by("pk"))
    known = {each.member_id: each for each in session.state.members}
    for row in rows:
        each, change = known[row.pk], session.changed[row.pk]
        row.balance, row.base, row.owed, row.takes_part = each.balance, each.base, each.owed, each.takes_part
        row.skills_counted = loads(each.group) if each.group else row.skills_counted
        row.comes_first, row.last_turn, row.spread_count = each.comes_first, each.last_turn, each.spread_count
        row.away_for, row.counts = session.away_for.get(row.pk, ""), loads(session.counts.get(row.pk) or "{}")
        row.turns_given = max(row.turns_given + change.get("turns", 0), 0)
        if change.get("paid"):
            row.paid, row.paid_on = (row.paid if row.paid_on == today else 0) + change["paid"], today
        if row.paid and row.paid_on == session.paid_back.get(row.pk):
            row.paid -= 1
    bulk_update(RotationMember, rows, WRITTEN_FIELDS)
    session.changed = {}


def reset_who_left(rotation: Rotation) -> int:
    """Who joins again after a reset starts from zero like the others. Owed turns stay owed; returns how many."""
    owed = level_who_left(rotation)
    _left(rotation).update(last_turn=0, spread_count=0)
    return owed


def level_who_left(rotation: Rotation) -> int:
    """The balances of those who left start from zero, with the turns that are owed on top; returns how many."""
    turn = Value(TURN, output_field=BigIntegerField())  # PostgreSQL would take a plain number for a small one
    _left(rotation).update(balance=Cast("owed", BigIntegerField()) * turn, comes_first=False)
    return _left(rotation).aggregate(owed=Sum("owed", default=0))["owed"]


def _left(rotation: Rotation) -> QuerySet[RotationMember]:
    return RotationMember.everybody.filter(rotation=rotation, left_at__isnull=False)


def mark_changed(session: LedgerSession, members: Sequence[int]) -> None:
    for pk in members:
        session.changed.setdefault(pk, {})
