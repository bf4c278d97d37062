"""Which event an activity is to programs outside (I3)."""

from collections.abc import Iterable, Mapping
from enum import StrEnum

CONVERTED = "converted"  # the stage


class Event(StrEnum):
    CAPTURED = "lead.captured"
    QUEUED = "lead.queued"
    ASSIGNED = "lead.assigned"
    CONTACTED = "lead.contacted"
    BREACHED = "lead.breached"
    RETURNED = "lead.returned"
    CONVERTED = "lead.converted"
    CLOSED = "lead.closed"


_BY_KIND: Mapping[str, Event] = {
    "captured": Event.CAPTURED,
    "queued": Event.QUEUED,
    "assigned": Event.ASSIGNED,
    "contacted": Event.CONTACTED,
    "breached": Event.BREACHED,
    "returned": Event.RETURNED,
    "closed": Event.CLOSED,
    "archived": Event.CLOSED,
    "merged": Event.CLOSED,
}
KINDS = frozenset(_BY_KIND)  # of activities that are events


class UnknownEvents(ValueError):
    """`names` are no events, or there is none."""

    def __init__(self, names: list[str]) -> None:
        super().__init__(", ".join(names))
        self.names = names


def event_of(kind: str, details: Mapping[str, object]) -> Event | None:
    """None for what programs do not hear: notes, snoozes, scores, and a known lead that came in again. That is no new
    lead, and who counts captured leads would count it twice; where it goes then is queued or assigned."""
    if kind == "closed" and details.get("stage") == CONVERTED:
        return Event.CONVERTED
    return _BY_KIND.get(kind)


def kinds_of(event: Event) -> list[str]:
    """The activities that may be this event; event_of() decides."""
    wanted = Event.CLOSED if event is Event.CONVERTED else event
    return [kind for kind, found in _BY_KIND.items() if found is wanted]


def known_events(names: Iterable[str]) -> list[Event]:
    """In the order of a lead's life, each once. Raises UnknownEvents."""
    wanted = list(names)
    unknown = [name for name in wanted if name not in tuple(Event)]
    if unknown or not wanted:
        raise UnknownEvents(unknown)
    return [event for event in Event if event in wanted]
