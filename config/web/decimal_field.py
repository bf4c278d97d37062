"""A field for decimal numbers that holds against words which Python takes for one, such as "sNaN" and "Infinity"."""

from decimal import Decimal

from django.core.exceptions import ValidationError
from django.forms import DecimalField


class FiniteDecimalField(DecimalField):
    """Django refuses them later, but compares first what was typed with what was shown, and there "sNaN" raises."""

    def to_python(self, value: object) -> Decimal | None:
        number = super().to_python(value)
        if number is not None and not number.is_finite():
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return number
