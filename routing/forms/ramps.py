"""A form field for the ramp plan of a member: "25/50/75/100 from 2026-12-01 every 7 days" (K4)."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from routing.decisions.rotation.ramp import MAX_DAYS, MAX_STEPS, RampFault, RampRefused, read_ramp


class RampField(forms.Field):
    """Gives the plan as it is stored; "" for none."""

    def to_python(self, value: object) -> str:
        try:
            ramp = read_ramp(str(value or ""), today=timezone.localdate())
        except RampRefused as refused:
            raise ValidationError(_words(refused.fault), code=refused.fault) from None
        return str(ramp) if ramp else ""


def _words(fault: RampFault) -> str:
    return {
        RampFault.NOT_A_RAMP: _("Write a plan such as 25/50/75/100 from 2026-12-01 every 7 days, or leave it empty."),
        RampFault.NOT_RISING: _("Write whole percentages from 1 to 100, each larger than the one before."),
        RampFault.TOO_MANY_STEPS: _("Write at most %(n)s steps.") % {"n": MAX_STEPS},
        RampFault.NO_SUCH_DAY: _("There is no such day. Write it as 2026-12-01."),
        RampFault.TOO_FAR: _("Write a day that is at most a year ahead."),
        RampFault.DAYS_BETWEEN: _("A step takes 1 to %(n)s days.") % {"n": MAX_DAYS},
    }[fault]
