"""The form that invites a person: name, e-mail, role, teams. No permissions, no password."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from unfold.widgets import (
    UnfoldAdminCheckboxSelectMultipleWidget,
    UnfoldAdminEmailInputWidget,
    UnfoldAdminRadioSelectWidget,
    UnfoldAdminTextInputWidget,
)

from routing.models import Team


class PersonForm(forms.Form):
    first_name = forms.CharField(label=lazy("First name"), max_length=150, widget=UnfoldAdminTextInputWidget)
    last_name = forms.CharField(label=lazy("Last name"), max_length=150, widget=UnfoldAdminTextInputWidget)
    email = forms.EmailField(label=lazy("E-mail"), max_length=150, widget=UnfoldAdminEmailInputWidget)
    role = forms.ChoiceField(label=lazy("Role"), widget=UnfoldAdminRadioSelectWidget)
    teams = forms.ModelMultipleChoiceField(
        label=lazy("Teams"),
        queryset=Team.objects.order_by("name", "pk"),
        required=False,
        widget=UnfoldAdminCheckboxSelectMultipleWidget,
        help_text=lazy("The teams in which a rep works, or that a manager manages."),
    )

    def __init__(self, *args, roles: tuple[str, ...], **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"].choices = [(role, _(role)) for role in roles]
        self.fields["role"].initial = roles[0]
