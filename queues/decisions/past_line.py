"""What a waiting lead was at a past moment, from what is recorded of it (K3).

An entry keeps the keys that it had last, so everything that changed them later is taken back, the newest first.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

SCORED, CORRECTED, RE_ENGAGED, CRM, QUEUED, MOVED, UNDONE = KINDS = (
    "scored", "corrected", "re_engaged", "crm", "queued", "moved", "undone",
)  # fmt: skip
FRONT = "front"
UNDO_WITHIN = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Event:
    """One activity of a lead that can have changed its place; `kind` is one of KINDS."""

    kind: str
    at: datetime
    details: Mapping


@dataclass(frozen=True, slots=True)
class LeadThen:
    """The score and the recorded fields as they were. `is_sure`: nothing happened since that may have changed fields
    without a record of what was there before."""

    score: int
    fields: Mapping[str, object]
    is_changed: bool
    is_sure: bool


def lead_then(score: int, events: Sequence[Event], *, at: datetime) -> LeadThen:
    """`score` is that of now; `events` are in order."""
    later = [event for event in events if event.at > at and "activity" not in event.details]  # not about an act
    fields: dict[str, object] = {}
    for event in reversed(later):
        score = _score_before(event, score)
        if event.kind == CORRECTED:
            fields |= dict(event.details.get("from") or {})
    filled = any(_has_filled(event) for event in later)
    changes = [event for event in later if event.kind in (SCORED, CORRECTED) or _has_filled(event)]
    return LeadThen(score, fields, is_changed=bool(changes), is_sure=not filled)


def _has_filled(event: Event) -> bool:
    """An arrival, a merge, or a record of a CRM that brought facts."""
    is_record = event.kind == CRM and "score_from" in event.details
    return event.kind == RE_ENGAGED or is_record or "merge" in event.details


def _score_before(event: Event, score: int) -> int:
    details = event.details
    if event.kind == SCORED:
        return _number(details.get("from"), score)
    if "score_from" in details:
        return _number(details["score_from"], score)
    return _number((details.get("from") or {}).get("score"), score) if event.kind == CORRECTED else score


def was_front(is_front: bool, events: Iterable[Event], *, entry_id: int, entered_at: datetime, at: datetime) -> bool:
    """Whether a manager had moved it to the front of the queue. `is_front` is how its stay ended, or goes on."""
    stay = [event for event in events if event.at >= entered_at]
    came_so = any(e.kind == QUEUED and e.details.get("entry") == entry_id and e.details.get(FRONT) for e in stay)
    moves = [event for event in stay if _is_about_front(event)]
    if not any(event.kind == MOVED for event in moves):
        return is_front
    found, since = came_so, entered_at
    for event in moves:
        if event.at > at:
            break
        if event.kind == MOVED:
            found, since = True, event.at
        elif event.details.get("decision") == FRONT or event.at - since <= UNDO_WITHIN:
            found = False
    return found


def _is_about_front(event: Event) -> bool:
    """An undo says what was undone; those of earlier releases say nothing, if it was about an escalation."""
    return event.kind == MOVED or (
        event.kind == UNDONE
        and event.details.get("decision", FRONT) == FRONT
        and not (event.details.keys() - {"decision"})
    )


def _number(value: object, otherwise: int) -> int:
    return value if isinstance(value, int) else otherwise
