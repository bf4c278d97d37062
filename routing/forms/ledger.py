"""Forms of a rotation's ledger: give turns to a member, and take them back (F10)."""

from collections.abc import Sequence

from django import forms
from django.utils.translation import gettext_lazy as _

from config.web.ids import MAX_ID
from routing.actions.rotation.credits import MAX_TURNS
from routing.models import Rep

MAX_REASON_LENGTH = 200


def why_field() -> forms.CharField:
    return forms.CharField(
        label=_("Why"),
        max_length=MAX_REASON_LENGTH,
        error_messages={"required": _("Write why; the ledger shows it.")},
        help_text=_("Everybody who may see this rotation can read it."),
        widget=forms.TextInput(attrs={"class": "form-control", "autocomplete": "off"}),
    )


class GiveTurnsForm(forms.Form):
    """`known` is the newest line of the ledger that the page showed, so that a second click gives no more turns."""

    rep = forms.ChoiceField(
        label=_("Member"),
        error_messages={
            "required": _("Choose who gets the turns."),
            "invalid_choice": _("This person takes no turns here. Choose somebody else."),
        },
    )
    turns = forms.IntegerField(
        label=_("Turns"),
        min_value=1,
        max_value=MAX_TURNS,
        error_messages={
            "required": _("Write how many turns."),
            "invalid": _("Write a whole number."),
            "min_value": _("Write a number from 1 to %(most)s.") % {"most": MAX_TURNS},
            "max_value": _("Write a number from 1 to %(most)s.") % {"most": MAX_TURNS},
        },
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )
    why = why_field()
    known = forms.IntegerField(required=False, min_value=0, max_value=MAX_ID, widget=forms.HiddenInput)

    def __init__(self, *args, reps: Sequence[Rep], **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.reps = {str(rep.pk): rep for rep in reps}
        self.fields["rep"].choices = [("", _("Choose a member")), *((pk, str(rep)) for pk, rep in self.reps.items())]

    @property
    def chosen(self) -> Rep:
        return self.reps[self.cleaned_data["rep"]]


class TakeBackForm(forms.Form):
    why = why_field()
