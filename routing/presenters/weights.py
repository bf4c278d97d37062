"""Presents weights and the parts of the leads that they come to (F4)."""

from decimal import Decimal
from fractions import Fraction

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from config.web.figures import NO_BREAK_SPACE, in_own_marks
from routing.decisions.rotation.weights import MAX_WEIGHT, WeightFault


def number_text(weight: Decimal) -> str:
    """'1', '0.5': for a field, with a decimal point in every language."""
    return f"{weight.normalize():f}" if weight else "0"


def weight_text(weight: Decimal) -> str:
    """'1', '0.5', with the decimal mark of the language."""
    return in_own_marks(number_text(weight))


def part_text(part: Fraction) -> str:
    """'gets 37.5 % of the leads'."""
    return _("gets %(percent)s of the leads") % {"percent": percent_text(part)}


def percent_text(part: Fraction) -> str:
    """'37.5 %', '33.3 %', '25 %'."""
    percent = round(float(part) * 100, 1)
    return f"{number_format(percent, 0 if percent == int(percent) else 1)}{NO_BREAK_SPACE}%"


def weight_fault_text(fault: WeightFault) -> str:
    """What was typed is no weight because of this, and what to write."""
    return {
        WeightFault.NOT_A_NUMBER: _("Write a number such as 2, 0.5 or 1/2, or a percentage such as 150 %."),
        WeightFault.NEGATIVE: _("A weight cannot be negative. 0 gives no leads."),
        WeightFault.TOO_LARGE: _("A weight is at most %(most)s.") % {"most": MAX_WEIGHT},
        WeightFault.TOO_MANY_PERCENT: _("A percentage is at most 1,000 %."),
        WeightFault.TOO_SMALL: _("This would be rounded to 0. The least weight is 0.01, or 1 %; 0 gives no leads."),
        WeightFault.TOO_FINE: _("Write at most two decimal places, or a whole percentage."),
    }[fault]
