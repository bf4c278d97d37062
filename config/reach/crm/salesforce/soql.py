"""Salesforce's query language: nothing comes into a query that was not checked or escaped here (I4)."""

import re
from collections.abc import Collection
from datetime import UTC, datetime

from config.reach.crm.errors import CrmRefused, Reason

NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,79}")
ID = re.compile(r"[A-Za-z0-9]{15}(?:[A-Za-z0-9]{3})?")
ESCAPES = str.maketrans(
    {"\\": r"\\", "'": r"\'", "\n": r"\n", "\r": r"\r", "\t": r"\t", "\b": r"\b", "\f": r"\f", "\0": None}
)


def columns(*names: Collection[str]) -> str:
    """Each once, in order: Salesforce refuses a field that is named twice, however it is written. Raises CrmRefused
    (FIELD) for what can be no name of a field."""
    unique: dict[str, str] = {}
    for name in (name for some in names for name in some):
        if not NAME.fullmatch(name):
            raise CrmRefused(Reason.FIELD, code="no_name", field=name)
        unique.setdefault(name.lower(), name)
    return ",".join(unique.values())


def text(value: str) -> str:
    """A string, with its quotes. Half of a pair of surrogates, which no text can hold, becomes a question mark."""
    return f"'{value.encode('utf-8', 'replace').decode().translate(ESCAPES)}'"


def checked_id(value: str) -> str:
    """Raises CrmRefused (WRONG) for what can be no id."""
    if not ID.fullmatch(value):
        raise CrmRefused(Reason.WRONG, code="no_id")
    return value


def moment(at: datetime) -> str:
    """Never quoted. Both ends of a window are cut to the second, so that windows that touch leave nothing out."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
