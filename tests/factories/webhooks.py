"""Endpoints, and leads to which things happen."""

from collections.abc import Callable
from datetime import datetime

from leads.actions.intake.capture import capture_lead
from leads.actions.webhooks.endpoints import make_endpoint
from leads.actions.webhooks.sending import send_deliveries
from leads.decisions.webhooks.events import Event
from leads.models import Activity, Endpoint, Lead, WebhookDelivery
from tests.factories.people import MORNING

ALL = tuple(Event)


def endpoint_at(address: str, *, events=ALL, at: datetime = MORNING, name: str = "Warehouse", **more) -> Endpoint:
    return secret_and_endpoint(address, events=events, at=at, name=name, **more)[0]


def secret_and_endpoint(
    address: str, *, events=ALL, at: datetime = MORNING, name: str = "Warehouse", **more
) -> tuple[Endpoint, str]:
    return make_endpoint(name, address, events=events, at=at, **{"by": None, **more})


def arrive(number: int = 1, *, at: datetime = MORNING, **more: object) -> Lead:
    """A lead from a program, as events of it are told."""
    raw = {"email": f"dewi{number}@example.com", "first_name": "Dewi", "last_name": "Lestari", "source": "Demo request"}
    return capture_lead({**raw, "company_name": f"Company {number}", **more}, channel="api", at=at).lead


def happens(lead: Lead, kind: str, *, at: datetime = MORNING, by=None, **details: object) -> Activity:
    return Activity.objects.create(lead=lead, kind=kind, at=at, by=by, details=details)


def still(at: datetime) -> Callable[[], datetime]:
    """A clock that stands."""
    return lambda: at


def no_jitter() -> float:
    return 0


def send(at: datetime = MORNING) -> int:
    return send_deliveries(clock=still(at), jitter=no_jitter)


def the_row() -> WebhookDelivery:
    return WebhookDelivery.objects.get()
