"""What a source is worth: the share of its leads of 90 days that were won, and points that follow it (B7, E2).

Counted are the leads captured within [at - 90 days, at) about which something is known: they entered a queue or came to
an end, whichever way. A lead that just arrived or stands on the review desk says nothing yet, and a merged one lives on
in another.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from leads.decisions.scoring import CEILINGS
from leads.decisions.stages import Stage

WINDOW = timedelta(days=90)
MIN_LEADS = 30  # with fewer leads chance decides
MAX_POINTS = CEILINGS["source"]
WON = frozenset({Stage.CONVERTED, Stage.WON})
NOT_COUNTED = frozenset({Stage.CAPTURED, Stage.REVIEW, Stage.MERGED})
TENTH = Decimal("0.1")


@dataclass(frozen=True, slots=True)
class ConversionCount:
    """`won` of `of` leads became an opportunity or a customer."""

    won: int = 0
    of: int = 0


def window(at: datetime) -> tuple[datetime, datetime]:
    """Begin and end, half-open (L1)."""
    return at - WINDOW, at


def conversion_percent(counted: ConversionCount) -> Decimal | None:
    """In percent, to a tenth; None without a denominator (L2)."""
    if not counted.of:
        return None
    return (Decimal(100 * counted.won) / counted.of).quantize(TENTH, rounding=ROUND_HALF_UP)


def points_by_source(counts: Mapping[int, ConversionCount]) -> dict[int, int]:
    """0 to 20 points by source: 20 for the best, the others in proportion. Sources with fewer than 30 leads get none
    of these and are no yardstick; while nobody has won anything there is none at all."""
    known = {key: Fraction(each.won, each.of) for key, each in counts.items() if each.of >= MIN_LEADS}
    best = max(known.values(), default=Fraction(0))
    if not best:
        return {}
    return {key: int(MAX_POINTS * share / best + Fraction(1, 2)) for key, share in known.items()}
