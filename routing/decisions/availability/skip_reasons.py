"""Why a member of a rotation is passed over. Turns, rosters, ledger lines and receipts store these values (C6)."""

from enum import StrEnum


class SkipReason(StrEnum):
    INACTIVE = "inactive"
    SWITCHED_OFF = "switched_off"
    ON_LEAVE = "on_leave"
    PUBLIC_HOLIDAY = "public_holiday"
    ALL_DAY_MEETING = "all_day_meeting"
    OVER_CAPACITY = "over_capacity"
    NOT_SEEN = "not_seen"
    OUTSIDE_HOURS = "outside_hours"
    UNAVAILABLE = "unavailable"
    PAUSED = "paused"  # in this rotation, or by weight 0
    DECLINED = "declined"  # this rep gave this very lead back (C4)
    HAD_IT = "had_it"  # has held this very lead until now, or let its time limit for first contact pass before (D2)
    NO_SKILL = "no_skill"
    AHEAD = "ahead"  # has as many leads more than another as the spread limit allows (F8)
    DUE_LESS = "had_one"  # stands before the chosen member, but was due less (L11)
    CAP_HOUR = "cap_hour"
    CAP_DAY = "cap_day"
    CAP_WEEK = "cap_week"
    CAP_MONTH = "cap_month"


AWAY = frozenset({SkipReason.ON_LEAVE, SkipReason.PUBLIC_HOLIDAY, SkipReason.ALL_DAY_MEETING})  # they have a known end
