"""What people may change on a rotation and on its members."""

from routing.decisions.availability.caps import WINDOWS

EDITABLE = {
    "name",
    "is_active",
    "way",
    "value_of",
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
    "time_zone",
    "resets",
    "counts_by_hand",
    "counts_owner_match",
    "joins_level",
    *(f"cap_{window}" for window in WINDOWS),
}
OPENING = EDITABLE - {"name"}  # such a change can make somebody eligible
OWN = ("is_paused", "weight", *(f"cap_{window}" for window in WINDOWS))  # what a member has of its own
