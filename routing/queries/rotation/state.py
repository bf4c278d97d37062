"""Reads a rotation as it stands at one moment: its members with all that decides a turn (F1, F4, F5)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from json import loads
from typing import NamedTuple
from zoneinfo import ZoneInfo

from django.db.models import Case, DateTimeField, F, Q, TextField, Value, When
from django.db.models.functions import Cast

from routing.decisions.availability.caps import WINDOWS, Room, keys_at, room
from routing.decisions.availability.hours import WorkingHours, is_working
from routing.decisions.availability.status import OVER_CAPACITY, Absence, Person, Skips, availability
from routing.decisions.rotation.skipped_turns import Means, Skipped
from routing.decisions.rotation.state import Candidate, Line, Way
from routing.models import Rotation, RotationMember
from routing.queries.availability.absences import UNSEEN, hours_by_rep, lasting_kinds, open_load, recent_absences

NO_CAPS = (None,) * len(WINDOWS)


class Row(NamedTuple):
    """One member with the rep and the user, as FIELDS names them; no model, because a list may be long. What is JSON
    stays text until somebody looks at it."""

    pk: int
    rep: int
    position: int
    is_paused: bool
    weight: Decimal
    owed: int
    balance: int
    base: int
    takes_part: bool
    counts: str
    paid_on: date | None
    paid: int
    away_for: str
    cap_hour: int | None
    cap_day: int | None
    cap_week: int | None
    cap_month: int | None
    user: int
    is_active: bool
    is_on: bool
    away_until: datetime | None
    capacity: int
    unseen_since: datetime | None
    was_seen: bool
    time_zone: str
    week: str
    skills: str

    @property
    def caps(self) -> tuple[int | None, ...]:
        return self.cap_hour, self.cap_day, self.cap_week, self.cap_month


FOREIGN = {
    "counts": "counts_text",
    "rep": "rep_id",
    "user": "rep__user_id",
    "is_active": "rep__user__is_active",
    "is_on": "rep__is_available",
    "away_until": "rep__away_until",
    "capacity": "rep__capacity",
    "time_zone": "rep__time_zone",
    "week": "week_text",
    "skills": "skills_text",
}
FIELDS = tuple(FOREIGN.get(name, name) for name in Row._fields)


@dataclass(frozen=True, slots=True)
class Seen:
    """A rotation at one moment. `reps` and `users` are by member; `away_for` why a member takes no part."""

    line: Line
    users: Mapping[int, int]
    skills: Mapping[int, Sequence[str]]
    away_for: Mapping[int, str]
    counts: Mapping[int, str]


def needs_hours(skips: Skips) -> bool:
    """Also to know on which days somebody who was not seen would have worked (L6)."""
    return skips.outside_hours or skips.not_seen


def skips_of(rotation: Rotation) -> Skips:
    return Skips(
        on_leave=rotation.skips_on_leave,
        all_day_meeting=rotation.skips_all_day_meeting,
        switched_off=rotation.skips_switched_off,
        over_capacity=rotation.skips_over_capacity,
        not_seen=rotation.skips_not_seen,
        outside_hours=rotation.skips_outside_hours,
    )


def skipped_of(rotation: Rotation) -> Skipped:
    return Skipped(Means(rotation.skipped_means), rotation.owed_limit, rotation.owed_a_day)


def line_of(rotation: Rotation, *, at: datetime) -> Line:
    return seen(rotation, at=at).line


def candidates(rotation: Rotation, *, at: datetime) -> list[Candidate]:
    """The members in order of position with their availability."""
    return list(line_of(rotation, at=at).members)


def seen(rotation: Rotation, *, at: datetime) -> Seen:
    """To decide on it, lock the rotation row first (F2). Queries: members, leave; load and hours where they count."""
    skips = skips_of(rotation)
    members = _rows(rotation, skips, at=at)
    now = _now(rotation, members, skips, at=at)
    line = Line(
        members=tuple(now.candidate(row) for row in members),
        pointer=rotation.pointer,
        way=Way(rotation.way),
        in_block=rotation.in_block,
        virtual=rotation.virtual,
        rest=rotation.rest,
    )
    return Seen(
        line=line,
        users={row.pk: row.user for row in members},
        skills={row.pk: loads(row.skills) for row in members} if rotation.skill else {},
        away_for={row.pk: row.away_for for row in members},
        counts={row.pk: row.counts for row in members},
    )


def _rows(rotation: Rotation, skips: Skips, *, at: datetime) -> list[Row]:
    """When somebody was seen last is read only of those who may have to be passed over for it."""
    unseen = Q(rep__last_seen_at__lt=at - skips.not_seen_after)
    rows = RotationMember.objects.filter(rotation=rotation).annotate(
        counts_text=Cast("counts", TextField()),
        week_text=Cast("rep__own_hours", TextField()) if needs_hours(skips) else Value("{}"),
        skills_text=Cast("rep__skills", TextField()) if rotation.skill else Value("[]"),
        unseen_since=Case(When(unseen, then=F("rep__last_seen_at")))
        if skips.not_seen
        else Value(None, DateTimeField()),
        was_seen=Q(rep__last_seen_at__isnull=False) if skips.not_seen else Value(True),
    )
    return [Row._make(row) for row in rows.order_by("position", "pk").values_list(*FIELDS)]


@dataclass(frozen=True, slots=True)
class _Now:
    """All that several members share at this moment; plain rows are judged without any detour, as there may be many."""

    at: datetime
    skips: Skips
    kinds: Mapping[int, frozenset[str]]  # of absences that last at this moment, by rep
    absences: Mapping[int, tuple[Absence, ...]]  # of the last days, by rep, of those who were not seen
    load: Mapping[int, int]
    hours: Mapping[int, WorkingHours]
    at_work: Mapping[int, bool]  # by the identity of the hours
    caps: Sequence[int | None]
    keys: Mapping[str, str]  # empty where nobody has a cap
    a_day: int | None
    today: date
    plain_room: Room  # of whoever has no cap of the own and was given nothing that counts
    is_over: bool  # capacity counts; members are asked for that by their load
    known: dict[frozenset[str], str] = field(default_factory=dict)

    def candidate(self, row: Row) -> Candidate:
        left, full = self._room(row)
        return Candidate(
            member_id=row.pk,
            rep_id=row.rep,
            position=row.position,
            is_available=not (reason := self._reason(row)),
            reason=reason,
            is_paused=row.is_paused,
            owed=row.owed,
            owed_today=None if self.a_day is None else self._owed_today(row, self.a_day),
            room=left,
            full=full,
            weight=int(row.weight * 100),
            balance=row.balance,
            base=row.base,
            takes_part=row.takes_part,
        )

    def _reason(self, row: Row) -> str:
        week, skips = self.hours.get(row.rep), self.skips
        works = week is None or self.at_work[id(week)]
        kinds = self.kinds.get(row.rep)
        is_plain = row.is_active and row.is_on and row.unseen_since is None and row.was_seen
        if is_plain and (works or not skips.outside_hours):
            return self._away_for(kinds) if kinds else ""
        person = Person(
            rep_id=row.rep,
            is_active=row.is_active,
            is_switched_on=row.is_on or (row.away_until is not None and row.away_until <= self.at),
            absences=self.absences.get(row.rep) or self._lasting(kinds or ()),
            last_seen_at=row.unseen_since or (self.at if row.was_seen else None),
            hours=week,
            is_at_work=works,
        )
        return availability(person, skips, self.at).reason

    def _away_for(self, kinds: frozenset[str]) -> str:
        """Why somebody is away whom nothing but such absences keeps; asked once for all of them."""
        if kinds not in self.known:
            person = Person(0, absences=self._lasting(kinds), last_seen_at=self.at)
            self.known[kinds] = availability(person, self.skips, self.at).reason
        return self.known[kinds]

    def _lasting(self, kinds: Iterable[str]) -> tuple[Absence, ...]:
        return tuple(Absence(self.at, self.at + UNSEEN, kind) for kind in kinds)

    def _room(self, row: Row) -> tuple[int | None, str]:
        """How many leads may still be given, and which limit says so: capacity, or the own caps before the rotation's.
        Above the capacity is what counts (L1): one more than it is still given."""
        left, full = None, OVER_CAPACITY
        if self.keys:
            is_plain = row.counts == "{}" and row.caps == NO_CAPS
            capped = self.plain_room if is_plain else self._capped(row)
            left, full = capped.left, capped.reason or OVER_CAPACITY
        if self.is_over:
            free = row.capacity + 1 - self.load.get(row.user, 0)
            if left is None or free < left:
                left, full = free, OVER_CAPACITY
        return left, full

    def _capped(self, row: Row) -> Room:
        own = [mine if mine is not None else cap for mine, cap in zip(row.caps, self.caps, strict=True)]
        return room(dict(zip(WINDOWS, own, strict=True)), {} if row.counts == "{}" else loads(row.counts), self.keys)

    def _owed_today(self, row: Row, a_day: int) -> int:
        return max(a_day - (row.paid if row.paid_on == self.today else 0), 0)


def _now(rotation: Rotation, members: Sequence[Row], skips: Skips, *, at: datetime) -> _Now:
    tz = ZoneInfo(rotation.time_zone)
    hours = hours_by_rep(rotation, members) if needs_hours(skips) else {}
    caps = tuple(getattr(rotation, f"cap_{window}") for window in WINDOWS)
    has_caps = any(cap is not None for row in (caps, *(row.caps for row in members)) for cap in row)
    keys = keys_at(at, tz) if has_caps else {}
    return _Now(
        at=at,
        skips=replace(skips, over_capacity=False),
        kinds=lasting_kinds(rotation, at=at),
        absences=recent_absences([row.rep for row in members if row.unseen_since is not None], at=at),
        load=open_load(rotation) if skips.over_capacity else {},
        hours=hours,
        at_work={key: is_working(at, week) for key, week in {id(each): each for each in hours.values()}.items()},
        caps=caps,
        keys=keys,
        a_day=skipped_of(rotation).most_a_day,
        today=at.astimezone(tz).date(),
        is_over=skips.over_capacity,
        plain_room=room(dict(zip(WINDOWS, caps, strict=True)), {}, keys) if keys else Room(),
    )


def hours_of_members(rotation: Rotation, *, at: datetime) -> dict[int, WorkingHours]:
    """By rep, whether or not the rotation asks for them now."""
    return hours_by_rep(rotation, _rows(rotation, replace(skips_of(rotation), outside_hours=True), at=at))
