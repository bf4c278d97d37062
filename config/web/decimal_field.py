"""A form field for decimal numbers that refuses "sNaN" and "Infinity", which Python reads as numbers."""

from decimal import Decimal

from django.core.exceptions import ValidationError
from django.forms import DecimalField


class FiniteDecimalField(DecimalField):
    """Django refuses them too, but first compares what was typed with what was shown, and there "sNaN" raises."""

    def to_python(self, value: object) -> Decimal | None:
        number = super().to_python(value)
        if number is not None and not number.is_finite():
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return number
