"""Make, change, switch and remove endpoints, and change their secrets (I3)."""

import base64
import secrets
from collections.abc import Collection, Iterable
from datetime import datetime, timedelta

from django.contrib.auth.models import User
from django.db import transaction

from config.history_author import set_history_author
from config.sealing import seal
from config.web.safe_fetch import OUTSIDE, Network
from leads.actions.webhooks.addresses import checked_address
from leads.decisions.webhooks.addresses import may_be_header, may_be_header_value, shown_host
from leads.decisions.webhooks.events import known_events
from leads.models import Activity, ApiKey, Endpoint, WebhookDelivery

BOTH_SIGN_FOR = timedelta(hours=24)
MOST_HOOKS = 100  # of one key
ONE_ASK = timedelta(minutes=1)  # the same again within it is a double click, or a program that heard no answer
ALIKE = ("api_key", "made_by", "name", "address", "events", "may_see_person", "header_name", "expires_at")
State = WebhookDelivery.State


class HeaderRefused(Exception):
    """Not a header that may be sent with each message."""


class TooManyHooks(Exception):
    """This key has as many webhooks as a key may have."""


class EndpointIsOff(Exception):
    """It is switched off, has ended, or its key was revoked."""


class EndpointIsOn(Exception):
    """It is switched on already."""


class EndpointIsRemoved(Exception):
    """Nothing can be done with it any more."""


def make_endpoint(
    name: str,
    address: str,
    *,
    events: Iterable[str],
    by: User | None,
    at: datetime,
    may_see_person: bool = False,
    header: tuple[str, str] | None = None,
    api_key: ApiKey | None = None,
    expires_at: datetime | None = None,
    network: Network = OUTSIDE,
) -> tuple[Endpoint, str]:
    """The endpoint, and its secret, which nobody can read again. With `api_key` it is the program's own. Who asks for
    the same again within a minute gets the same endpoint, with a secret that is seen this time. Raises AddressRefused,
    UnknownEvents, HeaderRefused, TooManyHooks."""
    endpoint = Endpoint(
        name=name,
        events=[str(event) for event in known_events(events)],
        may_see_person=may_see_person,
        origin=Endpoint.Origin.ADMIN if api_key is None else Endpoint.Origin.REST_HOOK,
        api_key=api_key,
        expires_at=expires_at,
        made_at=at,
        made_by=by,
    )
    _set_address(endpoint, checked_address(address, network=network), at=at)
    _set_header(endpoint, header)
    secret = _new_secret()
    endpoint.secret = seal(secret)
    with transaction.atomic():
        if api_key is not None:
            ApiKey.objects.select_for_update().get(pk=api_key.pk)
        elif by is not None:
            User.objects.select_for_update(no_key=True).get(pk=by.pk)
        if (twin := _twin(endpoint)) is not None:
            twin.secret = endpoint.secret
            _set_header(twin, header)
            _save(twin, by)
            return twin, secret
        if api_key is not None and _kept_of(api_key, at=at) >= MOST_HOOKS:
            raise TooManyHooks
        newest = Activity.objects.order_by("-pk").values_list("pk", flat=True).first()
        endpoint.after_activity = newest or 0
        set_history_author(endpoint, by)
        endpoint.save(force_insert=True)
    return endpoint, secret


def change_endpoint(
    endpoint: Endpoint,
    *,
    name: str,
    address: str = "",
    events: Iterable[str],
    may_see_person: bool,
    by: User | None,
    at: datetime,
    header: tuple[str, str] | None = None,
    expires_at: datetime | None = None,
    network: Network = OUTSIDE,
) -> Endpoint:
    """Without `address` it stays as it is. `header` None leaves the fixed header as it is, and ("", "") takes it away.
    What waits goes to the new address. Raises AddressRefused, UnknownEvents, HeaderRefused, EndpointIsRemoved."""
    typed = checked_address(address, network=network) if address else ""
    known = [str(event) for event in known_events(events)]
    with transaction.atomic():
        locked = _locked(endpoint)
        if typed and locked.address != typed:
            _set_address(locked, typed, at=at)
            _forget_failures(locked)
        locked.name, locked.events = name, known
        locked.may_see_person, locked.expires_at = may_see_person, expires_at
        _set_header(locked, header)
        _save(locked, by)
    return locked


@transaction.atomic
def rotate_secret(endpoint: Endpoint, *, by: User | None, at: datetime) -> str:
    """A new secret, shown once. For a day the one before signs too, so that the receiver can change in peace. A second
    press within a minute replaces the new secret only: nobody has seen that, and the receiver knows the one before."""
    locked = _locked(endpoint)
    secret = _new_secret()
    is_second_press = locked.former_until is not None and locked.former_until > at + BOTH_SIGN_FOR - ONE_ASK
    if locked.secret and not is_second_press:
        locked.former_secret, locked.former_until = locked.secret, at + BOTH_SIGN_FOR
    locked.secret = seal(secret)
    _save(locked, by)
    return secret


