"""Which leads are probably no leads: nobody to reach, nobody to ask for, a throw-away address, a test (D7)."""

from dataclasses import dataclass
from enum import StrEnum

from leads.decisions.facts.domains import THROW_AWAY_MAIL
from leads.decisions.facts.text import PLACEHOLDERS

_TESTS = "test tes testing tester asdf asdfg asdfasdf qwerty qwe xxx dummy fake foo lorem ipsum coba"
NO_NAMES: frozenset[str] = PLACEHOLDERS | frozenset(_TESTS.split())  # a field that says one of these says nothing


class Junk(StrEnum):
    """Why a lead is probably junk, the surest first."""

    UNREACHABLE = "unreachable"  # neither e-mail nor phone; addresses such as a@example.test are not kept (A2)
    NAMELESS = "nameless"  # neither a person nor a company
    THROW_AWAY = "throw_away"
    TEST = "test"  # what it calls itself is a placeholder or a test


@dataclass(frozen=True, slots=True)
class Contact:
    """The fields of a lead that are looked at."""

    first_name: str = ""
    last_name: str = ""
    company_name: str = ""
    company_domain: str = ""
    email: str = ""
    phone: str = ""


def junk_reason(lead: Contact) -> Junk | None:
    """leads.queries.junk asks the same of the database; a test holds the two together."""
    names = [lead.first_name.lower(), lead.last_name.lower()]
    company = lead.company_name.lower()
    if not lead.email and not lead.phone:
        return Junk.UNREACHABLE
    if not any((*names, company, lead.company_domain)):
        return Junk.NAMELESS
    if lead.email.rpartition("@")[2] in THROW_AWAY_MAIL:
        return Junk.THROW_AWAY
    said = [name for name in names if name] or [company]
    return Junk.TEST if all(name in NO_NAMES for name in said) and any(said) else None
