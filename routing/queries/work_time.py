"""Reads the clocks of teams and reps (D3)."""

from collections.abc import Collection, Mapping

from routing.decisions.availability.work_time import WALL, Clock
from routing.decisions.contact_terms import ContactTerms


def clock_of(calendar_id: int | None) -> Clock:
    """The clock of one calendar; wall time without one."""
    return clocks_of([calendar_id])[calendar_id]


def clocks_of(calendar_ids: Collection[int | None]) -> Mapping[int | None, Clock]:
    """The clocks of these calendars, read at once; None is wall time. Read them again for each request, because an edit
    of hours changes them.

    Wall time for all until calendars are filled.
    """
    return dict.fromkeys(calendar_ids, WALL)


def contact_calendars(terms: ContactTerms, holders: Collection[int]) -> Mapping[int, int | None]:
    """The calendar that the contact clock of each of these users counts by; None is wall time.

    None for all until calendars are filled.
    """
    return dict.fromkeys(holders)
