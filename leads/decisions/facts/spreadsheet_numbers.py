"""Identifiers that a spreadsheet or a program took for numbers: repaired only if no digit can be missing."""

import re

# "6281234567890.0": nobody writes a phone number with a last group of one or two zeros
_AS_DECIMAL = re.compile(r"(?P<digits>\+?\d{7,})[.,]0{1,2}", re.ASCII)
_FRACTION = re.compile(r"\+?\d{10,}[.,]\d{1,2}", re.ASCII)
_SCIENTIFIC = re.compile(r"\+?(?P<first>\d)[.,](?P<rest>\d+)e\+?(?P<exponent>\d{1,3})", re.ASCII | re.IGNORECASE)
_AS_FLOAT = re.compile(r"(?P<digits>\d+)\.0", re.ASCII)
_ROUNDED = re.compile(r"\d{5,9}0{6,}", re.ASCII)  # 6281230000000: a spreadsheet wrote 6.28123E12 out
_EXACT_DIGITS = 15  # that a number of a spreadsheet keeps
_LEAST_EXPONENT = 5
MAX_EXACT_FLOAT = 2**53


class Rounded(ValueError):
    """Digits are missing: 6.28123E12 could be any of a million numbers."""


def exact_id(text: str) -> str:
    """The id without the ".0" of a column of numbers, and all digits of one in scientific notation. Raises Rounded."""
    if whole := _AS_FLOAT.fullmatch(text):
        if len(whole["digits"]) > _EXACT_DIGITS:
            raise Rounded
        return whole["digits"]
    found = _SCIENTIFIC.fullmatch(text)
    if found is None or int(found["exponent"]) < _LEAST_EXPONENT:
        return text
    if len(found["rest"]) != int(found["exponent"]):
        raise Rounded
    return found["first"] + found["rest"]


def exact_phone(text: str) -> str:
    """The same for a phone, which has no decimals. Raises Rounded."""
    if found := _AS_DECIMAL.fullmatch(text):
        return found["digits"]
    if _FRACTION.fullmatch(text) or _ROUNDED.fullmatch(text):
        raise Rounded
    return exact_id(text)


def is_exact(value: object) -> bool:
    """Whether a number still has all digits that it had: a float has 15 to 17 of them."""
    return not isinstance(value, float) or (abs(value) < MAX_EXACT_FLOAT and value.is_integer())
