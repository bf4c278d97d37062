"""The form that opens a closed lead again (M7)."""

from django import forms
from django.utils.translation import gettext_lazy as _

MAX_REASON_LENGTH = 300


class ReopenForm(forms.Form):
    reason = forms.CharField(
        label=_("Why is it open again?"),
        max_length=MAX_REASON_LENGTH,
        error_messages={"required": _("Write why it is open again.")},
    )
