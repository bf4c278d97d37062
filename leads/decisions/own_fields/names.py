"""Names of own fields: what rules, lists and stored values call them (A9)."""

import re
from collections.abc import Collection
from enum import StrEnum

from leads.decisions.facts.text import folded

MAX_KEY_LENGTH = 40
_VALUE_NAME = re.compile(r"(?P<kind>text|number|choice|date|yes_no):(?P<key>[a-z0-9_]{1,40})")


class OwnKind(StrEnum):
    TEXT = "text"
    NUMBER = "number"
    CHOICE = "choice"
    DATE = "date"
    YES_NO = "yes_no"


def value_name(kind: str, key: str) -> str:
    """Under this name rules and leads know a value: "number:total_visits". The kind is part of it, so that a rule never
    reads a value of another kind, and values of a kind that a field had before stay."""
    return f"{kind}:{key}"


def kind_and_key(name: str) -> tuple[OwnKind, str] | None:
    match = _VALUE_NAME.fullmatch(name)
    return (OwnKind(match["kind"]), match["key"]) if match else None


def free_key(name: str, taken: Collection[str]) -> str:
    """A key for a field of this name: "total_visits", or "total_visits_2" if another field has it."""
    words = re.sub(r"[^a-z0-9 ]", "", folded(name)).split()
    first = "_".join(words)[: MAX_KEY_LENGTH - 4].strip("_") or "field"
    key, number = first, 2
    while key in taken:
        key, number = f"{first}_{number}", number + 1
    return key
