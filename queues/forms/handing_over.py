"""The form with which a rep hands a lead to a colleague (M7)."""

from collections.abc import Sequence

from django import forms
from django.utils.translation import gettext_lazy as _

from queues.presenters.handing_over import colleague_text
from queues.queries.handing_over import Colleague
from routing.forms.lead_work import note_field
from routing.models import Rep
from routing.presenters.choices import HAND_OVER_REASONS


class HandOverForm(forms.Form):
    """A colleague who is away or full is never chosen beforehand, and must be confirmed."""

    reason = forms.ChoiceField(
        label=_("Reason"),
        choices=[("", _("Choose a reason")), *((str(code), words) for code, words in HAND_OVER_REASONS.items())],
        error_messages={"required": _("Choose why you hand it over.")},
        widget=forms.Select(attrs={"class": "form-select"}),
    )
    note = note_field(label=_("Note to the colleague"))
    anyway = forms.BooleanField(label=_("Hand over anyway"), required=False)

    def __init__(self, *args, choices: Sequence[Colleague], **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.people = {str(one.rep.pk): one.rep for one in choices}
        names = [(str(one.rep.pk), colleague_text(one)) for one in choices]
        nobody = [] if choices and choices[0].is_ready else [("", _("Choose a colleague"))]
        self.fields["rep"] = forms.ChoiceField(
            label=_("Colleague"),
            choices=[*nobody, *names],
            error_messages={"required": _("Choose who gets it."), "invalid_choice": _("Choose who gets it.")},
            widget=forms.Select(attrs={"class": "form-select"}),
        )
        self.order_fields(["rep", "reason", "note", "anyway"])
        self.fields["note"].widget.attrs |= {"class": "form-control", "autocomplete": "off"}

    @property
    def chosen(self) -> Rep:
        return self.people[self.cleaned_data["rep"]]