@transaction.atomic
def switch_off(endpoint: Endpoint, *, by: User | None, at: datetime) -> Endpoint:
    """What waits goes on waiting; what happens until it is on again makes no messages. Raises EndpointIsOff,
    EndpointIsRemoved."""
    locked = _locked(endpoint)
    if not locked.is_active:
        raise EndpointIsOff
    locked.is_active, locked.off_at, locked.off_reason = False, at, Endpoint.OffReason.BY_HAND
    _save(locked, by)
    return locked


@transaction.atomic
def switch_on(endpoint: Endpoint, *, by: User | None, at: datetime) -> Endpoint:
    """Everything that waits is due at once. What happened while it was off was not kept for it. Raises EndpointIsOn,
    EndpointIsRemoved."""
    locked = _locked(endpoint)
    if locked.is_active:
        raise EndpointIsOn
    locked.is_active, locked.off_at, locked.off_reason, locked.off_told_at = True, None, "", None
    _forget_failures(locked)
    _save(locked, by)
    locked.deliveries.filter(state=State.WAITING).update(next_at=at)
    return locked


@transaction.atomic
def try_now(endpoint: Endpoint, *, by: User | None, at: datetime) -> int:
    """Everything that waits is due at once; how much that is. The log says who asked for it. The endpoint still counts
    as failing until something arrives. Raises EndpointIsOff."""
    locked = _locked(endpoint)
    check_in_use(locked, at=at)
    Endpoint.objects.filter(pk=locked.pk).update(resting_until=None)
    waiting = endpoint.deliveries.filter(state=State.WAITING)
    return waiting.update(next_at=at, asked_how=WebhookDelivery.Asked.TRY, asked_at=at, asked_by=by)


@transaction.atomic
def remove_endpoint(endpoint: Endpoint, *, by: User | None, at: datetime) -> Endpoint:
    """Nothing goes there any more. Its messages stay readable as long as those of others. Raises EndpointIsRemoved."""
    locked = _locked(endpoint)
    if locked.is_active:
        locked.is_active, locked.off_at, locked.off_reason = False, at, Endpoint.OffReason.BY_HAND
    locked.removed_at = at
    _save(locked, by)
    cancel_waiting(locked)
    return locked


@transaction.atomic
def remove_hooks_of(key: ApiKey, *, by: User | None, at: datetime) -> int:
    """End all that the program made; how many that were."""
    found = list(Endpoint.objects.kept().filter(api_key=key).order_by("pk"))
    for endpoint in found:
        remove_endpoint(endpoint, by=by, at=at)
    return len(found)


def mark_failing_told(ids: Collection[int], *, at: datetime) -> None:
    Endpoint.objects.filter(pk__in=ids).update(failing_told_at=at)


def mark_off_told(ids: Collection[int], *, at: datetime) -> None:
    Endpoint.objects.filter(pk__in=ids).update(off_told_at=at)


def cancel_waiting(endpoint: Endpoint) -> int:
    return endpoint.deliveries.filter(state=State.WAITING).update(state=State.CANCELLED, next_at=None)


def check_in_use(endpoint: Endpoint, *, at: datetime) -> None:
    if not Endpoint.objects.in_use(at).filter(pk=endpoint.pk).exists():
        raise EndpointIsOff


def _twin(asked: Endpoint) -> Endpoint | None:
    """What the same person or program asked for a moment ago, with the same words."""
    if asked.api_key is None and asked.made_by is None:
        return None
    alike = {name: getattr(asked, name) for name in ALIKE}
    return Endpoint.objects.kept().filter(**alike, made_at__gt=asked.made_at - ONE_ASK).order_by("pk").first()


def _kept_of(key: ApiKey, *, at: datetime) -> int:
    """Without those that have ended by themselves: who subscribes for a day at a time would come to the limit."""
    return Endpoint.objects.kept().filter(api_key=key).exclude(expires_at__lte=at).count()


def _forget_failures(endpoint: Endpoint) -> None:
    endpoint.failures, endpoint.failing_since, endpoint.resting_until, endpoint.failing_told_at = 0, None, None, None


def _locked(endpoint: Endpoint) -> Endpoint:
    locked = Endpoint.objects.select_for_update(no_key=True).get(pk=endpoint.pk)
    if locked.removed_at is not None:
        raise EndpointIsRemoved
    return locked


def _save(endpoint: Endpoint, by: User | None) -> None:
    set_history_author(endpoint, by)
    endpoint.save()


def _set_address(endpoint: Endpoint, address: str, *, at: datetime) -> None:
    endpoint.address, endpoint.host, endpoint.address_at = address, shown_host(address), at


def _set_header(endpoint: Endpoint, header: tuple[str, str] | None) -> None:
    if header is None:
        return
    name, value = header[0].strip(), header[1].strip()
    if not (name or value):
        endpoint.header_name = endpoint.header_value = ""
        return
    if not may_be_header(name) or not may_be_header_value(value):
        raise HeaderRefused
    endpoint.header_name, endpoint.header_value = name, seal(value)


def _new_secret() -> str:
    """As Standard Webhooks write it."""
    return f"whsec_{base64.b64encode(secrets.token_bytes(32)).decode()}"
