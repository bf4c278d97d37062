"""Set up a connection to a CRM, and change it later; one that is gone by then raises ConnectionIsGone (I4)."""

import json
from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256

from django.contrib.auth.models import User
from django.db import transaction
from django.utils.text import slugify
from django_q.tasks import async_task

from config.history_author import set_history_author
from config.reach.crm.records import CrmAccount, Place
from config.sealing import seal
from leads.models import SourceSystem
from queues.actions.crm.seen import MAPS, Values, refuse_newer
from queues.actions.crm.states import AlreadyConnected, alone, locked, mended
from queues.models import Connection

State = Connection.State
PREFIXES = {Connection.Kind.SALESFORCE: "sf", Connection.Kind.HUBSPOT: "hs", Connection.Kind.DYNAMICS: "d365"}
LONGEST_SYSTEM = 40
WISH_AGAIN = "queues.tasks.wish_all_again"
FIRST_OBJECTS = {
    Connection.Kind.SALESFORCE: "Lead",
    Connection.Kind.HUBSPOT: "contacts",
    Connection.Kind.DYNAMICS: "leads",
}


class AnotherAccount(Exception):
    """These secrets open another account than the one that is connected."""


class NotADraft(Exception):
    """What it reads cannot change once leads came from it."""


@transaction.atomic
def make_connection(kind: str, *, object_name: str, name: str, by: User, at: datetime) -> Connection:
    """A draft: nothing is read before it is switched on."""
    connection = Connection(kind=kind, object_name=object_name, name=name, made_at=at, made_by=by)
    _save(connection, by=by, at=at)
    return connection


@transaction.atomic
def name_connection(
    connection: Connection, *, name: str, object_name: str, by: User, at: datetime, seen: Values | None = None
) -> None:
    """`seen`: what the page showed (actions.crm.seen). Raises ConnectionChanged, and NotADraft if other records are
    chosen after it was switched on; another choice in a draft asks for the later steps again."""
    row = locked(connection)
    refuse_newer(row, {"name": name, "object_name": object_name}, seen)
    if object_name != row.object_name:
        if row.state != State.DRAFT:
            raise NotADraft
        _refuse_second(row.kind, row.account_id, object_name, besides=row)
        row.object_name, row.system = object_name, None
        row.field_map, row.status_map, row.closing_map = {}, {}, {}
        if row.account_id:
            row.system = system_of(row)
    row.name = name
    _save(row, by=by, at=at)
    connection.refresh_from_db()


@transaction.atomic
def set_credentials(
    connection: Connection, credentials: Mapping[str, str], *, place: Place, account: CrmAccount, by: User, at: datetime
) -> None:
    """Secrets that were tested just now and opened this account. The first ones say which account it is; others of the
    same account mend the connection, and those of another are refused.

    Raises AnotherAccount, and AlreadyConnected if another connection reads the same records.
    """
    row = locked(connection)
    if row.account_id and row.account_id != account.id[:80] and (row.state != State.DRAFT or row.links.exists()):
        raise AnotherAccount
    _refuse_second(row.kind, account.id[:80], row.object_name, besides=row)
    if row.account_id != account.id[:80]:  # of a draft: what was read there is of another account
        row.people.all().delete()
        row.people_at, row.field_map, row.status_map, row.closing_map = None, {}, {}, {}
    row.account_id, row.account_name = account.id[:80], account.name[:200]
    row.base_url, row.login_url = place.base_url, place.login_url
    row.system = system_of(row)
    row.credentials = seal(json.dumps(dict(credentials)))
    _save(row, by=by, at=at)
    connection.refresh_from_db()
    mended(connection, by=by, at=at)


@transaction.atomic
def set_maps(
    connection: Connection,
    *,
    field_map: Mapping[str, str],
    status_map: Mapping[str, str],
    closing_map: Mapping[str, str],
    owner_policy: str,
    takes_in: bool,
    writes_out: bool,
    take_since: datetime | None,
    by: User,
    at: datetime,
    seen: Values | None = None,
) -> None:
    """`take_since` None: all leads. It only counts until the connection is switched on for the first time. `seen`: what
    the page showed (actions.crm.seen). Raises ConnectionChanged."""
    row = locked(connection)
    since = take_since if row.state == State.DRAFT else row.take_since
    typed = (field_map, status_map, closing_map, owner_policy, takes_in, writes_out, since)
    refuse_newer(row, dict(zip(MAPS, typed, strict=True)), seen)
    changes_wishes = row.status_map != dict(status_map) or (writes_out and not row.writes_out)
    if row.field_map != dict(field_map):  # the link to a page in the middle may ask for the fields of before
        row.window_until, row.cursor_after = None, ""
    row.field_map, row.status_map, row.closing_map = dict(field_map), dict(status_map), dict(closing_map)
    row.owner_policy, row.takes_in, row.writes_out = owner_policy, takes_in, writes_out
    row.take_since = since
    _save(row, by=by, at=at)
    connection.refresh_from_db()
    if changes_wishes:  # half a million links take ten seconds
        async_task(WISH_AGAIN, connection.pk)
    if connection.problem in ("field", "wrong"):
        mended(connection, by=by, at=at)


@transaction.atomic
def ask_every(connection: Connection, minutes: int, *, by: User, at: datetime, seen: Values | None = None) -> None:
    """Raises ConnectionChanged."""
    row = locked(connection)
    refuse_newer(row, {"poll_minutes": minutes}, seen)
    row.poll_minutes = minutes
    _save(row, by=by, at=at)
    connection.refresh_from_db()


def system_of(connection: Connection) -> SourceSystem:
    """The system whose ids its records have. The same account connected again later has the same ids."""
    kind = Connection.Kind(connection.kind)
    parts = [PREFIXES[kind], connection.account_id.replace("-", "").lower()]
    if connection.object_name != FIRST_OBJECTS[kind]:
        parts.append(connection.object_name.lower())
    key = slugify("-".join(parts))
    if len(key) > LONGEST_SYSTEM:
        key = f"{key[:31]}-{sha256(key.encode()).hexdigest()[:8]}"
    name = f"{connection.get_kind_display()} {connection.account_name}".strip()[:60]
    return SourceSystem.objects.get_or_create(key=key, defaults={"name": name})[0]


def _refuse_second(kind: str, account_id: str, object_name: str, *, besides: Connection) -> None:
    same = Connection.objects.filter(kind=kind, account_id=account_id, object_name=object_name)
    if account_id and same.exclude(pk=besides.pk).exclude(state=State.OFF).exists():
        raise AlreadyConnected


def _save(connection: Connection, *, by: User, at: datetime) -> None:
    set_history_author(connection, by, at=at)
    with alone():
        connection.save()
