"""The fields of a record as a capture takes them (A2, I4)."""

import re
from collections.abc import Collection, Mapping
from datetime import datetime

NUMBERS = frozenset({"company_size", "score", "deal_size", "engagement"})
_THREE_BEHIND = re.compile(r"[-+]?\d+\.\d{3}", re.ASCII)


def raw_of(
    record_id: str,
    values: Mapping[str, str],
    field_map: Mapping[str, str],
    *,
    source: str,
    made_at: datetime | None,
    numbers: Collection[str] = (),
) -> dict[str, str]:
    """By the lead's own field names. `source` is for a record that names none. `numbers`: own fields that hold one."""
    raw = {"source": source}
    if made_at is not None:
        raw["captured_at"] = made_at.isoformat()
    for ours, theirs in field_map.items():
        if said := values.get(theirs, "").strip():
            is_number = ours in NUMBERS or ours in numbers
            raw[ours] = _with_point(said) if is_number else said
    return raw | {"external_id": record_id}


def _with_point(number: str) -> str:
    """A program writes a point before decimals only, but people write 1.234 for a thousand and more."""
    return f"{number}0" if _THREE_BEHIND.fullmatch(number) else number
