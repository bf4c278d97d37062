"""The body of a message: what happened, when, and the lead as flat fields (I3).

Receivers such as Zapier map flat fields best, so `data` has one level; ids are texts, because some read large numbers
inexactly; a field without a value is null and does not vanish. Texts of notes are never in it.
"""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal

from leads.decisions.facts.text import folded
from leads.decisions.webhooks.events import Event

PERSON = ("first_name", "last_name", "title", "email", "phone", "message")
COMPANY = ("company_name", "company_domain", "city")  # say who it is when the company is the person
OPEN = (
    "external_id",
    "company_name",
    "company_domain",
    "company_size",
    "industry",
    "country",
    "city",
    "source",
    "lead_type",
    "channel",
    "score",
    "engagement",
    "deal_size",
    "stage",
    "stage_at",
    "closed_reason",
    "captured_at",
    "created_at",
    "reengaged_at",
)


@dataclass(frozen=True, slots=True)
class User:
    """A person of the company, who acts or holds."""

    pk: int
    name: str
    email: str


@dataclass(frozen=True, slots=True)
class Happened:
    """One activity. `lead` has the fields of OPEN and PERSON, `own` those of own fields by key, with whether each may
    be seen before a claim."""

    activity_id: int | None
    event: Event
    at: datetime
    lead_id: int
    lead_url: str
    lead: Mapping[str, object]
    details: Mapping[str, object]
    own: Sequence[tuple[str, object, bool]] = ()
    by: User | None = None
    holder: User | None = None
    is_test: bool = False


def body(happened: Happened, *, webhook_id: str, may_see_person: bool) -> str:
    """The JSON that is signed and sent, byte for byte the same at every attempt, as long as the endpoint may see as
    much."""
    whole = {
        "type": str(happened.event),
        "id": webhook_id,
        "timestamp": _plain(happened.at),
        "data": fields(happened, may_see_person=may_see_person),
    }
    return _written(whole)


def holds_person(text: str) -> bool:
    """Of a body: whether it was made for an endpoint that may see the person."""
    return '"email":' in text


def without_person(text: str, *, open_own: Collection[str]) -> str:
    """The same message as body() would make it for an endpoint that may not see the person. `open_own`: keys of own
    fields that may be seen before a claim."""
    whole = json.loads(text)
    said = whole["data"]
    hidden = {*PERSON, *(name for name in said if name.startswith("own_") and name[4:] not in open_own)}
    kept = {name: value for name, value in said.items() if name not in hidden}
    return _written(whole | {"data": kept | _no_names(said)})


def fields(happened: Happened, *, may_see_person: bool) -> dict[str, object]:
    """What `data` holds."""
    lead, details = happened.lead, happened.details
    found: dict[str, object] = {
        "activity_id": _id(happened.activity_id),
        "is_test": happened.is_test,
        "lead_id": _id(happened.lead_id),
        "lead_url": happened.lead_url,
        **{name: _plain(lead.get(name)) for name in OPEN},
        "queue": details.get("queue"),
        "place": details.get("place"),
        "how": details.get("how"),
        "reason": details.get("reason"),
        "clock": details.get("clock"),
        "clock_number": details.get("number"),
        "contact_kind": details.get("kind"),
        "contact_outcome": details.get("outcome"),
        "from_stage": details.get("from"),
        "merged_into": _id(details.get("into")),
        **_of_user("by", happened.by),
        **_of_user("holder", happened.holder),
    }
    if may_see_person:
        found |= {name: _plain(lead.get(name)) for name in PERSON}
    else:
        found |= _no_names(lead)
    for key, value, is_open in happened.own:
        if may_see_person or is_open:
            found[f"own_{key}"] = _plain(value)
    return {name: None if value == "" else value for name, value in found.items()}


def _written(whole: Mapping[str, object]) -> str:
    return json.dumps(whole, ensure_ascii=False, separators=(",", ":"))


def _no_names(lead: Mapping[str, object]) -> dict[str, None]:
    """Open fields that say who it is: the company of somebody who is it, and an id that is an e-mail."""
    is_address = "@" in str(lead.get("external_id") or "")
    return dict.fromkeys([*(COMPANY if _is_the_person(lead) else ()), *(["external_id"] if is_address else ())])


def _is_the_person(lead: Mapping[str, object]) -> bool:
    """Somebody who works under the own name."""
    name = folded(f"{lead.get('first_name') or ''} {lead.get('last_name') or ''}")
    return bool(name) and folded(str(lead.get("company_name") or "")) == name


def _of_user(role: str, user: User | None) -> dict[str, object]:
    return {
        f"{role}_id": _id(user.pk) if user else None,
        f"{role}_name": user.name if user else None,
        f"{role}_email": user.email if user else None,
    }


def _id(number: object) -> str | None:
    return None if number is None else str(number)


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return value
