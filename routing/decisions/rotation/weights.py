"""Weights as people write them, and what part of the leads they come to (F4, L10).

Weight 1, or 100 %, is a usual share; 0 is paused. Stored with two decimal places.
"""

import re
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from fractions import Fraction

from routing.decisions.availability.skip_reasons import SkipReason
from routing.decisions.rotation.state import RotationState

MAX_WEIGHT = Decimal(100)
MAX_PERCENT = 1000
MAX_LENGTH = 24  # of what is typed
STEP = Decimal("0.01")
MINUS = ("-", "\u2212")
NUMBER = r"[0-9]{1,9}(?:[.,][0-9]{0,9})?|[.,][0-9]{1,9}"
PLAIN = re.compile(NUMBER)
PERCENT = re.compile(rf"({NUMBER})\s*%")
THOUSANDS = re.compile(r"([0-9]{1,3})[.,]([0-9]{3})")  # only a percentage is ever so large
FRACTION = re.compile(r"([0-9]{1,6})\s*/\s*([0-9]{1,6})")


class WeightFault(StrEnum):
    """Why what was typed is no weight."""

    NOT_A_NUMBER = "not_a_number"
    NEGATIVE = "negative"
    TOO_LARGE = "too_large"
    TOO_MANY_PERCENT = "too_many_percent"
    TOO_SMALL = "too_small"
    TOO_FINE = "too_fine"


class WeightRefused(ValueError):
    def __init__(self, fault: WeightFault) -> None:
        self.fault = fault
        super().__init__(fault)


def read_weight(text: str) -> Decimal:
    """Understands "2", "0.5", "0,5", "1/2", "150 %" and "1,000 %". A fraction is rounded to two places. Raises
    WeightRefused, also for what would round to 0 and so pause the member."""
    text = text.strip()
    if len(text) > MAX_LENGTH:
        raise WeightRefused(WeightFault.NOT_A_NUMBER)
    if text[:1] in MINUS:
        if read_weight(text[1:] if text[1:2] not in MINUS else ""):
            raise WeightRefused(WeightFault.NEGATIVE)
        return Decimal(0)
    if found := FRACTION.fullmatch(text):
        above, below = Decimal(found[1]), Decimal(found[2])
        if not below:
            raise WeightRefused(WeightFault.NOT_A_NUMBER)
        return _checked(above / below)
    if found := PERCENT.fullmatch(text):
        percent = _number(THOUSANDS.sub(r"\1\2", found[1]))
        if percent > MAX_PERCENT:
            raise WeightRefused(WeightFault.TOO_MANY_PERCENT)
        return _exact(percent / 100)
    if not PLAIN.fullmatch(text):
        raise WeightRefused(WeightFault.NOT_A_NUMBER)
    return _exact(_number(text))


def read_ratio(text: str) -> tuple[Fraction, bool]:
    """A weight as exact as it is written, and whether it is a part of a whole ("25 %", "1/4"). Understands what
    read_weight() does, and finer numbers. Raises WeightRefused."""
    text = text.strip()
    if len(text) > MAX_LENGTH:
        raise WeightRefused(WeightFault.NOT_A_NUMBER)
    if text[:1] in MINUS and text[1:2] not in MINUS:
        if read_ratio(text[1:])[0]:
            raise WeightRefused(WeightFault.NEGATIVE)
        return Fraction(0), False
    if found := FRACTION.fullmatch(text):
        if not int(found[2]):
            raise WeightRefused(WeightFault.NOT_A_NUMBER)
        return Fraction(int(found[1]), int(found[2])), True
    if found := PERCENT.fullmatch(text):
        percent = Fraction(_number(THOUSANDS.sub(r"\1\2", found[1])))
        if percent > MAX_PERCENT:
            raise WeightRefused(WeightFault.TOO_MANY_PERCENT)
        return percent / 100, True
    if not PLAIN.fullmatch(text):
        raise WeightRefused(WeightFault.NOT_A_NUMBER)
    return Fraction(_number(text)), False


def rounded_weight(ratio: Fraction) -> Decimal:
    """As it is stored. Raises WeightRefused for more than the largest, and for what would round to 0."""
    if ratio > MAX_WEIGHT:
        raise WeightRefused(WeightFault.TOO_LARGE)
    weight = (Decimal(ratio.numerator) / Decimal(ratio.denominator)).quantize(STEP, ROUND_HALF_UP)
    if ratio and not weight:
        raise WeightRefused(WeightFault.TOO_SMALL)
    return weight


def parts_of_leads(state: RotationState) -> dict[int, Fraction]:
    """What part of the leads each member gets while all others are available. Without those who are paused or
    deactivated."""
    sharing = [each for each in state.members if each.skip_reason not in (SkipReason.PAUSED, SkipReason.INACTIVE)]
    whole = sum(each.weight for each in sharing)
    return {each.member_id: Fraction(each.weight, whole) for each in sharing}


def _number(text: str) -> Decimal:
    return Decimal(text.replace(",", "."))


def _exact(weight: Decimal) -> Decimal:
    checked = _checked(weight)
    if checked != weight:
        raise WeightRefused(WeightFault.TOO_FINE)
    return checked


def _checked(weight: Decimal) -> Decimal:
    if weight > MAX_WEIGHT:
        raise WeightRefused(WeightFault.TOO_LARGE)
    if 0 < weight < STEP:
        raise WeightRefused(WeightFault.TOO_SMALL)
    return weight.quantize(STEP, ROUND_HALF_UP)
