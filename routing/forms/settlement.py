"""Forms that bring the counts of a rotation into proportion (F10)."""

from django import forms
from django.utils.translation import gettext_lazy as _

from config.web.ids import MAX_ID
from routing.decisions.rotation.settlement import Span
from routing.forms.ledger import why_field

SPANS = (
    (Span.RESET, _("since the last reset")),
    (Span.WEEK, _("of the last 7 days")),
    (Span.MONTH, _("of the last 30 days")),
    (Span.QUARTER, _("of the last 90 days")),
    (Span.EVER, _("since the first turn")),
)


class SettleForm(forms.Form):
    """`known` is the newest line of the ledger that the page showed, so that a second click settles nothing more."""

    span = forms.ChoiceField(
        label=_("Count the leads"),
        choices=SPANS,
        error_messages={"required": _("Choose which leads count."), "invalid_choice": _("Choose one of the list.")},
        help_text=_("A member who joined later is brought level with the others for all of that time."),
    )
    why = why_field()
    known = forms.IntegerField(required=False, min_value=0, max_value=MAX_ID, widget=forms.HiddenInput)

    @property
    def chosen(self) -> Span:
        return Span(self.cleaned_data["span"])
