"""Reads the state of a rotation at one moment: its members with all that decides a turn (F1, F4, F5)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from json import loads
from zoneinfo import ZoneInfo

from routing.decisions.availability.caps import WINDOWS, CapWindows, Remaining, remaining, windows_at
from routing.decisions.availability.hours import WorkingHours, is_working
from routing.decisions.availability.skip_reasons import SkipReason
from routing.decisions.availability.status import Absence, AvailabilityRules, Person, availability, places_left
from routing.decisions.rotation.needs import clocks_behind
from routing.decisions.rotation.ramp import effective_weight, step_on, take_steps
from routing.decisions.rotation.skipped_turns import SkippedMeans, SkippedTurnPolicy
from routing.decisions.rotation.state import WEIGHT_ONE, Candidate, RampStep, RotationState, Strategy
from routing.decisions.rotation.strategies.by_room import room_of
from routing.models import Rotation
from routing.queries.availability.absences import (
    LOOKED_BACK,
    current_absence_kinds,
    open_leads_by_member,
    recent_absences,
    working_hours_by_rep,
)
from routing.queries.availability.zones import zones_by_rep
from routing.queries.rotation.member_rows import MemberRow, member_rows, needs_hours

NO_CAPS, NO_COUNTS = (None,) * len(WINDOWS), "{}"


def availability_rules(rotation: Rotation) -> AvailabilityRules:
    """Where leads go by free capacity, who is above it has none, whatever the switch says."""
    return AvailabilityRules(
        on_leave=rotation.skips_on_leave,
        all_day_meeting=rotation.skips_all_day_meeting,
        switched_off=rotation.skips_switched_off,
        over_capacity=rotation.skips_over_capacity or rotation.way == Strategy.MOST_FREE,
        not_seen=rotation.skips_not_seen,
        outside_hours=rotation.skips_outside_hours,
    )


def skipped_turn_policy(rotation: Rotation) -> SkippedTurnPolicy:
    means = SkippedMeans(rotation.skipped_means)
    return SkippedTurnPolicy(means, rotation.owed_limit, rotation.owed_a_day, rotation.made_up_percent)


def load_state(rotation: Rotation, *, at: datetime, as_stored: bool = False) -> RotationState:
    """Lock the rotation's row first to decide on it (F2). Queries: members and leave; load and hours where they
    count. Steps of ramps that are due are taken, or with `as_stored` only named in `steps` (K4)."""
    rules = availability_rules(rotation)
    rows = member_rows(rotation, rules, at=at)
    behind = clocks_behind({group for row in rows for group in (row.skills, row.skills_counted)}, rotation.needs)
    zones = zones_by_rep(rotation, rows) if rotation.cap_zone == Rotation.CapZone.MEMBER else {}
    moment = _moment(rotation, rows, rules, zones, behind, at=at)
    state = RotationState(
        members=tuple(moment.candidate(row) for row in rows),
        pointer=rotation.pointer,
        strategy=Strategy(rotation.way),
        in_block=rotation.in_block,
        virtual=rotation.virtual,
        rest=rotation.rest,
        needs=rotation.needs,
        behind=behind,
        turns=rotation.turns_taken,
        spread_limit=rotation.spread_limit if rotation.way == Strategy.VALUE else None,
        users={row.pk: row.user for row in rows},
        away_for={row.pk: row.away_for for row in rows if row.away_for},
        counts={row.pk: row.counts for row in rows if row.counts != NO_COUNTS},
        given={row.pk: row.turns_given for row in rows if row.turns_given},
        steps=_due_steps(rows, today=moment.today, by_room=moment.by_room),
        zones={row.pk: zones[row.rep] for row in rows if row.rep in zones} if zones else {},
        regrouped=[row.pk for row in rows if row.skills != row.skills_counted],
    )
    if as_stored or not state.steps:
        return state
    return take_steps(state, state.steps, skipped_turn_policy(rotation))[0]


def _due_steps(rows: Sequence[MemberRow], *, today: date, by_room: bool) -> dict[int, RampStep]:
    """Where weights do not count, a step changes none."""
    due = {row.pk: row for row in rows if row.ramp_next_on is not None and row.ramp_next_on <= today}
    steps = {pk: step_on(row.ramp, row.weight, today) for pk, row in due.items()}
    if not by_room:
        return steps
    return {pk: replace(step, weight=WEIGHT_ONE) if step.weight else step for pk, step in steps.items()}


@dataclass(frozen=True, slots=True)
class _Moment:
    """What the members of a rotation share at this moment. The usual case takes short cuts, as there may be many
    members."""

    at: datetime
    rules: AvailabilityRules
    kinds: Mapping[int, frozenset[str]]  # of absences at this moment, by rep
    absences: Mapping[int, tuple[Absence, ...]]  # of the last days, by rep, for those who were not seen
    load: Mapping[int, int]
    hours: Mapping[int, WorkingHours]
    at_work: Mapping[int, bool]  # by id() of the hours
    caps: Sequence[int | None]
    windows: CapWindows | None  # None when nobody has a cap
    zones: Mapping[int, ZoneInfo]  # in which the days of caps are counted, by rep; the others have the rotation's
    a_day: int | None
    today: date
    plain_remaining: Remaining  # for members without own caps who were given nothing that counts
    checks_capacity: bool
    way: Strategy
    by_room: bool  # weights do not count
    behind: Mapping[str, int]  # how far the clocks of members with these skills are behind
    known: dict[frozenset[str], str] = field(default_factory=dict)
    windows_in: dict[ZoneInfo, CapWindows] = field(default_factory=dict)

    def candidate(self, row: MemberRow) -> Candidate:
        left, limit = self._remaining(row)
        return Candidate(
            member_id=row.pk,
            rep_id=row.rep,
            position=row.position,
            is_available=not (reason := self._reason(row)),
            reason=reason,
            is_paused=row.is_paused,
            owed=row.owed,
            owed_today=None if self.a_day is None else self._owed_today(row, self.a_day),
            remaining=left,
            limit_reason=limit,
            weight=(WEIGHT_ONE if row.weight else 0)
            if self.by_room
            else effective_weight(row.weight, row.ramp_percent),
            balance=row.balance,
            base=row.base if row.skills == row.skills_counted else self._base(row),
            takes_part=row.takes_part,
            comes_first=row.comes_first,
            room=self._room(row) if self.by_room else 0,
            last_turn=row.last_turn,
            spread_count=row.spread_count,
            group=row.skills,
        )

    def _base(self, row: MemberRow) -> int:
        """On the clock of the skills that the member has now."""
        return row.base + self.behind.get(row.skills_counted, 0) - self.behind.get(row.skills, 0)

    def _reason(self, row: MemberRow) -> str:
        week, rules = self.hours.get(row.rep), self.rules
        works = week is None or self.at_work[id(week)]
        kinds = self.kinds.get(row.rep)
        is_plain = row.is_active and row.is_on and row.unseen_since is None and row.was_seen
        if is_plain and (works or not rules.outside_hours):
            return self._away_for(kinds) if kinds else ""
        person = Person(
            rep_id=row.rep,
            is_active=row.is_active,
            is_switched_on=row.is_on or (row.away_until is not None and row.away_until <= self.at),
            absences=self.absences.get(row.rep) or self._current_absences(kinds or ()),
            last_seen_at=row.unseen_since or (self.at if row.was_seen else None),
            hours=week,
            is_at_work=works,
        )
        return availability(person, rules, self.at).reason

    def _away_for(self, kinds: frozenset[str]) -> str:
        """The reason for members who only have these absences; worked out once for each set of kinds."""
        if kinds not in self.known:
            person = Person(0, absences=self._current_absences(kinds), last_seen_at=self.at)
            self.known[kinds] = availability(person, self.rules, self.at).reason
        return self.known[kinds]

    def _current_absences(self, kinds: Iterable[str]) -> tuple[Absence, ...]:
        return tuple(Absence(self.at, self.at + LOOKED_BACK, kind) for kind in kinds)

    def _remaining(self, row: MemberRow) -> tuple[int | None, str]:
        """How many more leads may be given, and which limit says so: capacity or a cap; a member's own cap comes before
        the rotation's."""
        left, limit = None, SkipReason.OVER_CAPACITY
        if self.windows:
            is_plain = row.counts == NO_COUNTS and row.caps == NO_CAPS
            capped = self.plain_remaining if is_plain else self._capped(row, self.windows)
            left, limit = capped.left, capped.reason or SkipReason.OVER_CAPACITY
        if self.checks_capacity:
            free = places_left(row.capacity, self.load.get(row.user, 0))
            if left is None or free < left:
                left, limit = free, SkipReason.OVER_CAPACITY
        return left, limit

    def _room(self, row: MemberRow) -> int:
        return room_of(self.way, capacity=row.capacity, open_leads=self.load.get(row.user, 0))

    def _capped(self, row: MemberRow, windows: CapWindows) -> Remaining:
        own = [mine if mine is not None else cap for mine, cap in zip(row.caps, self.caps, strict=True)]
        if zone := self.zones.get(row.rep):
            windows = self.windows_in.get(zone) or self.windows_in.setdefault(zone, windows_at(self.at, zone))
        counts = {} if row.counts == NO_COUNTS else loads(row.counts)
        return remaining(dict(zip(WINDOWS, own, strict=True)), counts, windows)

    def _owed_today(self, row: MemberRow, a_day: int) -> int:
        return max(a_day - (row.paid if row.paid_on == self.today else 0), 0)


