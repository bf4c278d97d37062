"""Read the values of own fields from extra columns, typed as rules compare them and as JSON stores them (A9)."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, tzinfo
from decimal import Decimal, InvalidOperation

from leads.decisions.facts.date_orders import ORDERS
from leads.decisions.facts.moments import read_moment
from leads.decisions.facts.text import as_text, folded, is_placeholder, many_lines, one_line
from leads.decisions.own_fields.names import OwnKind, value_name

Value = str | int | float | bool
MAX_TEXT_LENGTH, MAX_CHOICE_LENGTH = 2000, 200
MAX_NUMBER = 10**15
POINT, COMMA = ".", ","
YES = frozenset({"yes", "y", "true", "t", "1", "on", "ya", "x", "ja", "si", "oui", "sim"})
NO = frozenset({"no", "n", "false", "f", "0", "off", "tidak", "nein", "non", "nao"})
_NOTHING = frozenset(
    {"select", "please select", "choose", "please choose", "choose one", "select one", "pilih", "silakan pilih"}
    | {"bitte wahlen", "seleccionar", "seleccione", "selecione", "n a", "na", "none", "null", "not specified"}
)
_NUMBER = re.compile(r"[-+]?\d[\d.,' ]*(?:e[-+]?\d{1,2})?", re.ASCII | re.IGNORECASE)
_AROUND = re.compile(r"^(?:rp\.?|idr|usd|us\$|eur|[$€£¥₹])\s*|(?<!\s)\s*(?:%|[$€£¥₹]|usd|eur|idr)$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class FieldReading:
    """How one field is read. `style` is the decimal mark of numbers, or what comes first in dates (day, month, year);
    "" reads either by the usual signs."""

    key: str
    kind: str
    titles: tuple[str, ...] = ()
    choices: tuple[str, ...] = ()
    style: str = ""

    @property
    def name(self) -> str:
        return value_name(self.kind, self.key)


class OwnReader:
    """Reads all own fields of many leads: each column is matched once."""

    def __init__(self, fields: Iterable[FieldReading], tz: tzinfo) -> None:
        self.fields, self.tz = list(fields), tz
        self.places: dict[str, list[tuple[int, int]]] = {}  # (field, which of its titles) by folded title
        for place, field in enumerate(self.fields):
            for number, title in enumerate((*field.titles, field.key, f"own_{field.key}")):
                self.places.setdefault(folded(title), []).append((place, number))
        self._known: dict[str, list[tuple[int, int]]] = {}

    def values(self, extra: Mapping[str, object], raw: Mapping[str, object] | None = None) -> dict[str, Value]:
        """The values by value name. Of several columns that feed a field, the first title with a value counts. `raw`
        has the numbers and yes or no that a program sent as such."""
        if not self.fields:
            return {}
        found: dict[int, tuple[int, Value]] = {}
        for title, text in extra.items():
            for place, number in self._places_of(title):
                if place in found and found[place][0] <= number:
                    continue
                sent = (raw or {}).get(title)
                value = read_value(self.fields[place], text if sent is None or isinstance(sent, str) else sent, self.tz)
                if value is not None:
                    found[place] = number, value
        return {self.fields[place].name: value for place, (_number, value) in found.items()}

    def feeds(self, title: str) -> bool:
        """Whether a column of this title, or a program's key, is read into a field."""
        return bool(self._places_of(title))

    def is_refused(self, title: str, value: object) -> bool:
        """Whether it says something that cannot be read as the kind of its field."""
        is_said = not is_nothing(one_line(as_text(value)))
        return is_said and self.feeds(title) and not self.values({title: value}, {title: value})

    def _places_of(self, title: str) -> list[tuple[int, int]]:
        places = self._known.get(title)
        if places is None:
            places = self._known[title] = self.places.get(folded(title.removesuffix(" (column)")), [])
        return places


def is_nothing(text: str) -> bool:
    """Whether a cell only says that there is no value: "Select", "n/a", "-"."""
    return is_placeholder(text, strict=True) or folded(text) in _NOTHING or not folded(text)


def read_value(field: FieldReading, value: object, tz: tzinfo) -> Value | None:
    """The typed value; None for nothing and for what cannot be read as this kind: the text stays in the extra data."""
    if isinstance(value, bool):
        return value if field.kind == OwnKind.YES_NO else read_value(field, "yes" if value else "no", tz)
    if isinstance(value, int | float | Decimal):
        if field.kind == OwnKind.NUMBER:
            return stored_number(value)
        value = as_text(value)
    text = many_lines(as_text(value))[:MAX_TEXT_LENGTH]
    if field.kind == OwnKind.TEXT:
        return None if is_nothing(one_line(text)) else text
    text = one_line(text)
    if field.kind == OwnKind.YES_NO:
        return read_yes_no(text)
    if is_nothing(text):
        return None
    if field.kind == OwnKind.NUMBER:
        return read_number(text, field.style)
    if field.kind == OwnKind.DATE:
        day = read_day(text, tz, field.style)
        return day.isoformat() if day else None
    return _choice(text, field.choices)


def read_yes_no(text: str) -> bool | None:
    word = folded(text)
    return True if word in YES else False if word in NO else None


def read_number(text: str, style: str = "") -> int | float | None:
    """A number in either convention. `style` is the decimal mark where that is known; otherwise a single mark before
    exactly three digits separates thousands, unless a zero stands before it."""
    text = _AROUND.sub("", _AROUND.sub("", text.strip()))
    if len(text) > 40 or not _NUMBER.fullmatch(text):
        return None
    text = text.replace(" ", "").replace("'", "")
    mark = style if style in (POINT, COMMA) else _decimal_mark(text)
    other = COMMA if mark == POINT else POINT
    text = text.replace(other, "")
    if mark == COMMA:
        text = text.replace(COMMA, POINT)
    try:
        return stored_number(Decimal(text))
    except InvalidOperation:
        return None


def stored_number(value: int | float | Decimal) -> int | float | None:
    number = Decimal(repr(value)) if isinstance(value, float) else Decimal(value)
    if not number.is_finite() or abs(number) > MAX_NUMBER:
        return None
    return int(number) if number == number.to_integral_value() else float(number)


def read_day(text: str, tz: tzinfo, style: str = "") -> date | None:
    """The day where `tz` is."""
    moment = read_moment(text, tz, order=style if style in ORDERS else "")
    return moment.astimezone(tz).date() if moment is not None else None


def own_facts(own: Mapping[str, Value | None]) -> dict[str, object]:
    """Stored values as conditions compare them: numbers exactly, days as ISO dates. None: somebody emptied it."""
    return {name: Decimal(repr(value)) if isinstance(value, float) else value for name, value in own.items()}


def _decimal_mark(text: str) -> str:
    point, comma = text.rfind(POINT), text.rfind(COMMA)
    if point >= 0 and comma >= 0:
        return POINT if point > comma else COMMA
    mark = POINT if point >= 0 else COMMA
    if text.count(mark) > 1:
        return COMMA if mark == POINT else POINT
    whole, _mark, fraction = text.lstrip("+-").partition(mark)
    is_thousands = len(fraction) == 3 and fraction.isdigit() and not whole.startswith("0") and len(whole) <= 3
    return (COMMA if mark == POINT else POINT) if is_thousands else mark


def _choice(text: str, choices: Iterable[str]) -> str:
    """In the spelling of the list; a choice that is not in it stays as it came."""
    wanted = folded(text)
    return next((choice for choice in choices if choice == text or folded(choice) == wanted), text[:MAX_CHOICE_LENGTH])
