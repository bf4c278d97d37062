"""Which columns of a rotation and of its members people may change."""

from routing.decisions.availability.caps import WINDOWS

EDITABLE = {
    "name",
    "is_active",
    "way",
    "value_of",
    "spread_limit",
    "order",
    "shuffle_days",
    "when_nobody",
    "fallback",
    "skips_on_leave",
    "skips_all_day_meeting",
    "skips_switched_off",
    "skips_over_capacity",
    "skips_not_seen",
    "skips_outside_hours",
    "skill",
    "skipped_means",
    "owed_limit",
    "owed_a_day",
    "made_up_percent",
    "time_zone",
    "resets",
    "counts_by_hand",
    "counts_owner_match",
    "joins_level",
    *(f"cap_{window}" for window in WINDOWS),
    "cap_zone",
}
# what older snapshots do not have, and what they meant
NEWER = {"cap_zone": "rotation", "made_up_percent": 100, "spread_limit": None}
CAN_MAKE_ELIGIBLE = EDITABLE - {"name"}  # a change of these can make somebody eligible for a lead
MEMBER_FIELDS = ("is_paused", "weight", "ramp", *(f"cap_{window}" for window in WINDOWS))
NEWER_OF_MEMBERS = {"ramp": ""}
