"""Form fields for working hours and time zones in the admin."""

from django import forms
from django.utils.translation import gettext_lazy as lazy
from unfold.widgets import INPUT_CLASSES, UnfoldAdminSelectWidget

from routing.forms import hours


class HoursWidget(hours.HoursWidget):
    input_classes = " ".join(INPUT_CLASSES)


class HoursField(hours.HoursField):
    widget = HoursWidget


def zone_field(*, required: bool, empty: object = "") -> forms.ChoiceField:
    choices = hours.zones() if required else [("", empty), *hours.zones()]
    return forms.ChoiceField(
        label=lazy("Time zone"), choices=choices, required=required, widget=UnfoldAdminSelectWidget
    )


def choice_field(label: object) -> forms.ChoiceField:
    """A list whose choices the form fills in."""
    return forms.ChoiceField(label=label, required=False, widget=UnfoldAdminSelectWidget)
