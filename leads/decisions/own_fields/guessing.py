"""Guess what a column that Alur does not know could be, from its title and a sample of its cells (A9)."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date

from leads.decisions.facts.date_orders import DAY, ORDERS
from leads.decisions.facts.moments import possible_orders
from leads.decisions.facts.text import one_line
from leads.decisions.own_fields.names import OwnKind
from leads.decisions.own_fields.reading import (
    COMMA,
    POINT,
    is_nothing,
    read_day,
    read_number,
    read_yes_no,
)

MAX_CHOICES = 60
MAX_CHOICE_LENGTH = 80
READABLE = 0.98  # of the cells that have a value
FEWEST_COUNTED = 20  # whole numbers in a row, each once, are numbers of rows or of people
MANY_DIGITS = 7  # whole numbers this long that never repeat name something, they count nothing
MANY, SOME_DIGITS = 50, 5  # and so do shorter ones among as many


@dataclass(frozen=True, slots=True)
class Guess:
    """`filled` of `seen` cells have a value. `lowest` and `highest` are numbers or days. Why a column is of no use:
    empty, same (`only` is its one value), or names (another one in each row, as ids are); "" if it is of use."""

    kind: OwnKind
    seen: int
    filled: int
    choices: tuple[str, ...] = ()
    lowest: int | float | date | None = None
    highest: int | float | date | None = None
    style: str = ""
    useless: str = ""
    only: str = ""
    differing: int = 0


def guess(cells: Sequence[str], habit: str = DAY) -> Guess:
    """Cells that only say "Select" or "n/a" count as empty. `habit`: what comes first in dates where the lead comes
    from."""
    counts = Counter(text for cell in cells if (text := one_line(cell)) and not is_nothing(text))
    seen, filled = len(cells), counts.total()
    if not counts:
        return Guess(OwnKind.TEXT, seen, 0, useless="empty")
    found = _yes_no(counts) or _days(counts, habit) or _numbers(counts) or _choices(counts) or {"kind": OwnKind.TEXT}
    if not found.get("useless"):
        found["useless"] = _useless(counts, found["kind"])
    only = next(iter(counts)) if len(counts) == 1 else ""
    return Guess(**{"seen": seen, "filled": filled, "only": only, "differing": len(counts), **found})


def _useless(counts: Counter[str], kind: str) -> str:
    if len(counts) == 1 and counts.total() > 1:
        return "same"
    is_named = counts.total() >= 5 and len(counts) == counts.total()
    if kind == OwnKind.TEXT and is_named and all(" " not in text and any(map(str.isdigit, text)) for text in counts):
        return "names"
    return ""


def _yes_no(counts: Counter[str]) -> dict | None:
    return {"kind": OwnKind.YES_NO} if all(read_yes_no(text) is not None for text in counts) else None


def _numbers(counts: Counter[str]) -> dict | None:
    style = number_style(counts)
    read = {text: read_number(text, style) for text in counts}
    numbers = [number for number in read.values() if number is not None]
    known = sum(count for text, count in counts.items() if read[text] is not None)
    if known < counts.total() * READABLE:
        return None
    if any(len(text) > 1 and text[0] == "0" and text.isdigit() for text in counts):
        return {"kind": OwnKind.TEXT}  # a code: its zeros in front would be lost
    is_named = counts.total() >= 5 and len(counts) == counts.total() and all(text.isdigit() for text in counts)
    is_counted = len(counts) >= FEWEST_COUNTED and max(numbers) - min(numbers) == len(counts) - 1
    digits = SOME_DIGITS if len(counts) >= MANY else MANY_DIGITS
    if is_named and (is_counted or all(len(text) >= digits for text in counts)):
        return {"kind": OwnKind.TEXT, "useless": "names"}
    return {"kind": OwnKind.NUMBER, "lowest": min(numbers), "highest": max(numbers), "style": style}


def number_style(texts: Iterable[str]) -> str:
    """The decimal mark, where one cell of the column proves it; one mark for the whole column."""
    for mark, other in ((POINT, COMMA), (COMMA, POINT)):
        proofs = [text for text in texts if mark in text and text.count(mark) == 1 and _is_decimal(text, mark, other)]
        against = [
            text for text in texts if other in text and text.count(other) == 1 and _is_decimal(text, other, mark)
        ]
        if proofs and not against:
            return mark
    return ""


def _is_decimal(text: str, mark: str, other: str) -> bool:
    whole, _mark, fraction = text.partition(mark)
    digits = "".join(sign for sign in fraction if sign.isdigit())
    if other in fraction:
        return False
    return other in whole or len(digits) != 3 or whole.lstrip("+- ").startswith("0")


def _days(counts: Counter[str], habit: str) -> dict | None:
    """In one order for the whole column, as its unmistakable cells show; else in that of the region."""
    if any(text.isdigit() for text in counts):
        return None
    orders = [found for text in counts if (found := possible_orders(text))]
    common = frozenset.intersection(*orders) if orders else frozenset()
    style = habit if habit in common else next((order for order in ORDERS if order in common), "")
    read = {text: read_day(text, UTC, style) for text in counts}
    days = [day for day in read.values() if day is not None]
    known = sum(count for text, count in counts.items() if read[text] is not None)
    if not days or known < counts.total() * READABLE:
        return None
    return {"kind": OwnKind.DATE, "lowest": min(days), "highest": max(days), "style": style}


def _choices(counts: Counter[str]) -> dict | None:
    """Few short texts that come again and again; the most frequent first."""
    spelled: dict[str, Counter[str]] = {}
    for text, count in counts.items():
        spelled.setdefault(text.casefold(), Counter())[text] += count
    if len(spelled) > MAX_CHOICES or len(spelled) * 2 > counts.total() or len(spelled) < 2:
        return None
    if any(len(text) > MAX_CHOICE_LENGTH for text in counts):
        return None
    order = sorted(spelled.values(), key=lambda spellings: -spellings.total())
    return {"kind": OwnKind.CHOICE, "choices": tuple(spellings.most_common(1)[0][0] for spellings in order)}
