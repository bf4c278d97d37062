"""The form of the weekly cleanup: one act on the ticked leads, or on all of the list (D7)."""

from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from config.web.ids import MAX_ID, read_id
from queues.models import CleanupRun, PartnerPool, Queue
from queues.presenters.rules import REJECT_REASONS, reject_choices
from queues.queries.cleanup import PAGE_SIZE

Act = CleanupRun.Act


class CleanupForm(forms.Form):
    """`all`: the whole list instead of the ticked leads. `sure`: how many leads the person was told of."""

    act = forms.ChoiceField(
        choices=Act.choices,
        error_messages={"required": _("Choose what to do."), "invalid_choice": _("Choose what to do.")},
    )
    leads = forms.TypedMultipleChoiceField(coerce=int, required=False)
    all = forms.BooleanField(required=False)
    sure = forms.IntegerField(required=False, min_value=0, max_value=MAX_ID)
    token = forms.UUIDField(required=False)
    why = forms.ChoiceField(label=_("Reason"), choices=reject_choices, required=False)
    queue = forms.ModelChoiceField(
        label=_("Queue"),
        queryset=Queue.objects.active().order_by("position", "name", "pk"),
        required=False,
        error_messages={"invalid_choice": _("This queue is switched off. Choose another.")},
    )

    pool = forms.ModelChoiceField(
        label=_("Partner pool"),
        queryset=PartnerPool.objects.filter(is_active=True).order_by("name", "pk"),
        required=False,
        error_messages={"invalid_choice": _("This partner pool is switched off. Choose another.")},
    )

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        field = cast("forms.TypedMultipleChoiceField", self.fields["leads"])
        field.valid_value = lambda value: read_id(str(value)) is not None  # type: ignore[method-assign]

    def clean_leads(self) -> list[int]:
        return sorted(set(self.cleaned_data["leads"]))

    def clean(self) -> dict:
        typed = super().clean() or {}
        act, leads = typed.get("act"), typed.get("leads") or []
        if act == Act.REJECT and str(typed.get("why")) not in REJECT_REASONS:
            self.add_error("why", _("Choose why they are junk."))
        if act == Act.MOVE and not typed.get("queue") and "queue" not in self.errors:
            self.add_error("queue", _("Choose the queue for the leads."))
        if act == Act.PARTNER and not typed.get("pool") and "pool" not in self.errors:
            self.add_error("pool", _("Choose the partner pool for the leads."))
        if act != Act.LOOKED and not typed.get("all") and "leads" not in self.errors:
            if not leads:
                self.add_error("leads", _("Tick at least one lead."))
            elif len(leads) > PAGE_SIZE:
                text = _("Tick at most %(n)s leads at once, or choose all of the list.")
                self.add_error("leads", forms.ValidationError(text, params={"n": PAGE_SIZE}))
        return typed

    def wanted(self) -> dict[str, Any]:
        """What the action needs of the form."""
        typed = self.cleaned_data
        return {
            "reason": typed["why"] if typed["act"] == Act.REJECT else "",
            "queue": typed["queue"] if typed["act"] == Act.MOVE else None,
            "pool": typed["pool"] if typed["act"] == Act.PARTNER else None,
            "token": typed["token"],
        }

    def first_error(self) -> str:
        return next(str(error) for errors in self.errors.values() for error in errors)
