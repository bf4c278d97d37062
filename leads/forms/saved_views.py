"""Forms of the views of lists that people keep (M8)."""

from django import forms
from django.utils.translation import gettext_lazy as _

from leads.decisions.lists import MAX_QUERY_LENGTH
from leads.presenters.lists import LISTS

MAX_NAME_LENGTH = 60


def _name_field() -> forms.CharField:
    return forms.CharField(
        label=_("Name of the view"),
        max_length=MAX_NAME_LENGTH,
        error_messages={"required": _("Write a name for the view.")},
    )


class RenameViewForm(forms.Form):
    name = _name_field()


class SaveViewForm(forms.Form):
    """`query` is that of the page; what the list does not know is dropped by the view."""

    name = _name_field()
    list = forms.CharField(widget=forms.HiddenInput)
    query = forms.CharField(required=False, max_length=MAX_QUERY_LENGTH, widget=forms.HiddenInput)

    def clean_list(self) -> str:
        if self.cleaned_data["list"] not in LISTS:
            raise forms.ValidationError(_("This list does not exist."))
        return self.cleaned_data["list"]
