"""Read one capture, field by field. What cannot be read becomes a problem and is kept as an extra column (A2)."""

from collections.abc import Callable, Mapping
from datetime import date, datetime, tzinfo
from decimal import Decimal
from hashlib import sha256

from leads.decisions.facts.amounts import read_money, read_percent, read_size
from leads.decisions.facts.contact import count_like_phones, read_email, read_emails, read_phone, read_phones
from leads.decisions.facts.countries import iso_code
from leads.decisions.facts.domains import domain_of_email, read_website
from leads.decisions.facts.fields import FIELDS, LEAD_TYPES, LIMITS, SEVERAL, Problem, keys_of
from leads.decisions.facts.mailboxes import PLACEHOLDER, is_placeholder_email
from leads.decisions.facts.moments import Unread, moment_of
from leads.decisions.facts.spreadsheet_numbers import Rounded, exact_id, exact_phone, is_exact
from leads.decisions.facts.text import as_text, folded, is_placeholder, many_lines, one_line, unwrapped
from leads.decisions.identity.names import split_name

BETWEEN_VALUES = ":::"  # as Google Contacts writes it; people write one address, or say with a comma that it is two
MAX_OF_ONE_KIND = 10  # e-mails, or phones, of one arrival
MAX_EXTRAS, MAX_EXTRA_LENGTH, MAX_EXTRA_NAME_LENGTH, MAX_PROBLEM_LENGTH = 100, 2000, 100, 200

_TYPES_BY_LABEL = {label.replace("_", " "): label for label in LEAD_TYPES} | {
    "hot": "hot_inbound",
    "inbound": "hot_inbound",
    "inbound hot": "hot_inbound",
    "hot lead": "hot_inbound",
    "marketing qualified": "mql",
    "marketing qualified lead": "mql",
    "warm lead": "warm",
    "cold lead": "cold",
    "cold outreach": "cold",
}
_FIELDS = frozenset(FIELDS)
_FURTHER = tuple(f"{field} " for field in SEVERAL)


