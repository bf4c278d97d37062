"""A form field for the weight of a member: "2", "0.5", "1/2" or "150 %" (F4)."""

from decimal import Decimal

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from routing.decisions.rotation.weights import MAX_WEIGHT, WeightFault, WeightRefused, read_weight
from routing.presenters.weights import number_text


class WeightField(forms.Field):
    """Gives a Decimal, or None when nothing was typed."""

    def prepare_value(self, value: object) -> object:
        return number_text(value) if isinstance(value, Decimal) else value

    def to_python(self, value: object) -> Decimal | None:
        if isinstance(value, Decimal):
            return value
        text = str(value or "").strip()
        if not text:
            return None
        try:
            return read_weight(text)
        except WeightRefused as refused:
            raise ValidationError(_words(refused.fault), code=refused.fault) from None


def _words(fault: WeightFault) -> str:
    return {
        WeightFault.NOT_A_NUMBER: _("Write a number such as 2, 0.5 or 1/2, or a percentage such as 150 %."),
        WeightFault.NEGATIVE: _("A weight cannot be negative. 0 gives no leads."),
        WeightFault.TOO_LARGE: _("A weight is at most %(most)s.") % {"most": MAX_WEIGHT},
        WeightFault.TOO_MANY_PERCENT: _("A percentage is at most 1,000 %."),
        WeightFault.TOO_SMALL: _("This would be rounded to 0. The least weight is 0.01, or 1 %; 0 gives no leads."),
        WeightFault.TOO_FINE: _("Write at most two decimal places, or a whole percentage."),
    }[fault]
