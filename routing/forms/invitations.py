"""The form that invites many people at once, from a pasted list (M4)."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from routing.decisions.pasted_people import PastedPeople, read_people
from routing.models import Team
from routing.presenters.invitations import list_problems, refusals
from routing.queries.invitations import KnownPeople, sort_people

LONGEST_LIST = 200_000


def checked_people(text: str, *, role: str) -> tuple[PastedPeople, KnownPeople]:
    """Raises ValidationError with everything that is wrong with the list."""
    pasted = read_people(text)
    problems = list(list_problems(pasted))
    if problems:
        raise ValidationError(problems)
    known = sort_people(pasted.people, role=role)
    if known.refused:
        raise ValidationError(list(refusals(known.refused)))
    return pasted, known


class InvitationsForm(forms.Form):
    """`pasted` and `known` once it is valid."""

    emails = forms.CharField(
        label=lazy("E-mail addresses"),
        max_length=LONGEST_LIST,
        widget=forms.Textarea(attrs={"rows": 6, "spellcheck": "false", "autocapitalize": "off"}),
        help_text=lazy(
            "One a line, or pasted from a mail or a sheet. “Rina Hartono &lt;rina@example.com&gt;” gives the name too."
        ),
        error_messages={"required": lazy("Enter at least one e-mail address.")},
    )
    role = forms.ChoiceField()
    teams = forms.ModelMultipleChoiceField(
        label=lazy("Teams"),
        queryset=Team.objects.order_by("name", "pk"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=lazy("The teams in which reps work, or that managers manage."),
    )

    def __init__(self, data: Any = None, *, roles: tuple[str, ...], role: str = "") -> None:
        super().__init__(data)
        choices = [(each, _(each)) for each in roles]
        initial = role if role in roles else roles[0]
        self.fields["role"] = forms.ChoiceField(
            label=_("Role"), widget=forms.RadioSelect, choices=choices, initial=initial
        )
        if not Team.objects.exists():
            del self.fields["teams"]

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or {}
        if "emails" in typed and "role" in typed:
            try:
                self.pasted, self.known = checked_people(typed["emails"], role=typed["role"])
            except ValidationError as wrong:
                self.add_error("emails", wrong)
        return typed
