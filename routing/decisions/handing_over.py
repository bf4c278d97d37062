"""Why a rep hands a lead to a colleague (M7). Only codes: routing.presenters.choices has the words."""

from enum import StrEnum


class HandOverReason(StrEnum):
    NO_CAPACITY = "no_capacity"
    AWAY_SOON = "away_soon"
    KNOWN_TO_THEM = "known_to_them"  # the colleague knows the customer
    NO_SKILL = "no_skill"
    WRONG_SEGMENT = "wrong_segment"
