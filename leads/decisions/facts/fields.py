"""The fields of a capture, their maximum lengths, and the problems that a value can have."""

import re
from collections.abc import Container, Mapping
from dataclasses import dataclass

LEAD_TYPES = ("hot_inbound", "mql", "warm", "cold")
FIELDS = (
    "external_id",
    "name",
    "first_name",
    "last_name",
    "email",
    "further_email",
    "phone",
    "further_phone",
    "company_name",
    "company_domain",
    "website",
    "title",
    "industry",
    "city",
    "country",
    "message",
    "source",
    "lead_type",
    "company_size",
    "score",
    "deal_size",
    "engagement",
    "captured_at",
)
SEVERAL = frozenset({"further_email", "further_phone"})  # of which an arrival may have many: see unused_key()
LIMITS: dict[str, int] = {
    "external_id": 120,
    "first_name": 120,
    "last_name": 120,
    "email": 254,
    "phone": 24,
    "company_name": 200,
    "company_domain": 200,
    "website": 500,
    "title": 160,
    "industry": 120,
    "city": 120,
    "country": 2,
    "message": 10_000,
    "source": 80,
}
_NUMBER = re.compile(r" \d{1,3}", re.ASCII)
UNIDENTIFIED = "no_identifier"  # the problem of an arrival that says nothing of who it is


@dataclass(frozen=True, slots=True)
class Problem:
    """A value that could not be used as sent. Codes: invalid, unknown, out_of_range, too_long, too_many, several,
    rounded (a number that lost digits), wrong_type (a list, an object or a boolean); of dates ambiguous (it could be
    several days) and serial (a spreadsheet's number of a day)."""

    field: str
    code: str
    value: str = ""


def unused_key(field: str, taken: Container[str]) -> str:
    """The next key of a field of which there may be several: "further_email", "further_email 2"."""
    key, number = field, 2
    while key in taken:
        key, number = f"{field} {number}", number + 1
    return key


def keys_of(field: str, raw: Mapping[str, object]) -> list[str]:
    """The keys of such a field by their number: databases keep the keys of an object in another order."""
    numbers = {key: key.removeprefix(field) for key in raw if key.startswith(field)}
    numbered = [(int(rest or 1), key) for key, rest in numbers.items() if not rest or _NUMBER.fullmatch(rest)]
    return [key for _number, key in sorted(numbered)]
