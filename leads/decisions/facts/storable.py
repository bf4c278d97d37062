"""Make JSON that a database accepts: no NUL, no lone surrogates, not too deep."""

import json
import re
from collections.abc import Container

MAX_DEPTH = 20
_REFUSED = re.compile("[\x00\ud800-\udfff]")


class TooDeep(ValueError):
    """The value has so many levels that it cannot even be written as text."""


def storable(value: object, depth: int = 0) -> object:
    """The same value, with U+FFFD for characters that databases refuse. What lies deeper than MAX_DEPTH becomes its
    text as JSON. Raises TooDeep."""
    if isinstance(value, str):
        return _REFUSED.sub("\ufffd", value)
    if isinstance(value, dict | list) and depth >= MAX_DEPTH:
        return _REFUSED.sub("\ufffd", _as_json(value))
    if isinstance(value, dict):
        kept: dict[str, object] = {}
        numbers: dict[str, int] = {}
        for key, each in value.items():
            name = _REFUSED.sub("\ufffd", str(key))
            if name in kept:  # two keys may differ only in what was replaced
                name = unused_name(name, kept, numbers)
            kept[name] = storable(each, depth + 1)
        return kept
    if isinstance(value, list):
        return [storable(each, depth + 1) for each in value]
    return value


def unused_name(name: str, taken: Container[str], numbers: dict[str, int]) -> str:
    """The name as "name (2)" or with the next free number. `numbers` remembers those that were given, so that many
    equal names cost no more than as many different ones."""
    while True:
        numbers[name] = numbers.get(name, 1) + 1
        unused = f"{name} ({numbers[name]})"
        if unused not in taken:
            return unused


def _as_json(value: object) -> str:
    try:
        return json.dumps(value, ensure_ascii=False)
    except RecursionError:
        raise TooDeep from None
