"""Create and revoke the API keys with which programs send leads and hear of them (A1b, I3). Only a hash is stored."""

import hashlib
import secrets
from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction

from config.history_author import set_history_author
from leads.actions.systems import keep_system
from leads.actions.webhooks.endpoints import remove_hooks_of
from leads.models import ApiKey, SourceSystem

PREFIX_LENGTH = 8


class KeyIsRevoked(Exception):
    """The key is revoked already; make a new one instead."""


@transaction.atomic
def make_key(
    name: str,
    *,
    per_minute: int,
    by: User | None,
    at: datetime,
    system: SourceSystem | None = None,
    may_send_leads: bool = True,
    may_make_hooks: bool = False,
    hooks_see_person: bool = False,
) -> tuple[ApiKey, str]:
    """Return the row and the key itself. Nobody can read the key again later. The external ids that it sends are those
    of `system`, otherwise of a system of its own, so that two programs that count from 1 never mix."""
    prefix, rest = secrets.token_hex(PREFIX_LENGTH // 2), secrets.token_urlsafe(32)
    secret = f"{prefix}.{rest}"
    row = ApiKey(
        name=name, prefix=prefix, key_hash=hash_of(secret), per_minute=per_minute, created_at=at, created_by=by
    )
    row.may_send_leads, row.may_make_hooks, row.hooks_see_person = may_send_leads, may_make_hooks, hooks_see_person
    row.system = system or keep_system(row.own_system, name)
    set_history_author(row, by)
    row.save()
    return row, secret


@transaction.atomic
def revoke_key(key: ApiKey, *, by: User | None, at: datetime) -> ApiKey:
    """Refuse every call with this key from now on, and end the webhooks that it made: it could not do so any more."""
    locked = ApiKey.objects.select_for_update().get(pk=key.pk)
    if locked.revoked_at is not None:
        raise KeyIsRevoked
    locked.revoked_at = at
    set_history_author(locked, by)
    locked.save(update_fields=["revoked_at"])
    remove_hooks_of(locked, by=by, at=at)
    return locked


def hash_of(secret: str) -> str:
    """A fast hash is enough, because the key is long and random."""
    return hashlib.sha256(secret.encode()).hexdigest()
