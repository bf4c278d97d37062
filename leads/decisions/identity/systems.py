"""The systems that number people: their names, and which one the words of a file or a header name (A3)."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from leads.decisions.facts.text import folded

MAX_KEY_LENGTH, MAX_NAME_LENGTH = 40, 60
SUGGESTED: Mapping[str, str] = MappingProxyType(
    {
        "hubspot": "HubSpot",
        "salesforce": "Salesforce",
        "pipedrive": "Pipedrive",
        "zoho": "Zoho",
        "dynamics-365": "Dynamics 365",
    }
)
# Words of a header, whole ones, by the system that writes them.
_WORDS: Mapping[str, str] = MappingProxyType(
    {
        "hubspot": "hubspot",
        "hs": "hubspot",
        "salesforce": "salesforce",
        "sfdc": "salesforce",
        "pipedrive": "pipedrive",
        "zoho": "zoho",
        "dynamics": "dynamics-365",
        "dynamics365": "dynamics-365",
        "crm365": "dynamics-365",
    }
)


def system_key(name: str) -> str:
    """One key for all spellings of a name; "" for none. A name without letters of the Latin alphabet is kept too."""
    words = folded(name)
    known = next((key for key, label in SUGGESTED.items() if words in (folded(label), key.replace("-", " "))), "")
    return known or "-".join(words.split())[:MAX_KEY_LENGTH].strip("-")


def named_system(titles: Iterable[str]) -> str:
    """The key of the system that these titles name, such as "HubSpot ID"; "" if none or several do."""
    words = {word for title in titles for word in folded(title).split()}
    found = {key for word, key in _WORDS.items() if word in words}
    return found.pop() if len(found) == 1 else ""
