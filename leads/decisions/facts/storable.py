"""Make JSON that a database accepts: no NUL, no lone surrogates, not too deep."""

import re

MAX_DEPTH = 20
_REFUSED = re.compile("[\x00\ud800-\udfff]")


class TooDeep(ValueError):
    """The value has more levels than MAX_DEPTH."""


def storable(value: object, depth: int = 0) -> object:
    """The same value, with U+FFFD for characters that databases refuse. Raises TooDeep."""
    if depth > MAX_DEPTH:
        raise TooDeep
    if isinstance(value, str):
        return _REFUSED.sub("\ufffd", value)
    if isinstance(value, dict):
        return {_REFUSED.sub("\ufffd", str(key)): storable(each, depth + 1) for key, each in value.items()}
    if isinstance(value, list):
        return [storable(each, depth + 1) for each in value]
    return value
