"""Reads the caps of members, and when those who reached one may be given leads again (F5)."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from json import loads
from zoneinfo import ZoneInfo

from routing.decisions.availability.caps import CAPPED, WINDOWS, opens_at, windows_at
from routing.decisions.rotation.state import RotationState
from routing.models import Rotation, RotationMember

COLUMNS = [f"cap_{window}" for window in WINDOWS]


def caps_by_member(rotation: Rotation) -> dict[int, Mapping[str, int | None]]:
    """A member's own caps come before those of the rotation. Without members who have no cap."""
    found: dict[int, Mapping[str, int | None]] = {}
    for pk, *own in RotationMember.objects.filter(rotation=rotation).order_by("pk").values_list("pk", *COLUMNS):
        caps = [mine if mine is not None else getattr(rotation, name) for mine, name in zip(own, COLUMNS, strict=True)]
        if any(cap is not None for cap in caps):
            found[pk] = dict(zip(WINDOWS, caps, strict=True))
    return found


def cap_ends(rotation: Rotation, state: RotationState, *, at: datetime) -> dict[int, datetime]:
    """By member, when one more lead may be given to those who reached a cap, as a full minute, because leads that were
    held are given out once a minute; without members whose cap is 0. One query if anybody did."""
    reached = [each.member_id for each in state.members if each.skip_reason in CAPPED.values()]
    caps = caps_by_member(rotation) if reached else {}
    found = {}
    for pk in reached:
        windows = windows_at(at, state.zones.get(pk) or ZoneInfo(rotation.time_zone))
        opens = opens_at(caps.get(pk, {}), loads(state.counts.get(pk) or "{}"), windows)
        if opens is not None:
            found[pk] = opens + timedelta(seconds=-opens.timestamp() % 60)
    return found
