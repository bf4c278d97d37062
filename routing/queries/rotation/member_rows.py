"""Reads the members of a rotation as rows, with what their reps and users say of them."""

from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple

from django.db.models import Case, DateTimeField, F, Q, TextField, Value, When
from django.db.models.functions import Cast

from routing.decisions.availability.status import AvailabilityRules
from routing.models import Rotation, RotationMember


class MemberRow(NamedTuple):
    """One member with columns of the rep and the user, in the order of FIELDS. No model instance, because a list may be
    long; JSON columns stay text until they are needed."""

    pk: int
    rep: int
    position: int
    is_paused: bool
    weight: Decimal
    ramp: str
    ramp_percent: int
    ramp_next_on: date | None
    owed: int
    balance: int
    base: int
    takes_part: bool
    comes_first: bool
    last_turn: int
    spread_count: int
    counts: str
    turns_given: int
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
    skills_counted: str

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
    "skills_counted": "counted_text",
}
FIELDS = tuple(FOREIGN.get(name, name) for name in MemberRow._fields)


def member_rows(rotation: Rotation, rules: AvailabilityRules, *, at: datetime) -> list[MemberRow]:
    """`unseen_since` is set only for those who may have to be passed over because of it."""
    unseen = Q(rep__last_seen_at__lt=at - rules.not_seen_after)
    rows = RotationMember.objects.filter(rotation=rotation).annotate(
        counts_text=Cast("counts", TextField()),
        week_text=Cast("rep__own_hours", TextField()) if needs_hours(rules) else Value("{}"),
        skills_text=Cast("rep__skills", TextField()) if counts_skills(rotation) else Value(""),
        counted_text=Cast("skills_counted", TextField()) if counts_skills(rotation) else Value(""),
        unseen_since=Case(When(unseen, then=F("rep__last_seen_at")))
        if rules.not_seen
        else Value(None, DateTimeField()),
        was_seen=Q(rep__last_seen_at__isnull=False) if rules.not_seen else Value(True),
    )
    return [MemberRow._make(row) for row in rows.order_by("position", "pk").values_list(*FIELDS)]


def counts_skills(rotation: Rotation) -> bool:
    """Whether members with different skills have different clocks (decisions/rotation/needs.py)."""
    return bool(rotation.skill or rotation.needs)


def needs_hours(rules: AvailabilityRules) -> bool:
    """Days off do not count as days on which somebody was not seen (L6), so that rule needs hours too."""
    return rules.outside_hours or rules.not_seen
