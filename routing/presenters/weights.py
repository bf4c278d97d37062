"""Presents weights and the parts of the leads that they come to (F4)."""

from decimal import Decimal
from fractions import Fraction

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from config.web.figures import NO_BREAK_SPACE


def number_text(weight: Decimal) -> str:
    """'1', '0.5': as it is typed, in every language."""
    return f"{weight.normalize():f}" if weight else "0"


def part_text(part: Fraction) -> str:
    """'gets 37.5 % of the leads'."""
    return _("gets %(percent)s of the leads") % {"percent": percent_text(part)}


def percent_text(part: Fraction) -> str:
    """'37.5 %', '33.3 %', '25 %'."""
    percent = round(float(part) * 100, 1)
    return f"{number_format(percent, 0 if percent == int(percent) else 1)}{NO_BREAK_SPACE}%"
