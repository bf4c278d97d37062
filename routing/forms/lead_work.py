"""Forms for a holder's work on a lead: contact, note, return, disqualify, convert."""

from collections.abc import Iterable
from datetime import datetime

from django import forms
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from leads.decisions.stages import DISQUALIFY_REASONS, RETURN_REASONS
from routing.decisions.contact import ContactKind, ContactOutcome
from routing.forms.follow_up import (
    MOMENT,
    ON_A_DATE,
    FollowUpForm,
    OfferedField,
    SnoozeForm,
    moment_field,
    moment_of,
)
from routing.presenters.choices import CONTACT_KINDS, CONTACT_OUTCOMES, DEAL_STAGES, REASONS

MAX_NOTE_LENGTH = 2000


def note_field(*, required: bool = False, label: object = "") -> forms.CharField:
    errors = {"required": _("Write the note.")}
    return forms.CharField(
        label=label or _("Note"), required=required, max_length=MAX_NOTE_LENGTH, strip=True, error_messages=errors
    )


class LogContactForm(forms.Form):
    """Two choices and Enter; the next step is optional, but for its date where that was chosen. `seen` is the newest
    activity that the page showed."""

    kind = forms.ChoiceField(
        choices=[(code, CONTACT_KINDS[code]) for code in ContactKind],
        error_messages={"required": _("Choose how you tried."), "invalid_choice": _("Choose how you tried.")},
    )
    outcome = forms.ChoiceField(
        choices=[(code, CONTACT_OUTCOMES[code]) for code in ContactOutcome],
        error_messages={"required": _("Choose what came of it."), "invalid_choice": _("Choose what came of it.")},
    )
    note = note_field()
    step = OfferedField()
    follow_up_at = moment_field(_("Follow up on"))
    seen = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def clean(self) -> dict:
        """A date counts where it was chosen. A page of an earlier release asks for one after a call back, and sends no
        step."""
        found = super().clean() or {}
        if "step" not in self.data and found.get("outcome") == ContactOutcome.CALL_BACK:
            found["step"] = ON_A_DATE if found.get("follow_up_at") else ""
        elif found.get("step") == ON_A_DATE and not found.get("follow_up_at") and not self.errors:
            self.add_error("follow_up_at", _("Choose when."))
        return found

    def next_step(self, at: datetime) -> datetime | None:
        """When to follow up; a date that is left over from another choice does not count."""
        found = self.cleaned_data
        return found["follow_up_at"] if found["step"] == ON_A_DATE else moment_of(found["step"], at=at)


class CorrectContactForm(forms.Form):
    """How a contact was made, what came of it, and when, in the person's time zone."""

    kind = forms.ChoiceField(
        label=_("Contact"),
        choices=[(code, CONTACT_KINDS[code]) for code in ContactKind],
        error_messages={"required": _("Choose how you tried."), "invalid_choice": _("Choose how you tried.")},
        widget=forms.Select(attrs={"class": "form-select"}),
    )
    outcome = forms.ChoiceField(
        label=_("Outcome"),
        choices=[(code, CONTACT_OUTCOMES[code]) for code in ContactOutcome],
        error_messages={"required": _("Choose what came of it."), "invalid_choice": _("Choose what came of it.")},
        widget=forms.Select(attrs={"class": "form-select"}),
    )
    made_at = forms.DateTimeField(
        label=_("When"),
        input_formats=MOMENT,
        error_messages={
            "required": _("Write when the contact was."),
            "invalid": _("Write a date and a time, such as 2026-11-17 09:00."),
        },
        widget=forms.DateTimeInput(
            format="%Y-%m-%dT%H:%M:%S", attrs={"type": "datetime-local", "step": "1", "class": "form-control"}
        ),
    )


class NoteForm(forms.Form):
    text = note_field(required=True)
    seen = forms.IntegerField(required=False, widget=forms.HiddenInput)


def _reason_field(codes: Iterable[str], *, prompt: object) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=_("Reason"),
        choices=[("", _("Choose a reason")), *((code, REASONS[code]) for code in codes)],
        error_messages={"required": prompt, "invalid_choice": prompt},
        widget=forms.Select(attrs={"class": "form-select"}),
    )


class ReturnForm(forms.Form):
    reason = _reason_field(RETURN_REASONS, prompt=_("Choose why the lead goes back."))
    note = note_field()


class DisqualifyForm(forms.Form):
    reason = _reason_field(DISQUALIFY_REASONS, prompt=_("Choose why you disqualify the lead."))
    note = note_field()


class ConvertForm(forms.Form):
    stage = forms.ChoiceField(
        label=_("Becomes"),
        choices=[(str(code), words) for code, words in DEAL_STAGES.items()],
        error_messages={"required": _("Choose what it became."), "invalid_choice": _("Choose what it became.")},
    )
    note = note_field()


class HeldLeadForms:
    """The empty forms of a holder's acts, each made when a page shows it.

    A form that was refused is drawn by its own door, with what was typed and its errors.
    """

    @cached_property
    def log_contact(self) -> LogContactForm:
        return LogContactForm()

    @cached_property
    def convert(self) -> ConvertForm:
        return ConvertForm()

    @cached_property
    def disqualify(self) -> DisqualifyForm:
        return DisqualifyForm()

    @cached_property
    def return_lead(self) -> ReturnForm:
        return ReturnForm()

    @cached_property
    def note(self) -> NoteForm:
        return NoteForm()

    @cached_property
    def follow_up(self) -> FollowUpForm:
        return FollowUpForm()

    @cached_property
    def snooze(self) -> SnoozeForm:
        return SnoozeForm()
