"""A rotation that begins anew every day, or every Monday, does so with its first turn of it (F10)."""

from dataclasses import replace
from datetime import date, timedelta
from enum import StrEnum

from routing.decisions.rotation.state import TURN, Line


class Resets(StrEnum):
    NEVER = "never"
    DAILY = "daily"
    WEEKLY = "weekly"


def begins(resets: str, *, on: date) -> date | None:
    """The first day of the stretch in which this day lies; None where it never begins anew."""
    if resets == Resets.NEVER:
        return None
    return on if resets == Resets.DAILY else on - timedelta(days=on.weekday())


def begins_next(resets: str, *, on: date, reset_on: date | None) -> date | None:
    """The day with whose first turn it begins anew next: today when that is due, as no turn was taken since it was;
    None where it never does."""
    since = begins(resets, on=on)
    if since is None:
        return None
    if reset_on is not None and reset_on < since:
        return on
    return since + timedelta(days=1 if resets == Resets.DAILY else 7)


def anew(line: Line) -> Line:
    """Sums and pointer begin again; what is owed stays, and stays beside the share of the new stretch."""
    members = tuple(replace(each, balance=each.owed * TURN, base=line.virtual) for each in line.members)
    return replace(line, members=members, pointer=None, in_block=0)
