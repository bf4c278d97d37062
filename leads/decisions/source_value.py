"""The value of a source: the share of its leads of 90 days that converted, and the points that follow from it (B7, E2).

A lead counts if it was captured within [at - 90 days, at) and has entered a queue or was closed. Leads that just
arrived or are on the review desk do not count yet. Merged leads never count, because the kept lead does.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from leads.decisions.scoring import CEILINGS
from leads.decisions.stages import Stage

WINDOW = timedelta(days=90)
MIN_LEADS = 30  # with fewer, the share is mostly chance
MAX_POINTS = CEILINGS["source"]
WON = frozenset({Stage.CONVERTED, Stage.WON})
NOT_COUNTED = frozenset({Stage.CAPTURED, Stage.REVIEW, Stage.MERGED})
TENTH = Decimal("0.1")


@dataclass(frozen=True, slots=True)
class ConversionCount:
    """`won` of `total` leads became an opportunity or a customer."""

    won: int = 0
    total: int = 0


def window(at: datetime) -> tuple[datetime, datetime]:
    """Begin and end of the 90 days; the end does not belong to them (L1)."""
    return at - WINDOW, at


def conversion_percent(counted: ConversionCount) -> Decimal | None:
    """In percent, rounded to a tenth; None without leads (L2)."""
    if not counted.total:
        return None
    return (Decimal(100 * counted.won) / counted.total).quantize(TENTH, rounding=ROUND_HALF_UP)


def points_by_source(counts: Mapping[int, ConversionCount]) -> dict[int, int]:
    """0 to 20 points by source: 20 for the best source, the others in proportion to it. Sources with fewer than 30
    leads are left out. If no source has converted any lead, the result is empty."""
    known = {key: Fraction(each.won, each.total) for key, each in counts.items() if each.total >= MIN_LEADS}
    best = max(known.values(), default=Fraction(0))
    if not best:
        return {}
    return {key: int(MAX_POINTS * share / best + Fraction(1, 2)) for key, share in known.items()}
