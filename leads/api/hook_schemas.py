"""What programs send and receive about webhooks (I3)."""

from datetime import datetime

from ninja import Schema
from pydantic import BaseModel, Field

from leads.decisions.webhooks.events import Event


class HookIn(BaseModel):
    """A subscription. `event` or `events`."""

    target_url: str = Field(
        description="Where messages go: https, port 443 or 8443, a public host; never Alur itself.",
        examples=["https://hooks.example.com/1001"],
    )
    event: Event | None = None
    events: list[Event] = Field([], description="Several events to one address.")
    name: str | None = Field(None, description="What sales ops see; otherwise the name of the key and the events.")
    expiration_date: datetime | None = Field(None, description="When it ends by itself; otherwise never.")


class HookMade(Schema):
    """secret: verifies signatures, by Standard Webhooks. It is shown once."""

    id: str
    secret: str


class Hook(Schema):
    """failing_since: nothing has arrived since; after five days it is switched off. is_active is false when nothing is
    sent there: it is switched off, has ended, or the key may not subscribe any more."""

    id: str
    name: str
    target_url: str
    events: list[str]
    is_active: bool
    failing_since: datetime | None
    expires_at: datetime | None


class Message(Schema):
    """type: the event; data: flat, each field a text, a number, true, false or null."""

    type: str
    id: str
    timestamp: str
    data: dict[str, str | int | float | bool | None]


class Me(Schema):
    name: str
    may_send_leads: bool
    may_make_hooks: bool
    hooks_see_person: bool
