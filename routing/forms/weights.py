"""A form field for the weight of a member: "2", "0.5", "1/2" or "150 %" (F4)."""

from decimal import Decimal

from django import forms
from django.core.exceptions import ValidationError

from routing.decisions.rotation.weights import WeightRefused, read_weight
from routing.presenters.weights import number_text, weight_fault_text


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
            raise ValidationError(weight_fault_text(refused.fault), code=refused.fault) from None
