"""Working hours and time zones as the admin shows them."""

from django import forms
from django.utils.translation import gettext_lazy as lazy
from unfold.widgets import INPUT_CLASSES, UnfoldAdminSelectWidget

from routing.forms import hours as hours_form


class HoursWidget(hours_form.HoursWidget):
    input_classes = " ".join(INPUT_CLASSES)


class HoursField(hours_form.HoursField):
    widget = HoursWidget


def zone_field(*, required: bool, empty: object = "") -> forms.ChoiceField:
    choices = hours_form.zones() if required else [("", empty), *hours_form.zones()]
    return forms.ChoiceField(
        label=lazy("Time zone"), choices=choices, required=required, widget=UnfoldAdminSelectWidget
    )


def choice_field(label: object) -> forms.ChoiceField:
    """A list that is filled when the form is made."""
    return forms.ChoiceField(label=label, required=False, widget=UnfoldAdminSelectWidget)
