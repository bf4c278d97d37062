"""REST hooks: a program subscribes to events, sees samples of them, and ends its subscription, as Zapier does (I3)."""

import json
from contextlib import suppress
from datetime import UTC, datetime

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from ninja import Router, Status

from config.web.ids import MAX_ID
from leads.actions.webhooks.addresses import AddressRefused
from leads.actions.webhooks.endpoints import EndpointIsRemoved, TooManyHooks, make_endpoint, remove_endpoint
from leads.api.bodies import sent_object
from leads.api.hook_schemas import Hook, HookMade, Me, Message
from leads.api.refusals import Refused, check_may, key_of
from leads.api.schemas import Refusal, body_schema
from leads.decisions.webhooks.body import Happened, body
from leads.decisions.webhooks.events import Event, UnknownEvents, known_events
from leads.decisions.webhooks.sample import made_up
from leads.models import ApiKey, Endpoint
from leads.presenters.webhook_addresses import address_text
from leads.queries.webhooks import hooks_of, newest_of, open_own_keys

router = Router()
SAMPLES = 3
_REFUSALS = {400: Refusal, 401: Refusal, 403: Refusal, 415: Refusal, 422: Refusal, 429: Refusal}


@router.get("/me", response={200: Me, 401: Refusal, 429: Refusal}, summary="See whose key this is")
def me(request: HttpRequest):
    """For the connection test of a program."""
    key = key_of(request)
    return {
        "name": key.name,
        "may_send_leads": key.may_send_leads,
        "may_make_hooks": key.may_make_hooks,
        "hooks_see_person": key.hooks_see_person,
    }


@router.post(
    "/hooks",
    response={201: HookMade, **_REFUSALS, 409: Refusal, 413: Refusal},
    summary="Subscribe to events",
    openapi_extra=body_schema("HookIn"),
)
def make_hook(request: HttpRequest):
    """Each event is sent to target_url as JSON, signed by Standard Webhooks with the secret, which only this answer
    holds. Name one event or several. A receiver that answers 410 has unsubscribed."""
    key, sent = check_may(request, "may_make_hooks"), sent_object(request)
    events, ends = _events(sent), _end(sent)
    address = sent.get("target_url")
    try:
        endpoint, secret = make_endpoint(
            _name(sent, key, events),
            address if isinstance(address, str) else "",
            events=events,
            by=None,
            at=timezone.now(),
            may_see_person=key.hooks_see_person,
            api_key=key,
            expires_at=ends,
        )
    except AddressRefused as refused:
        raise _wrong("target_url", address_text(refused.code)) from None
    except TooManyHooks:
        raise Refused(409, _("This key has too many webhooks. Remove some first.")) from None
    return Status(201, {"id": str(endpoint.pk), "secret": secret})


@router.get("/hooks", response={200: list[Hook], 401: Refusal, 429: Refusal}, summary="See your webhooks")
def see_hooks(request: HttpRequest):
    """Those that were made with your key, also when it may make no more."""
    at = timezone.now()
    return [_shown(endpoint, at=at) for endpoint in hooks_of(key_of(request))]


@router.get("/hooks/samples", response={200: list[Message], **_REFUSALS}, summary="See what an event looks like")
def see_samples(request: HttpRequest, event: str):
    """Exactly what would be sent for the newest leads, at most three, else one that is made up. Sample ids begin with
    msg_sample; a real one is the same at every attempt."""
    key = check_may(request, "may_make_hooks")
    wanted, at = _known([event], "event")[0], timezone.now()
    own = open_own_keys()
    found = newest_of(wanted, most=SAMPLES) or [made_up(wanted, at=at, site=settings.SITE_URL, own=own, is_test=False)]
    return [_sample(each, key) for each in found]


@router.delete(
    "/hooks/{hook_id}",
    response={204: None, 401: Refusal, 404: Refusal, 429: Refusal},
    summary="End a subscription",
)
def remove_hook(request: HttpRequest, hook_id: str) -> HttpResponse:
    """Nothing is sent there from now on. Only a webhook that was made with your key, also when it may make no more."""
    key = key_of(request)
    is_id = hook_id.isascii() and hook_id.isdigit() and len(hook_id) < 20 and int(hook_id) <= MAX_ID
    endpoint = hooks_of(key).filter(pk=int(hook_id)).first() if is_id else None
    if endpoint is None:
        raise Refused(404, _("No webhook of yours has this id."))
    with suppress(EndpointIsRemoved):  # by another call at this moment
        remove_endpoint(endpoint, by=None, at=timezone.now())
    return Status(204, None)


def _events(sent: dict[str, object]) -> list[Event]:
    several, one = sent.get("events"), sent.get("event")
    sent_names = several if isinstance(several, list) else [several]
    names = [str(name) for name in (*sent_names, one) if name is not None]
    return _known(names, "event" if several is None else "events")


def _known(names: list[str], field: str) -> list[Event]:
    try:
        return known_events(names)
    except UnknownEvents as unknown:
        words = _("Name one or more of these: %(events)s.") % {"events": ", ".join(Event)}
        if unknown.names:
            words = _("“%(name)s” is no event. %(hint)s") % {"name": unknown.names[0][:60], "hint": words}
        raise _wrong(field, words) from None


def _end(sent: dict[str, object]) -> datetime | None:
    """When the subscription ends by itself, if the program says so."""
    said = sent.get("expiration_date")
    if said in (None, ""):
        return None
    try:
        end = parse_datetime(str(said))
        end = end and (end.astimezone(UTC) if end.tzinfo else end.replace(tzinfo=UTC))
    except (ValueError, OverflowError):  # the first and the last day of all years have no UTC
        end = None
    if end is None:
        raise _wrong("expiration_date", _("Send date and time, such as 2026-11-16T09:30:00+07:00."))
    if end <= timezone.now():
        raise _wrong("expiration_date", _("This time is over. Send a later one, or none."))
    return end


def _name(sent: dict[str, object], key: ApiKey, events: list[Event]) -> str:
    name = sent.get("name")
    if isinstance(name, str) and name.strip():
        return name.strip()[:80]
    return f"{key.name}: {', '.join(event.removeprefix('lead.') for event in events)}"[:80]


def _wrong(field: str, problem: str) -> Refused:
    return Refused(422, problem, [{"field": field, "problem": problem}])


def _shown(endpoint: Endpoint, *, at: datetime) -> dict[str, object]:
    return {
        "id": str(endpoint.pk),
        "name": endpoint.name,
        "target_url": endpoint.address,
        "events": endpoint.events,
        "is_active": endpoint.is_used(at),
        "failing_since": endpoint.failing_since,
        "expires_at": endpoint.expires_at,
    }


def _sample(happened: Happened, key: ApiKey) -> dict[str, object]:
    webhook_id = f"msg_sample_{happened.activity_id}"
    return json.loads(body(happened, webhook_id=webhook_id, may_see_person=key.hooks_see_person))
