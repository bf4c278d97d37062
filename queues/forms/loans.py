"""Which reps are lent to a queue, and until when (D8)."""

from datetime import date, datetime, time, timedelta

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from config.web.ids import read_id
from queues.actions.loans import LONGEST
from routing.models import Rep


class RepsField(forms.ModelMultipleChoiceField):
    """Refuses what no row can have, before the database is asked."""

    def clean(self, value: list | None):
        if any(read_id(str(each)) is None for each in value or ()):
            raise forms.ValidationError(self.error_messages["invalid_choice"], code="invalid_choice")
        return super().clean(value)


class LendForm(forms.Form):
    """`until` is a day in the time zone of who fills it in; cleaned, it is the end of that day."""

    reps = RepsField(
        label=_("Reps"),
        queryset=Rep.objects.select_related("user").order_by("pk"),
        error_messages={
            "required": _("Choose at least one rep."),
            "invalid_choice": _("One of these reps is gone. Choose again."),
        },
    )
    until = forms.DateField(
        label=_("Until the end of"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": _("Choose a date."), "invalid": _("Choose a date, such as 2026-12-31.")},
    )

    def clean_until(self) -> datetime:
        return end_of_day(self.cleaned_data["until"])


def end_of_day(day: date) -> datetime:
    """Of a day from today on and within a year, in the time zone of who chose it."""
    today = timezone.localdate()
    if day < today:
        raise forms.ValidationError(_("Choose today or a later date."))
    if day - today >= LONGEST:
        raise forms.ValidationError(_("Choose a date within a year."))
    return timezone.make_aware(datetime.combine(day + timedelta(days=1), time(0)))
