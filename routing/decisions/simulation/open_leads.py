"""How many leads each member has open while leads of the past are replayed.

Leads from elsewhere are open as they really were. A lead of the rotation is open with the rep to whom the replay gives
it, for as long as it really was open.
"""

from collections.abc import Mapping
from datetime import datetime
from heapq import heappop, heappush


class OpenLeads:
    """By member. Time only goes forward."""

    def __init__(self) -> None:
        self._open: dict[int, int] = {}
        self._ends: list[tuple[datetime, int]] = []

    def move_to(self, at: datetime, opened: Mapping[int, int]) -> None:
        """`opened`: how many more leads from elsewhere are open now; fewer are below 0."""
        for member, more in opened.items():
            self._open[member] = self.of(member) + more
        while self._ends and self._ends[0][0] <= at:
            _end, member = heappop(self._ends)
            self._open[member] -= 1

    def give(self, member: int, *, until: datetime | None) -> None:
        """`until` None: the lead is still open."""
        self._open[member] = self.of(member) + 1
        if until is not None:
            heappush(self._ends, (until, member))

    def of(self, member: int) -> int:
        return self._open.get(member, 0)
