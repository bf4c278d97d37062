"""Authenticate calls of the REST endpoint by their API key, within the key's limit per minute (A1b)."""

import hmac
from datetime import datetime

from django.db import transaction
from django.db.models import Case, F, When

from leads.actions.api.keys import hash_of
from leads.models import ApiKey

_NO_HASH = "0" * 64


class KeyRefused(Exception):
    """There is no such key, or it is revoked. The caller does not learn which."""


class TooManyCalls(Exception):
    """The key has no calls left in this minute. The next may come in `wait` seconds."""

    def __init__(self, wait: int) -> None:
        self.wait = wait
        super().__init__(f"wait {wait} s")


def authenticate_call(secret: str, *, at: datetime) -> ApiKey:
    """Return the key of this call and count the call. Raises KeyRefused or TooManyCalls."""
    key = ApiKey.objects.select_related("system").filter(prefix=secret.partition(".")[0][:12]).first()
    is_right = hmac.compare_digest(hash_of(secret), key.key_hash if key else _NO_HASH)
    if key is None or not is_right or key.revoked_at is not None:
        raise KeyRefused
    minute = at.replace(second=0, microsecond=0)
    if _count_call(key, minute=minute, at=at) > key.per_minute:
        raise TooManyCalls(60 - at.second)
    return key


@transaction.atomic
def _count_call(key: ApiKey, *, minute: datetime, at: datetime) -> int:
    """Count on the key's own row: exact across all processes, with nothing to clean up."""
    row = ApiKey.objects.filter(pk=key.pk)
    row.update(
        calls=Case(When(minute_at=minute, then=F("calls") + 1), default=1),
        minute_at=minute,
        last_used_at=at,
    )
    return row.values_list("calls", flat=True).get()
