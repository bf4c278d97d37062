"""What a person who comes back brings: beside what the lead has already, nothing that arrived is dropped (A3)."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from leads.decisions.facts.normalisation import Facts
from leads.decisions.facts.text import folded
from leads.decisions.identity.matching import IdentityKey

CAMPAIGN_COLUMNS = ("utm_campaign", "campaign", "campaign name", "utm campaign", "kampanye", "nama kampanye")
PUBLIC_FIELDS = (
    "title",
    "company_name",
    "company_domain",
    "industry",
    "city",
    "country",
    "company_size",
    "deal_size",
    "engagement",
)
MOST_EXTRA = 8_000  # letters of the extra columns of one arrival; the capture has them all


@dataclass(frozen=True, slots=True)
class Arrival:
    """`personal` has texts by the name of their field: message, name, email and phone that are new, and the extra
    columns as JSON. `public` goes into the details of the activity: `campaign`, `ids` as [value, system], `added`
    fields and fields that are `also` said to be otherwise."""

    source: str = ""
    personal: dict[str, str] = field(default_factory=dict)
    public: dict[str, object] = field(default_factory=dict)


def news_of(
    facts: Facts, known: Mapping[str, object], *, new: Sequence[IdentityKey], extra: Mapping[str, str]
) -> Arrival:
    """What these facts say that the lead with the `known` fields did not. `new` are the identities that it did not have
    or does not get."""
    personal = {}
    if facts.message and facts.message != known["message"]:
        personal["message"] = facts.message
    name = f"{facts.first_name} {facts.last_name}".strip()
    if name and folded(name) != folded(f"{known['first_name']} {known['last_name']}"):
        personal["name"] = name
    for kind in ("email", "phone"):
        values = [key.value for key in new if key.kind == kind]
        if values:
            personal[kind] = ", ".join(dict.fromkeys(values))
    before: Mapping = known["extra"] if isinstance(known["extra"], Mapping) else {}
    others = {key: value for key, value in extra.items() if str(before.get(key, "")) != value}
    campaign = next((others.pop(key) for key in list(others) if folded(key) in _CAMPAIGNS), "")
    if others:
        personal["extra"] = _as_json(others)
    said = {name: getattr(facts, name) for name in PUBLIC_FIELDS if getattr(facts, name)}
    public: dict[str, object] = {
        "campaign": campaign,
        "ids": [[key.value, key.system] for key in new if key.kind == "external_id"],
        "added": {name: _plain(value) for name, value in said.items() if not known[name]},
        "also": {name: _plain(value) for name, value in said.items() if known[name] and _differ(value, known[name])},
        "brought": sorted(personal),
    }
    return Arrival(facts.source, personal, {name: value for name, value in public.items() if value})


def completes_name(facts: Facts, first_name: str, last_name: str) -> bool:
    """Whether the half that a known name lacks may come from these facts: "Sari" becomes Sari Ayu by "Sari Ayu", but
    not Sari Becker by "Tom Becker", who writes from the same address."""
    pairs = ((first_name, facts.first_name), (last_name, facts.last_name))
    return all({*folded(ours).split()} & {*folded(theirs).split()} for ours, theirs in pairs if ours and theirs)


_CAMPAIGNS = frozenset(folded(name) for name in CAMPAIGN_COLUMNS)


def _differ(said: object, known: object) -> bool:
    if isinstance(said, str) and isinstance(known, str):
        return folded(said) != folded(known)
    return said != known


def _plain(value: object) -> object:
    return value if isinstance(value, int) else str(value)


def _as_json(columns: Mapping[str, str]) -> str:
    """As many whole columns as fit."""
    kept: dict[str, str] = {}
    left = MOST_EXTRA
    for key, value in columns.items():
        left -= len(key) + len(value)
        if left < 0:
            break
        kept[key] = value
    return json.dumps(kept, ensure_ascii=False)
