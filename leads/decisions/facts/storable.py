"""JSON that a database takes: no NUL, no lone surrogates, not endlessly deep."""

import re

MAX_DEPTH = 20
_REFUSED = re.compile("[\x00\ud800-\udfff]")


class TooDeep(ValueError):
    """Objects inside objects inside objects: more than anybody means."""


def storable(value: object, depth: int = 0) -> object:
    """The same value with U+FFFD for characters that no database keeps. Raises TooDeep."""
    if depth > MAX_DEPTH:
        raise TooDeep
    if isinstance(value, str):
        return _REFUSED.sub("\ufffd", value)
    if isinstance(value, dict):
        return {_REFUSED.sub("\ufffd", str(key)): storable(each, depth + 1) for key, each in value.items()}
    if isinstance(value, list):
        return [storable(each, depth + 1) for each in value]
    return value