def _moment(
    rotation: Rotation,
    rows: Sequence[MemberRow],
    rules: AvailabilityRules,
    zones: Mapping[int, ZoneInfo],
    behind: Mapping[str, int],
    *,
    at: datetime,
) -> _Moment:
    tz = ZoneInfo(rotation.time_zone)
    hours = working_hours_by_rep(rotation, rows) if needs_hours(rules) else {}
    caps = tuple(getattr(rotation, f"cap_{window}") for window in WINDOWS)
    has_caps = any(cap is not None for row in (caps, *(row.caps for row in rows)) for cap in row)
    windows = windows_at(at, tz) if has_caps else None
    way = Strategy(rotation.way)
    return _Moment(
        at=at,
        rules=replace(rules, over_capacity=False),
        kinds=current_absence_kinds(rotation, at=at),
        absences=recent_absences([row.rep for row in rows if row.unseen_since is not None], at=at),
        behind=behind,
        load=open_leads_by_member(rotation) if rules.over_capacity or way.compares_room else {},
        hours=hours,
        at_work={key: is_working(at, week) for key, week in {id(each): each for each in hours.values()}.items()},
        caps=caps,
        windows=windows,
        zones=zones,
        a_day=skipped_turn_policy(rotation).max_a_day,
        today=at.astimezone(tz).date(),
        checks_capacity=rules.over_capacity,
        way=way,
        by_room=way.compares_room,
        plain_remaining=remaining(dict(zip(WINDOWS, caps, strict=True)), {}, windows) if windows else Remaining(),
    )


def working_hours_of_members(rotation: Rotation, *, at: datetime) -> dict[int, WorkingHours]:
    """By rep, even if the rotation does not need the hours now."""
    return working_hours_by_rep(
        rotation, member_rows(rotation, replace(availability_rules(rotation), outside_hours=True), at=at)
    )
