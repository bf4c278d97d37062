"""A made-up event, for who sets up a receiver before anything has happened (I3)."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from types import MappingProxyType

from leads.decisions.webhooks.body import Happened, User
from leads.decisions.webhooks.events import Event

LEAD_ID, ACTIVITY_ID = 1001, 5001
_HOLDER = User(12, "Rina Hartono", "rina@example.com")
_LEAD: Mapping[str, object] = MappingProxyType(
    {
        "external_id": "A-1001",
        "first_name": "Dewi",
        "last_name": "Lestari",
        "title": "Head of Operations",
        "email": "dewi@example.com",
        "phone": "+6281230001001",
        "message": "Please call me about a demo.",
        "company_name": "PT Maju Jaya",
        "company_domain": "example.com",
        "company_size": 120,
        "industry": "Logistics",
        "country": "ID",
        "city": "Surabaya",
        "source": "Demo request",
        "lead_type": "hot_inbound",
        "channel": "form",
        "score": 82,
    }
)
_STAGES: Mapping[Event, str] = MappingProxyType(
    {
        Event.CAPTURED: "captured",
        Event.QUEUED: "waiting",
        Event.ASSIGNED: "held",
        Event.CONTACTED: "held",
        Event.BREACHED: "held",
        Event.RETURNED: "captured",
        Event.CONVERTED: "converted",
        Event.CLOSED: "disqualified",
    }
)
_DETAILS: Mapping[Event, Mapping[str, object]] = MappingProxyType(
    {
        Event.QUEUED: {"queue": "Hot inbound"},
        Event.ASSIGNED: {"place": "Hot inbound", "how": "take_next"},
        Event.CONTACTED: {"kind": "call", "outcome": "reached"},
        Event.BREACHED: {"clock": "contact", "number": 1},
        Event.RETURNED: {"reason": "wrong_segment"},
        Event.CONVERTED: {"from": "held"},
        Event.CLOSED: {"from": "held", "reason": "no_need"},
    }
)


def made_up(event: Event, *, at: datetime, site: str, own: Sequence[tuple[str, bool]], is_test: bool) -> Happened:
    """`own` are the keys of own fields, with whether each may be seen before a claim; they have no value here."""
    came = at - timedelta(minutes=20)
    moments = {"stage_at": at, "captured_at": came, "created_at": came}
    details = _DETAILS.get(event, {})
    return Happened(
        activity_id=ACTIVITY_ID,
        event=event,
        at=at,
        lead_id=LEAD_ID,
        lead_url=f"{site}/leads/{LEAD_ID}/",
        lead={**_LEAD, **moments, "stage": _STAGES[event], "closed_reason": details.get("reason", "")},
        details=details,
        own=[(key, None, is_open) for key, is_open in own],
        by=None if event in (Event.CAPTURED, Event.QUEUED, Event.BREACHED) else _HOLDER,
        holder=None if event in (Event.CAPTURED, Event.QUEUED) else _HOLDER,
        is_test=is_test,
    )
