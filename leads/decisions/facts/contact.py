"""Read e-mail addresses and phone numbers: checked, and in one spelling (A2)."""

import re
from functools import lru_cache
from typing import NamedTuple

# The form of almost every address. A test checks that email-validator accepts everything that matches.
_PLAIN = re.compile(
    r"(?P<local>[a-z0-9_+-]+(?:\.[a-z0-9_+-]+)*)"
    r"@(?P<domain>(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63})"
)
_IN_BRACKETS = re.compile(r"<([^<>]+)>\s*$")
_MAX_EMAIL_LENGTH = 254
_MAX_PHONE_LENGTH = 60
_SEVERAL = re.compile(r":::|[;,|/]|\bor\b|\batau\b", re.IGNORECASE)

_DIALLED_ABROAD = re.compile(r"00[1-9]", re.ASCII)  # what most of the world dials for the plus; not all of its regions


class Phone(NamedTuple):
    """A number in E.164, and its extension, for which E.164 has no place."""

    number: str
    extension: str


def read_email(text: str) -> str:
    """The address in lower case, or "". Reserved domains such as .test are refused. The network is not asked."""
    text = text.lower()
    plain = _PLAIN.fullmatch(text)
    if plain and len(text) <= _MAX_EMAIL_LENGTH and len(plain["local"]) <= 64 and _is_plain_domain(plain["domain"]):
        return text
    return _read_rare_email(text)


def read_emails(text: str) -> list[str]:
    """All valid addresses in a cell that holds several."""
    found = (read_email(part.strip()) for part in re.split(r"[;,|\s]+", text[:2000]) if "@" in part)
    return [address for address in found if address]


def read_phone(text: str, region: str) -> Phone | None:
    """A number that exists in its country's numbering plan. Without a leading plus, it is read as dialled in
    `region`."""
    import phonenumbers  # the numbering plans of all countries: only where leads come in

    if len(text) > _MAX_PHONE_LENGTH:
        return None
    try:
        number = phonenumbers.parse(text, region or None)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(number):
        return read_phone(f"+{text[2:]}", region) if _DIALLED_ABROAD.match(text) else None
    return Phone(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164), number.extension or "")


@lru_cache(maxsize=5_000)
def grouped_phone(number: str) -> str:
    """A number in E.164 in the groups of its country, such as "+62 812-3456-7890"; anything else as it is."""
    if not number.startswith("+") or len(number) > _MAX_PHONE_LENGTH:
        return number
    import phonenumbers  # as above

    try:
        parsed = phonenumbers.parse(number)
    except phonenumbers.NumberParseException:
        return number
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.INTERNATIONAL)


@lru_cache(maxsize=5_000)
def national_digits(number: str, region: str = "") -> str:
    """The digits of a number without the code of its country and without what is dialled before it; "" if it is none.
    It may be shorter than a whole number."""
    if len(number) > _MAX_PHONE_LENGTH:
        return ""
    import phonenumbers  # as above

    if number[:1] == "+" and number[1:].isdecimal():  # E.164: the plans of all countries need not be asked
        codes = phonenumbers.COUNTRY_CODE_TO_REGION_CODE
        return next((number[end:] for end in (2, 3, 4) if int(number[1:end]) in codes), "") if len(number) > 4 else ""
    try:
        return phonenumbers.national_significant_number(phonenumbers.parse(number, region or None))
    except phonenumbers.NumberParseException:
        return ""


def read_phones(text: str, region: str) -> list[Phone]:
    """All valid numbers in a cell that holds several ("0812... / 0813...")."""
    found = (read_phone(part.strip(), region) for part in _SEVERAL.split(text[:200]) if part and part.strip())
    return [phone for phone in found if phone]


def count_like_phones(text: str) -> int:
    """How many parts of a cell have so many digits that each should be a number."""
    return sum(sum(mark.isdigit() for mark in part) > 6 for part in _SEVERAL.split(text[:200]))


@lru_cache(maxsize=20_000)
def _is_plain_domain(domain: str) -> bool:
    from email_validator import SPECIAL_USE_DOMAIN_NAMES  # as above

    if len(domain) > 253 or "--" in domain:
        return False
    return not any(domain == name or domain.endswith(f".{name}") for name in SPECIAL_USE_DOMAIN_NAMES)


def _read_rare_email(text: str) -> str:
    from email_validator import validate_email  # as above

    bracketed = _IN_BRACKETS.search(text)
    if bracketed:
        text = bracketed[1].strip()
    text = text.removeprefix("mailto:")
    if not 3 <= len(text) <= 2 * _MAX_EMAIL_LENGTH or "@" not in text:
        return ""
    try:
        address = validate_email(text, check_deliverability=False).normalized.lower()
    except ValueError:  # EmailNotValidError is one
        return ""
    return address if len(address) <= _MAX_EMAIL_LENGTH else ""
