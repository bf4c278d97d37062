"""Forms for the time at which a lead comes up again: the next step, a snooze."""

from datetime import datetime

from django import forms
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from routing.decisions.follow_up import PresetCode, presets

ON_A_DATE = "date"  # the choice that says: by the field beside it
MOMENT = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"]


def moment_field(label: object) -> forms.DateTimeField:
    return forms.DateTimeField(
        label=label,
        required=False,
        input_formats=MOMENT,
        error_messages={"invalid": _("Write a date and a time, such as 2026-11-17 09:00.")},
    )


class OfferedField(forms.CharField):
    """One of the times that presenters.follow_up offers: a moment, or the name of a preset, which counts from the
    press; or ON_A_DATE."""

    def __init__(self) -> None:
        super().__init__(required=False, max_length=40)

    def clean(self, value: object) -> datetime | str:
        text = super().clean(value)
        if text in ("", ON_A_DATE, *PresetCode):
            return text
        try:
            found = datetime.fromisoformat(text)
        except ValueError:
            found = None
        if found is None or found.tzinfo is None:
            raise forms.ValidationError(_("Choose one of the times."))
        return found


def moment_of(chosen: datetime | str, *, at: datetime) -> datetime | None:
    """None for no choice, or ON_A_DATE. A preset by its name is that day, also where the person does not work then."""
    if isinstance(chosen, datetime):
        return chosen
    return {str(each.code): each.at for each in presets(localtime(at))}.get(chosen)


class FollowUpForm(forms.Form):
    """A time that is offered, or another one; moment() gives the chosen one."""

    preset = OfferedField()
    until = moment_field(_("Or on"))
    missing = _("Choose when.")

    def clean(self) -> dict:
        found = super().clean() or {}
        if not found.get("preset") and not found.get("until") and not self.errors:
            self.add_error("until", self.missing)
        return found

    def moment(self, at: datetime) -> datetime:
        return moment_of(self.cleaned_data["preset"], at=at) or self.cleaned_data["until"]


class SnoozeForm(FollowUpForm):
    missing = _("Choose until when.")