class FactsReader:
    """Reads one capture and collects problems and extra columns."""

    __slots__ = ("extra", "problems", "raw")

    def __init__(self, raw: Mapping[str, object]) -> None:
        self.raw = raw
        self.extra: dict[str, str] = {}
        self.problems: list[Problem] = []

    def short(self, name: str, *, strict: bool = True) -> str:
        """One line of text within the limit of the column; "" for a placeholder (see is_placeholder)."""
        text = self._text(name)
        if not text or is_placeholder(text := one_line(text), strict=strict):
            return ""
        limit = LIMITS.get(name, MAX_EXTRA_LENGTH)
        if len(text) > limit:
            self._report(name, "too_long", text)
            text = text[:limit].rstrip()
        return text

    def external_id(self) -> str:
        """An identifier that is cut could be another lead's, so a long one ends in a digest of the whole."""
        text = self._exact("external_id", exact_id)
        limit = LIMITS["external_id"]
        if len(text) <= limit:
            return text
        self._refuse("external_id", "too_long", text)
        return f"{text[: limit - 33]}~{sha256(text.encode()).hexdigest()[:32]}"

    def names(self) -> tuple[str, str]:
        first, last = self.short("first_name", strict=False), self.short("last_name", strict=False)
        whole = one_line(self._text("name"))
        if is_placeholder(whole):
            return first, last
        if first or last:
            if not _repeats(whole, first, last):
                self._keep("name", whole)
            return first, last
        first, last = split_name(whole)
        limit = LIMITS["first_name"]
        if max(len(first), len(last)) > limit:
            self._refuse("name", "too_long", whole)
        return first[:limit].rstrip(), last[:limit].rstrip()

    def country(self) -> str:
        text = self._plain("country")
        code = iso_code(text[:100]) if text else ""
        if text and not code:
            self._refuse("country", "unknown", text)
        return code

    def emails(self) -> list[str]:
        """All good addresses, each once, the first one first. A cell may hold several; that is said, unless a program
        wrote it so. One that stands for none, such as none@none.com, identifies nobody and is a problem (A3)."""
        found: list[str] = []
        for key in ["email", *keys_of("further_email", self.raw)]:
            text = self._plain(key).strip("'\"")
            address = read_email(text) if text else ""
            several = [address] if address else read_emails(text)
            if text and not address:
                self._say_of_several(key, text, len(several), most=text.count("@"))
            empty = [address for address in several if is_placeholder_email(address)]
            if empty:
                self._refuse(key, PLACEHOLDER, ", ".join(empty))
            found += [address for address in several if address not in empty]
        return list(dict.fromkeys(found))[:MAX_OF_ONE_KIND]

    def phones(self, region: str) -> list[str]:
        """As emails()."""
        found: list[str] = []
        for key in ["phone", *keys_of("further_phone", self.raw)]:
            text = self._exact(key, exact_phone)
            phone = read_phone(text, region) if text else None
            several = [phone] if phone else read_phones(text, region)
            if text and phone is None:
                self._say_of_several(key, text, len(several), most=count_like_phones(text))
            if several and several[0].extension:
                self.extra.setdefault("phone_extension", several[0].extension)
            found += [phone.number for phone in several]
        return list(dict.fromkeys(found))[:MAX_OF_ONE_KIND]

    def _say_of_several(self, key: str, text: str, found: int, *, most: int) -> None:
        field, is_whole = key.partition(" ")[0], found > 0 and found >= most
        if is_whole and (field in SEVERAL or BETWEEN_VALUES in text):
            return
        self._report(field, "several" if is_whole else "invalid", text)
        self._keep(key, text)

    def website(self) -> tuple[str, str]:
        text = self._plain("website")
        if not text:
            return "", ""
        site = read_website(text) if len(text) <= LIMITS["website"] - len("https://") else None
        if site is None or len(site.url) > LIMITS["website"]:
            self._refuse("website", "invalid", text)
            return "", ""
        return site

    def company_domain(self) -> str:
        text = self._plain("company_domain")
        if not text:
            return ""
        site = read_website(text.removeprefix("@")) if len(text) <= LIMITS["company_domain"] else None
        domain = domain_of_email(f"@{site.host}") if site else ""
        if not domain:
            self._refuse("company_domain", "invalid", text)
        return domain

    def message(self) -> str:
        text = many_lines(self._text("message"))
        if len(text) <= LIMITS["message"]:
            return text
        self._report("message", "too_long", text)
        return text[: LIMITS["message"]].rstrip()

    def lead_type(self) -> str:
        text = self._plain("lead_type")
        kind = _TYPES_BY_LABEL.get(folded(text[:100]), "") if text else ""
        if text and not kind:
            self._refuse("lead_type", "unknown", text)
        return kind

    def company_size(self) -> int | None:
        value = self._typed("company_size")
        size = None if value == "" else read_size(value)
        if size is None and value != "":
            self._refuse("company_size", "invalid", as_text(value))
        return size

    def deal_size(self) -> Decimal | None:
        value = self._typed("deal_size")
        amount = None if value == "" else read_money(value)
        if amount is None and value != "":
            self._refuse("deal_size", "invalid", as_text(value))
        elif isinstance(value, str) and any(not mark.isdigit() and mark not in "., " for mark in value):
            self._keep("deal_size", value)  # the currency would be lost
        return amount

    def percent(self, name: str) -> int | None:
        value = self._typed(name)
        if value == "":
            return None
        number, code = read_percent(value)
        if code:
            self._refuse(name, code, as_text(value))
        return number

    def captured_at(self, tz: tzinfo, *, order: str, habit: str) -> datetime | None:
        value = self.raw.get("captured_at")
        if not isinstance(value, date | int | float | Decimal) or isinstance(value, bool):
            value = self._plain("captured_at")
        try:
            return None if value == "" else moment_of(value, tz, order=order, habit=habit)
        except Unread as problem:
            self._refuse("captured_at", problem.code, as_text(value))
            return None

    def extras(self) -> dict[str, str]:
        """All columns that have no field; empty cells are left out."""
        for key, value in self.raw.items():
            if key in _FIELDS or (key.startswith(_FURTHER) and key.rpartition(" ")[2].isdecimal()):
                continue
            text = many_lines(unwrapped(as_text(value)))
            if not text:
                continue
            if len(self.extra) >= MAX_EXTRAS:
                self._report("extra", "too_many", as_text(key))
                break
            name = one_line(as_text(key))
            if len(text) > MAX_EXTRA_LENGTH or len(name) > MAX_EXTRA_NAME_LENGTH:
                self._report("extra", "too_long", name)
            self._keep(self._unused(name[:MAX_EXTRA_NAME_LENGTH].rstrip() or "?"), text)
        return self.extra

    def _unused(self, name: str) -> str:
        unused, number = name, 2
        while unused in self.extra:
            unused, number = f"{name} {number}", number + 1
        return unused

    def _exact(self, name: str, exact: Callable[[str], str]) -> str:
        """One line of text that identifies somebody. With digits lost on the way it would be a stranger's."""
        text = self._plain(name)
        if not text:
            return ""
        try:
            if is_exact(self.raw[name]):
                return exact(text)
        except Rounded:
            pass
        self._refuse(name, "rounded", text)
        return ""

    def _text(self, name: str) -> str:
        """The text or the number that was sent; a list, an object or a boolean is none."""
        value = self.raw.get(name)
        if isinstance(value, str):
            return unwrapped(value)
        if value is None:
            return ""
        if isinstance(value, bool) or (value and isinstance(value, list | tuple | Mapping)):
            self._refuse(name, "wrong_type", as_text(value))
            return ""
        return as_text(value) if value or value == 0 else ""

    def _plain(self, name: str) -> str:
        """Cleaned but not cut. The caller decides what is too long."""
        text = self._text(name)
        if not text:
            return ""
        text = one_line(text)
        return "" if is_placeholder(text, strict=True) else text

    def _typed(self, name: str) -> object:
        """A number as it came, anything else as text; "" for nothing."""
        value = self.raw.get(name)
        return value if isinstance(value, int | float | Decimal) and not isinstance(value, bool) else self._plain(name)

    def _refuse(self, name: str, code: str, value: str) -> None:
        self._report(name, code, value)
        self._keep(name, value)

    def _report(self, name: str, code: str, value: str) -> None:
        name = name.partition(" ")[0] if name.startswith(_FURTHER) else name
        self.problems.append(Problem(name, code, value[:MAX_PROBLEM_LENGTH]))

    def _keep(self, name: str, value: str) -> None:
        self.extra[name] = value[:MAX_EXTRA_LENGTH]


def _repeats(whole: str, first: str, last: str) -> bool:
    """Whether a whole name says no more than its halves, in either order."""
    said = whole.replace(",", " ").casefold().split()
    first_last, last_first = f"{first} {last}", f"{last} {first}"
    return said in [half.replace(",", " ").casefold().split() for half in (first_last, last_first)]
