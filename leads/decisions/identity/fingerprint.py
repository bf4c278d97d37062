"""The fingerprint of an arrival: the same fields with the same values give the same 40 characters (A3)."""

import hashlib
import json
from collections.abc import Mapping


def fingerprint(raw: Mapping[str, object]) -> str:
    """Empty fields and the order of the columns do not matter."""
    filled = {str(key): str(value).strip() for key, value in raw.items() if value is not None}
    kept = {key: text for key, text in filled.items() if text}
    return hashlib.sha1(json.dumps(kept, sort_keys=True).encode(), usedforsecurity=False).hexdigest()
