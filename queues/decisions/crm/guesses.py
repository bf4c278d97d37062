"""Which field over there is which field of a lead, and which status means which stage, as far as names say it (I4)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from leads.decisions.facts.field_names import named_field
from leads.decisions.facts.fields import FIELDS
from leads.decisions.facts.text import folded

MAPPED = tuple(name for name in FIELDS if name != "external_id")  # the id is the record's own
_NEVER_GUESSED = frozenset({"name", "further_email", "further_phone", "lead_type", "score", "engagement"})
_MOST_RANK = 100  # a name that has to be taken out of a longer title is no guess
NUMBERS = frozenset({"company_size", "score", "deal_size", "engagement"})
MOMENTS = frozenset({"captured_at"})
CONTACTED = "contacted"
STAGES = ("waiting", "held", CONTACTED, "nurture", "recycled", "converted", "won", "lost", "disqualified")
CLOSING = ("converted", "won", "lost", "disqualified", "nurture")
CLOSED = frozenset({"converted", "won", "lost", "disqualified"})

# The names that the three CRMs give their own fields.
_KNOWN: Mapping[str, Mapping[str, str]] = {
    "salesforce": {
        "first_name": "FirstName",
        "last_name": "LastName",
        "email": "Email",
        "phone": "Phone",
        "further_phone": "MobilePhone",
        "company_name": "Company",
        "website": "Website",
        "title": "Title",
        "industry": "Industry",
        "city": "City",
        "country": "Country",
        "message": "Description",
        "source": "LeadSource",
        "company_size": "NumberOfEmployees",
        "captured_at": "CreatedDate",
    },
    "hubspot": {
        "first_name": "firstname",
        "last_name": "lastname",
        "email": "email",
        "phone": "phone",
        "further_phone": "mobilephone",
        "company_name": "company",
        "website": "website",
        "title": "jobtitle",
        "industry": "industry",
        "city": "city",
        "country": "country",
        "message": "message",
        "source": "hs_analytics_source",
        "company_size": "numemployees",
        "captured_at": "createdate",
    },
    "dynamics": {
        "first_name": "firstname",
        "last_name": "lastname",
        "email": "emailaddress1",
        "further_email": "emailaddress2",
        "phone": "telephone1",
        "further_phone": "mobilephone",
        "company_name": "companyname",
        "website": "websiteurl",
        "title": "jobtitle",
        "industry": "industrycode",
        "city": "address1_city",
        "country": "address1_country",
        "message": "description",
        "source": "leadsourcecode",
        "company_size": "numberofemployees",
        "deal_size": "estimatedvalue",
        "captured_at": "createdon",
    },
}
# Words of a status, folded, by the stage that they mean; the first that is found wins. A try is no contact, and
# who says "not now" comes back.
_WORDS: Sequence[tuple[str, tuple[str, ...]]] = (
    ("waiting", ("not contacted", "uncontacted")),
    ("held", ("attempted to contact", "attempting", "not reached", "not connected")),
    ("disqualified", ("unqualified", "disqualified", "not converted", "not qualified", "junk", "spam", "no interest")),
    ("disqualified", ("not interested", "cannot contact")),
    ("lost", ("lost", "no longer interested", "canceled", "cancelled")),
    ("won", ("won",)),
    ("converted", ("converted", "open deal", "opportunity", "qualified")),
    ("nurture", ("nurturing", "nurture", "later", "bad timing", "not now")),
    (CONTACTED, ("contacted", "connected", "reached")),
    ("held", ("in progress", "working", "assigned", "open")),
    ("waiting", ("new",)),
)
_SURELY_CONVERTED = ("converted", "open deal", "opportunity")  # "qualified" is often what somebody still works on


@dataclass(frozen=True, slots=True)
class There:
    """A field, or a status, over there. `is_closed`: it ends a record there, as the CRM itself says; None where it does
    not say. `is_writable`: a program may set it."""

    name: str
    label: str
    kind: str = "text"
    is_closed: bool | None = None
    is_writable: bool = True


def fits(field: str, kind: str) -> bool:
    """Whether a field of a lead can be read from such a field over there. Own fields read all."""
    if field in MOMENTS:
        return kind in ("date", "datetime", "text")
    if field in NUMBERS:
        return kind in ("number", "choice", "text")
    return kind != "boolean" or field.startswith("own_")


def guess_fields(kind: str, fields: Sequence[There], own: Mapping[str, Iterable[str]]) -> dict[str, str]:
    """{field of a lead: field there}. `own`: titles that feed an own field, by "own_KEY"."""
    there = {each.name.rpartition(".")[2]: each for each in reversed(fields)}  # "contact.email" of a lead object
    known = {ours: there[name] for ours, name in _KNOWN[kind].items() if name in there}
    found = {ours: each.name for ours, each in known.items() if fits(ours, each.kind)}
    used = set(found.values())
    for each in fields:
        named = named_field(each.label)
        ours = named.field
        is_good = named.is_sure and named.rank < _MOST_RANK and ours in MAPPED and ours not in _NEVER_GUESSED
        if is_good and ours not in found and each.name not in used and fits(ours, each.kind):
            found[ours] = each.name
            used.add(each.name)
    for key, titles in own.items():
        words = {folded(title) for title in titles}
        match = next((each for each in fields if words & {folded(each.label), folded(each.name)}), None)
        if match is not None:
            found[key] = match.name
    return found


def guess_statuses(statuses: Sequence[There]) -> dict[str, str]:
    """{stage: status there}, of statuses that can be written. One that is open there is none for a lead that is closed
    here, nor the other way round, where the CRM says which are which."""
    found: dict[str, str] = {}
    for each in statuses:
        stage = meant_stage(each.label) or meant_stage(each.name)
        fits_there = each.is_closed is None or each.is_closed == (stage in CLOSED)
        if stage and each.is_writable and (fits_there or stage == "nurture"):
            found.setdefault(stage, each.name)
    return found


def guess_closing(statuses: Sequence[There]) -> dict[str, str]:
    """{status there: closing stage}, of statuses that end a lead: those that the CRM says, else those whose words leave
    no doubt, because a lead is taken from its holder by them."""
    found = {each.name: _closes_as(each) for each in statuses}
    return {name: stage for name, stage in found.items() if stage}


def _closes_as(status: There) -> str:
    stage = meant_stage(status.label) or meant_stage(status.name)
    if status.is_closed is False:
        return ""
    if status.is_closed:
        return stage if stage in CLOSING else "disqualified" if status.is_writable else "converted"
    words = f" {folded(status.label)} {folded(status.name)} "
    is_doubtful = stage == "converted" and not any(f" {name} " in words for name in _SURELY_CONVERTED)
    return stage if stage in CLOSING and not is_doubtful else ""


def meant_stage(words: str) -> str:
    """ "" where the name says nothing."""
    text = f" {folded(words.rpartition(': ')[2])} "  # of a stage, without its pipeline
    return next((stage for stage, names in _WORDS if any(f" {name} " in text for name in names)), "")
