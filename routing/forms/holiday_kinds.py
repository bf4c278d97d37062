"""The form of a country's public holidays: first the country, then which kinds of days are off (F5, I2)."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as lazy
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget, UnfoldAdminSelectWidget

from routing.decisions.availability.public_holidays import Region, known_kinds, parse_region
from routing.forms.company_holidays import region_choices
from routing.models import HolidayKinds
from routing.presenters.holiday_kinds import kind_choice_text


class NewHolidayKindsForm(forms.ModelForm):
    """Starts with the usual kinds, which the next page shows."""

    region = forms.ChoiceField(
        label=lazy("Country or region"),
        widget=UnfoldAdminSelectWidget,
        help_text=lazy("The next page shows which kinds of days are known there."),
        error_messages={"required": lazy("Choose the country or region.")},
    )

    class Meta:
        model = HolidayKinds
        fields = ("region",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if isinstance(field := self.fields.get("region"), forms.ChoiceField):
            field.choices = region_choices()


class HolidayKindsForm(forms.ModelForm):
    kinds = forms.MultipleChoiceField(
        label=lazy("Days off"),
        widget=UnfoldAdminCheckboxSelectMultipleWidget,
        help_text=lazy("Reps of this country or region do not work on these days, and clocks in working hours stop."),
        error_messages={
            "required": lazy("Choose at least one. For a team without public holidays, choose that at the team.")
        },
    )

    class Meta:
        model = HolidayKinds
        fields = ("kinds",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field, region = self.fields.get("kinds"), Region(*parse_region(self.instance.region))
        if isinstance(field, forms.MultipleChoiceField):
            today = timezone.localdate()
            known = known_kinds(region.country)
            field.choices = [(kind, kind_choice_text(kind, region, today=today)) for kind in known]
