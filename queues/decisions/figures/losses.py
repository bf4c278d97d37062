"""When too many leads leave without a claim (E4): above 15 % of those that entered, strictly (L1)."""

from fractions import Fraction

from queues.decisions.health import with_hysteresis

MOST_LOST = Fraction(15, 100)
LIFTS_BELOW = MOST_LOST * Fraction(4, 5)


def loses_too_many(abandonment: Fraction | None) -> bool:
    """30 of 200 are fine, 31 are not. Without a lead that entered there is nothing to lose (L2)."""
    return abandonment is not None and abandonment > MOST_LOST


def keeps_losing(was_on: bool, abandonment: Fraction | None) -> bool:
    """loses_too_many() with memory: the alarm lifts below four fifths of the limit, so that it does not flap."""
    return with_hysteresis(was_on, abandonment, MOST_LOST, LIFTS_BELOW)
