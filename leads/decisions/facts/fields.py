"""The fields of a capture, their maximum lengths, and the problems that a value can have."""

from dataclasses import dataclass

LEAD_TYPES = ("hot_inbound", "mql", "warm", "cold")
FIELDS = (
    "external_id",
    "name",
    "first_name",
    "last_name",
    "email",
    "phone",
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


@dataclass(frozen=True, slots=True)
class Problem:
    """A value that could not be used as sent. Codes: invalid, unknown, out_of_range, too_long, too_many, several."""

    field: str
    code: str
    value: str = ""
