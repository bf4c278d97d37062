"""The weights of the members of one file (F4, L10).

Other routers write parts of the whole: 50 %, 25 %, 25 %. Where all weights of a rotation are parts and add up to a
whole, each is multiplied by the number of members, so that a usual share is weight 1 as elsewhere in Alur, and two
decimal places are enough for small parts. Else a weight counts as it is written: 200 % is 2, 1/2 is 0.5.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from routing.decisions.member_files.rows import FileRow, RowFault
from routing.decisions.member_files.titles import WEIGHT
from routing.decisions.rotation.weights import WeightRefused, rounded_weight

ROUNDED = Fraction(1, 100)  # parts that were rounded may miss the whole by so much


@dataclass(frozen=True, slots=True)
class Weights:
    """By line. `are_parts`: they were parts of a whole. `faults`: lines whose weight cannot be stored."""

    by_line: dict[int, Decimal]
    are_parts: bool
    faults: dict[int, RowFault]


def weights_of(rows: Sequence[FileRow]) -> Weights:
    written = [(row, row.ratio) for row in rows if row.ratio is not None]
    whole = sum((ratio for _row, ratio in written), Fraction(0))
    are_parts = (
        len(written) > 1
        and len(written) == len(rows)
        and all(row.is_part or not ratio for row, ratio in written)
        and abs(whole - 1) <= ROUNDED
    )
    usual = sum(1 for _row, ratio in written if ratio) if are_parts else 1
    by_line, faults = {}, {}
    for row, ratio in written:
        try:
            by_line[row.line] = rounded_weight(ratio * usual)
        except WeightRefused as refused:
            faults[row.line] = RowFault(refused.fault, WEIGHT, f"{float(ratio):g}")
    return Weights(by_line, are_parts, faults)
