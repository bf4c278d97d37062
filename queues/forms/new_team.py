"""The form that makes a team that gets leads: name, people, queue, and how leads reach them (M2)."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from queues.actions.new_team import TeamPlan
from queues.models import Queue
from queues.queries.new_team import queues_without_team
from routing.forms.invitations import LONGEST_LIST, checked_people
from routing.roles import REPS

HOW = (
    (Queue.Dispatch.HYBRID, lazy("Both: in turn, then open to all after 10 minutes")),
    (Queue.Dispatch.PUSH, lazy("Leads are given in turn")),
    (Queue.Dispatch.PULL, lazy("Reps take leads")),
)


NEW_QUEUE = "new"


class NewTeamForm(forms.Form):
    """`pasted`, `known` and `plan` once it is valid. The queue is None for a new one."""

    name = forms.CharField(
        label=lazy("Team name"), max_length=80, error_messages={"required": lazy("Write the name of the team.")}
    )
    emails = forms.CharField(
        label=lazy("E-mails of the reps"),
        max_length=LONGEST_LIST,
        widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false", "autocapitalize": "off"}),
        help_text=lazy(
            "One a line, or pasted from anywhere. “Rina Hartono &lt;rina@example.com&gt;” gives the name too."
        ),
        error_messages={"required": lazy("Enter at least one e-mail address.")},
    )
    queue = forms.ChoiceField()
    how = forms.ChoiceField(
        label=lazy("How leads reach them"), choices=HOW, initial=Queue.Dispatch.HYBRID, widget=forms.RadioSelect
    )

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        self.free = {str(queue.pk): queue for queue in queues_without_team()}
        self.fields["queue"] = forms.ChoiceField(
            label=_("Their queue"),
            choices=[*((key, queue.name) for key, queue in self.free.items()), (NEW_QUEUE, _("A new queue"))],
            initial=next(iter(self.free), NEW_QUEUE),
            help_text=_("A new one, or one that no team works and no rotation gives."),
            error_messages={"invalid_choice": _("This queue belongs to a team now. Choose another one.")},
        )

    def clean_queue(self) -> Queue | None:
        """None for a new one."""
        return self.free.get(self.cleaned_data["queue"])

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or {}
        if "emails" in typed:
            try:
                self.pasted, self.known = checked_people(typed["emails"], role=REPS)
            except ValidationError as wrong:
                self.add_error("emails", wrong)
        return typed

    @property
    def plan(self) -> TeamPlan:
        typed, queue = self.cleaned_data, self.cleaned_data["queue"]
        return TeamPlan(" ".join(typed["name"].split()), queue and queue.pk, typed["how"], self.known)
