"""Files that well-known programs export, recognised by their header as a whole (A1a)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

from leads.decisions.facts.text import folded, one_line

_MAX_TITLE_LENGTH = 200


@dataclass(frozen=True, slots=True)
class Export:
    """One kind of file. Each of `marks` is a set of titles that prove it. `fields` are the columns whose field the
    general guess would not find, "" for those that mean none; `first`: titles of the first column that prove it."""

    key: str
    name: str
    marks: tuple[frozenset[str], ...] = ()
    first: frozenset[str] = frozenset()
    fields: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


def _marks(*sets: str) -> tuple[frozenset[str], ...]:
    return tuple(frozenset(titles.split("|")) for titles in sets)


EXPORTS: tuple[Export, ...] = (
    Export(
        "zoho",
        "Zoho CRM",
        _marks(
            "lead owner id|last name",
            "contact owner id|last name",
            "record id|lead owner",
            "lead owner|secondary email",
            "created by id|record id",
        ),
        fields={"record id": "external_id", "lead id": "external_id", "contact id": "external_id"},
    ),
    Export(
        "pipedrive",
        "Pipedrive",
        _marks(
            "lead title|lead id",
            "lead title|person name",
            "person email work",
            "person phone work",
            "person name|person id",
            "person name|organization name",
            "deal title|person name",
        ),
        fields={"lead title": "", "deal title": "", "deal id": "", "lead label": ""},
    ),
    Export(
        "google_contacts",
        "Google Contacts",
        _marks("e mail 1 value", "phone 1 value", "e mail 1 label"),
        fields={"organization 1 title": "title", "organization title": "title"},
    ),
    Export(
        "facebook",
        "Facebook Lead Ads",
        _marks(
            "id|created time|platform",
            "id|created time|form id",
            "id|created time|is organic",
            "created time|adset name|form name",
        ),
        fields={"id": "external_id", "platform": "source", "lead status": ""},
    ),
    Export(
        "tiktok",
        "TikTok",
        _marks(
            "create time|adgroup name",
            "create time|ad group name",
            "create time|adgroup id",
            "create time|form id",
            "create time|page id",
            "lead id|create time",
            "created time|adgroup name",
        ),
        fields={"lead id": "external_id", "id": "external_id"},
    ),
    Export(
        "google_ads",
        "Google Ads",
        _marks(
            "google click id|campaign id",
            "gclid|form id",
            "gcl id|form id",
            "user email|campaign id",
            "user email|form id",
            "user email|lead id",
            "user column data",
            "lead submit time|form id",
        ),
        fields={"lead id": "external_id", "date": "captured_at", "lead submit time": "captured_at"},
    ),
    Export(
        "linkedin",
        "LinkedIn Lead Gen Forms",
        _marks(
            "form name|campaign name|creative id",
            "form name|campaign name|submitted at",
            "form name|campaign name|lead type",
            "form name|campaign group name",
            "form name|ad account name",
            "lead gen form name",
            "lead form name|campaign name",
            "linkedin profile url|form name",
        ),
        fields={"lead type": "", "lead id": "external_id"},
    ),
    Export(
        "mailchimp",
        "Mailchimp",
        _marks("leid|euid", "member rating|optin time", "member rating|last changed", "email address|optin ip"),
        fields={"euid": "external_id", "leid": "", "cc": "country", "region": "", "optin time": "captured_at"},
    ),
    Export(
        "hubspot",
        "HubSpot",
        _marks(
            "record id contact",
            "record id|lifecycle stage|email",
            "record id|contact owner",
            "record id|lead status",
            "record id|associated company|email",
            "record id|hubspot score",
            "record id|marketing contact status",
            "hs object id|email",
        ),
        fields={
            "record id": "external_id",
            "record id contact": "external_id",
            "hs object id": "external_id",
            "createdate": "captured_at",
            "hubspotscore": "score",
        },
    ),
    Export(
        "salesforce",
        "Salesforce",
        _marks(
            "company account|lead source",
            "company account|lead owner",
            "lead id|lead owner|company account",
            "id|lastname|leadsource",
            "isdeleted|lastname",
            "masterrecordid",
            "id|accountid|lastname",
            "contact id|account name",
            "account name|mailing city",
            "account name|mailing country",
            "account name|contact owner",
        ),
        fields={"id": "external_id", "lead id": "external_id", "contact id": "external_id", "account id": ""},
    ),
    Export(
        "outlook",
        "Outlook",
        _marks(
            "middle name|suffix|business phone",
            "middle name|suffix|e mail address",
            "weitere vornamen|nachname",
            "vorname|telefon geschaftlich",
            "deuxieme prenom|suffixe",
            "segundo nombre|sufijo",
            "segundo nome|sufixo",
        ),
        fields={
            "title": "",
            "titel": "",
            "anrede": "",
            "titre": "",
            "titulo": "",
            "location": "",
            "web page": "website",
        },
    ),
    Export(
        "google_forms",
        "Google Forms",
        first=frozenset(
            ["timestamp", "stempel waktu", "cap waktu", "zeitstempel", "marca temporal", "horodateur"]
            + ["carimbo de data hora"]
        ),
    ),
)


def known_export(header: Sequence[str]) -> Export | None:
    """The kind of file whose titles these are, if they are those of a program that many use."""
    titles = [folded(one_line(title)[:_MAX_TITLE_LENGTH].partition("(")[0]) for title in header]
    present = frozenset(titles)
    for export in EXPORTS:
        if any(marks <= present for marks in export.marks) or (titles and titles[0] in export.first):
            return export
    return None
