"""What a page of a connection carries, signed: the values that it shows, and the lists that it offers (I4, C8)."""

from collections.abc import Mapping
from dataclasses import astuple
from typing import Any

from django.core import signing

from config.reach.crm.records import CrmField, CrmStatus
from queues.actions.crm.trying import Choices

SEEN, OFFERED = "seen", "offered"  # hidden inputs


def sign_seen(values: Mapping[str, Any]) -> str:
    return signing.dumps(dict(values), salt=SEEN, compress=True)


def read_seen(data: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """None where none was sent; what was not made here is older than everything."""
    if not data.get(SEEN):
        return None
    return _read(data[SEEN], SEEN) or {}


def sign_offered(choices: Choices) -> str:
    lists = [[(each.name, each.label, each.kind) for each in choices.fields], list(map(astuple, choices.statuses))]
    return signing.dumps(lists, salt=OFFERED, compress=True)


def read_offered(data: Mapping[str, Any]) -> Choices | None:
    """The lists that a person chose from; None where they cannot be read."""
    lists = _read(data.get(OFFERED, ""), OFFERED)
    if lists is None:
        return None
    fields, statuses = lists
    return Choices(tuple(CrmField(*each) for each in fields), tuple(CrmStatus(*each) for each in statuses))


def _read(text: str, salt: str) -> Any:
    try:
        return signing.loads(text, salt=salt)
    except signing.BadSignature:
        return None
