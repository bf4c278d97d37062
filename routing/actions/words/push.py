"""Devices of a person for browser push: turn on, remove, and the keys of the installation (I1)."""

import hashlib
import json
from collections.abc import Collection
from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction

from config.reach.push import Subscription, is_device_key, is_push_service, new_keys
from config.sealing import NotReadable, seal, unseal
from routing.models import Channel, PushDevice, PushKeys

MOST = 10  # of one person
MOST_LETTERS = 2000


class PushRefused(Exception):
    """`code` is one of too_many_devices, not_a_device."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@transaction.atomic
def push_keys() -> PushKeys:
    """Made at the first call, which is after a migration; and again if the keys that sealed them are lost. Devices have
    to subscribe once more then."""
    row = PushKeys.objects.filter(pk=1).first()
    if row is None or not _is_readable(row):
        PushKeys.objects.all().delete()
        PushDevice.objects.all().delete()
        private, public = new_keys()
        fresh = PushKeys(pk=1, private=seal(private), public=public)
        PushKeys.objects.bulk_create([fresh], ignore_conflicts=True)
        row = PushKeys.objects.get(pk=1)
    return row


@transaction.atomic
def add_device(user: User, *, subscription: str, label: str, at: datetime) -> PushDevice:
    """`subscription` is what the browser gave, as JSON; raises PushRefused. A browser that was somebody else's is this
    person's from now on."""
    endpoint, p256dh, auth = _read(subscription)
    User.objects.select_for_update(no_key=True).get(pk=user.pk)
    sign = hashlib.sha256(endpoint.encode()).hexdigest()
    others = PushDevice.objects.filter(user=user).exclude(endpoint_hash=sign)
    if others.count() >= MOST:
        raise PushRefused("too_many_devices")
    sealed = seal(json.dumps({"endpoint": endpoint, "p256dh": p256dh, "auth": auth}))
    device, _made = PushDevice.objects.update_or_create(
        endpoint_hash=sign, defaults={"user": user, "subscription": sealed, "label": label[:60], "made_at": at}
    )
    Channel.objects.bulk_create(
        [Channel(user=user, kind=Channel.Kind.PUSH, made_at=at, verified_at=at)], ignore_conflicts=True
    )
    Channel.objects.filter(user=user, kind=Channel.Kind.PUSH).update(dead_since=None, problem="")
    return device


def remove_device(device: PushDevice) -> None:
    """The choices stay for the next device."""
    PushDevice.objects.filter(pk=device.pk).delete()


def forget_gone(pks: Collection[int]) -> None:
    """Devices that their push service no longer knows: somebody took back the permission, or cleared the browser."""
    if pks:
        PushDevice.objects.filter(pk__in=pks).delete()


def subscriptions_of(user_id: int) -> list[Subscription]:
    """Without those that cannot be read with the keys of this installation."""
    found = []
    for device in PushDevice.objects.filter(user=user_id).order_by("pk"):
        try:
            found.append(Subscription(pk=device.pk, **json.loads(unseal(device.subscription))))
        except NotReadable:
            continue
    return found


def _is_readable(keys: PushKeys) -> bool:
    try:
        unseal(keys.private)
    except NotReadable:
        return False
    return True


def _read(subscription: str) -> tuple[str, str, str]:
    try:
        given = json.loads(subscription[:MOST_LETTERS])
        endpoint, p256dh, auth = given["endpoint"], given["keys"]["p256dh"], given["keys"]["auth"]
    except (ValueError, KeyError, TypeError, RecursionError):
        raise PushRefused("not_a_device") from None
    if not all(isinstance(each, str) for each in (endpoint, p256dh, auth)):
        raise PushRefused("not_a_device")
    if not is_push_service(endpoint) or not is_device_key(p256dh, auth):
        raise PushRefused("not_a_device")
    return endpoint, p256dh, auth
