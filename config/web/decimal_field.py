"""A form field for decimal numbers, with a comma or a point in every language (J1)."""

from decimal import Decimal

from django.core.exceptions import ValidationError
from django.forms import DecimalField


class FiniteDecimalField(DecimalField):
    """Refuses "sNaN" and "Infinity", which Python reads as numbers. Django refuses them too, but first compares what
    was typed with what was shown, and there "sNaN" raises.

    "12,5" is 12.5. Nothing is taken for thousands: "1.234" and "1,234" have too many decimals, so that neither becomes
    another number unseen."""

    def to_python(self, value: object) -> Decimal | None:
        if isinstance(value, str) and value.count(",") == 1 and "." not in value:
            value = value.replace(",", ".")
        number = super().to_python(value)
        if number is not None and not number.is_finite():
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return number
