"""Read the JSON that a program sent, so that what arrives is what was sent: no key and no digit is lost (A1b, A8)."""

import json
from collections.abc import Sequence
from decimal import Decimal

from leads.decisions.facts.storable import unused_name

MAX_DIGITS = 40  # of a number that is kept as a number


class NotJson(ValueError):
    """Codes: empty, compressed, encoding (detail: the byte), constant (detail: the word), too_deep, syntax (detail:
    where)."""

    def __init__(self, code: str, detail: str = "") -> None:
        self.code, self.detail = code, detail
        super().__init__(f"{code} {detail}".strip())


def read_json(body: bytes) -> object:
    """The value, as strict JSON: NaN and Infinity are refused, as the standard and databases do. Raises NotJson.

    Of a key that comes twice in one object the last value counts, as everywhere; the others stay beside it as
    "key (2)". A number that a float would round, or that has an exponent, stays the text that was sent.
    """
    if not body.strip(b" \t\r\n"):
        raise NotJson("empty")
    if body.startswith(b"\x1f\x8b"):
        raise NotJson("compressed")
    try:
        text = body.decode(json.detect_encoding(body), "surrogatepass")
        return json.loads(
            text,
            parse_constant=_no_constant,
            parse_float=_number,
            parse_int=_whole_number,
            object_pairs_hook=_object,
        )
    except UnicodeDecodeError as problem:
        raise NotJson("encoding", str(problem.start + 1)) from None
    except json.JSONDecodeError as problem:
        raise NotJson("syntax", f"{problem.lineno}:{problem.colno}") from None
    except RecursionError:
        raise NotJson("too_deep") from None


def _no_constant(name: str) -> None:
    raise NotJson("constant", name)


def _whole_number(text: str) -> int | str:
    return int(text) if len(text) <= MAX_DIGITS else text


def _number(text: str) -> float | str:
    """An exponent says that digits may be missing: 6.28123E12 is the phone number that a spreadsheet rounded."""
    if len(text) > MAX_DIGITS or "e" in text.lower():
        return text
    number = float(text)
    return number if Decimal(repr(number)) == Decimal(text) else text


def _object(pairs: Sequence[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) == len(pairs):
        return found
    numbers: dict[str, int] = {}
    for key, value in pairs:
        if found[key] != value:
            found[unused_name(key, found, numbers)] = value
    return found
