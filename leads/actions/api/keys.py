"""Make and revoke the keys with which programs send leads (A1b). Only a hash is kept."""

import hashlib
import secrets
from datetime import datetime

from django.db import transaction

from leads.models import ApiKey

PREFIX_LENGTH = 8


class KeyIsRevoked(Exception):
    """A revoked key stays revoked; make a new one."""


@transaction.atomic
def make_key(name: str, *, per_minute: int, by, at: datetime) -> tuple[ApiKey, str]:
    """The row, and the key itself: the only moment at which anybody can read it."""
    prefix, rest = secrets.token_hex(PREFIX_LENGTH // 2), secrets.token_urlsafe(32)
    secret = f"{prefix}.{rest}"
    row = ApiKey(
        name=name, prefix=prefix, key_hash=hash_of(secret), per_minute=per_minute, created_at=at, created_by=by
    )
    row._history_user = by
    row.save()
    return row, secret


@transaction.atomic
def revoke_key(key: ApiKey, *, by, at: datetime) -> ApiKey:
    """From now on every call with this key is refused."""
    locked = ApiKey.objects.select_for_update().get(pk=key.pk)
    if locked.revoked_at is not None:
        raise KeyIsRevoked
    locked.revoked_at = at
    locked._history_user = by
    locked.save(update_fields=["revoked_at"])
    return locked


def hash_of(secret: str) -> str:
    """A long random key needs no slow hash."""
    return hashlib.sha256(secret.encode()).hexdigest()
