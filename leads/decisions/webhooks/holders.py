"""Who held a lead when something happened to it, as its activities tell (I3).

Who holds a lead is known above leads; but the stream of activities says it too, and what is read from it cannot have
changed since.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from leads.decisions.webhooks.events import CONVERTED

ENDS = frozenset(
    ("queued", "returned", "released", "closed", "nurtured", "recycled", "archived", "partner", "merged")
)  # nobody holds the lead any more
MOVES = ENDS | {"assigned", "undone"}  # the kinds that change who holds a lead


@dataclass(frozen=True, slots=True)
class Act:
    """An activity of one lead."""

    pk: int
    kind: str
    at: datetime
    details: Mapping[str, object]


@dataclass(slots=True)
class _Held:
    """`before` held the lead until that ended at `ended_at`, and `earlier` until `holder` took it over: an undo may
    give it back to them."""

    holder: int | None = None
    before: int | None = None
    ended_at: datetime | None = None
    earlier: int | None = None


def holders(acts: Iterable[Act], *, of: Collection[int]) -> dict[int, int | None]:
    """Of all acts of one lead that are in MOVES or in `of`, in their order: who held the lead at each in `of`. An act
    that ends this names who held it until then, and one that ends a deal who made the deal."""
    held, found = _Held(), {}
    for act in acts:
        until = held.before if act.details.get("from") == CONVERTED else held.holder
        _follow(held, act)
        if act.pk in of:
            found[act.pk] = until if act.kind in ENDS else held.holder
    return found


def _follow(held: _Held, act: Act) -> None:
    if act.kind == "assigned":
        held.earlier = held.before if held.ended_at == act.at else None
        held.holder, held.before = _person(act.details), None
    elif act.kind in ENDS and held.holder is not None:
        held.before = None if act.kind == "returned" else held.holder
        held.holder, held.ended_at = None, act.at
    elif act.kind == "undone":
        _undo(held, act.details)


def _undo(held: _Held, details: Mapping[str, object]) -> None:
    """What was undone: an assignment, or an end. The undo of a note or a contact changes nothing."""
    if "assignment" in details:
        held.holder, held.earlier = held.earlier, None
    elif "holder" in details:
        held.holder = _person(details)
    elif held.holder is None and ("from" in details or "merge" in details):
        held.holder = held.before


def _person(details: Mapping[str, object]) -> int | None:
    holder = details.get("holder")
    return holder if isinstance(holder, int) else None
