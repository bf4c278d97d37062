"""Read numbers as people write them: sizes, money, percentages."""

import re
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

MAX_SIZE = 2_147_483_647
MAX_DEAL = Decimal("999999999999.99")

_DIGITS = r"\d[\d.,' ]*"
_UNITS = {
    "": 1,
    "k": 10**3,
    "rb": 10**3,
    "ribu": 10**3,
    "thousand": 10**3,
    "m": 10**6,
    "mn": 10**6,
    "mio": 10**6,
    "jt": 10**6,
    "juta": 10**6,
    "million": 10**6,
    "b": 10**9,
    "bn": 10**9,
    "miliar": 10**9,
    "milyar": 10**9,
    "billion": 10**9,
    "t": 10**12,
    "triliun": 10**12,
    "trillion": 10**12,
}
_UNIT = "|".join(sorted(filter(None, _UNITS), key=len, reverse=True))
_CURRENCY = r"rp\.?|idr|rupiah|usd|us\$|s\$|a\$|rm|\$|€|£|¥|₹|r\$|eur|euros?|gbp|sgd|myr|jpy|cny|inr|brl|aud|dollars?"
_MONEY = re.compile(
    rf"(?P<before>{_CURRENCY})? ?(?P<number>{_DIGITS}) ?(?P<unit>{_UNIT})?(?:,?-)? ?(?P<after>{_CURRENCY})?",
    re.ASCII,
)
_SIZE = re.compile(
    r"(?P<less><=?|less than|under|up to|kurang dari|di bawah|maks(?:imal)?)? ?"
    r"(?:>=?|≥|over|more than|at least|lebih dari|di atas|min(?:imum|imal)?|about|approx\.?|circa|ca\.?|sekitar|±|~)? ?"
    rf"(?P<number>{_DIGITS}) ?(?P<unit>k|rb|ribu)?"
    rf"(?: ?(?:-|–|—|to|s/d|sampai|hingga) ?{_DIGITS} ?(?:k|rb|ribu)?)? ?\+?"
    r"(?: ?(?:people|persons?|employees?|staff|orang|karyawan|pegawai|fte|pax|headcount))?",
    re.ASCII,
)
_SCIENTIFIC = re.compile(r"\d+(?:[.,]\d+)?e\+?\d{1,2}", re.ASCII)
_GROUPED = re.compile(r"[1-9]\d{0,2}(?P<mark>[.,' ])\d{2,3}(?:(?P=mark)\d{2,3})*(?<=\d{3})", re.ASCII)
_PERCENT = re.compile(r"(-?\d{1,12}(?:[.,]\d{1,12})?) ?(?:%|/ ?100)?", re.ASCII)


def read_size(value: object) -> int | None:
    """The number of employees. A range ("50-200", "1,000+") gives its lower end, "less than 50" gives one."""
    if isinstance(value, int | float | Decimal):
        number = _exact(value)
        return int(number) if number is not None and 0 <= number <= MAX_SIZE else None
    text = str(value).lower()[:200]
    match = _SIZE.fullmatch(text)
    number = _number(match["number"]) if match else _scientific(text)
    if number is None:
        return None
    number *= _UNITS[(match and match["unit"]) or ""]
    if match and match["less"]:
        return min(1, int(number))
    return int(number) if number <= MAX_SIZE else None


def read_money(value: object) -> Decimal | None:
    """An amount of money to the cent, without its currency: "Rp 12.500.000", "$1,200.50", "1,5 juta". Never
    negative."""
    if isinstance(value, int | float | Decimal):
        amount = _exact(value)
    else:
        text = str(value).lower()[:200]
        match = _MONEY.fullmatch(text)
        amount = _number(match["number"]) if match else _scientific(text)
        if match and amount is not None:
            amount *= _unit(match)
    if amount is None or not 0 <= amount <= MAX_DEAL:
        return None
    return amount.quantize(Decimal("0.01"), ROUND_HALF_UP)


def read_percent(value: object) -> tuple[int | None, str]:
    """A whole number from 0 to 100, or why there is none: "invalid", "out_of_range". Halves round up."""
    if isinstance(value, int | float | Decimal):
        number = _exact(value)
    else:
        text = str(value).strip()
        match = _PERCENT.fullmatch(text)
        number = Decimal(match[1].replace(",", ".")) if match else _scientific(text.lower())
    if number is None:
        return None, "invalid"
    if not 0 <= number <= 100:
        return None, "out_of_range"
    return int(number.quantize(Decimal(1), ROUND_HALF_UP)), ""


def _unit(match: re.Match[str]) -> int:
    # In Indonesia "Rp 12 M" is twelve miliar, not twelve million.
    currency = match["before"] or match["after"] or ""
    is_rupiah = currency.rstrip(".") in {"rp", "idr", "rupiah"}
    return 10**9 if match["unit"] == "m" and is_rupiah else _UNITS[match["unit"] or ""]


def _exact(value: int | float | Decimal) -> Decimal | None:
    if isinstance(value, bool):
        return None
    try:
        number = Decimal(value if not isinstance(value, float) else repr(value))
    except (InvalidOperation, ValueError):
        return None
    return number if number.is_finite() and abs(number) < 10**18 else None


def _scientific(text: str) -> Decimal | None:
    if not _SCIENTIFIC.fullmatch(text):
        return None
    number = Decimal(text.replace(",", "."))
    return number if number < 10**18 else None


def _number(text: str) -> Decimal | None:
    """Read either convention for thousands and decimals. A single mark before exactly three digits separates
    thousands."""
    text = text.rstrip(" ,.'")
    if len(text) > 40:
        return None
    if text.isdigit():
        return Decimal(text)
    if _GROUPED.fullmatch(text):
        return Decimal(re.sub(r"[.,' ]", "", text))
    whole, fraction = text, ""
    decimal_at = max(text.rfind("."), text.rfind(","))
    if decimal_at > 0:
        whole, fraction = text[:decimal_at], text[decimal_at + 1 :]
    if not fraction.isdigit() or not (whole.isdigit() or _GROUPED.fullmatch(whole)) or text[decimal_at] in whole:
        return None
    return Decimal(f"{re.sub(r'[^0-9]', '', whole)}.{fraction}")
