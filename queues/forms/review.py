"""Forms of the review desk: a decision about one or many leads, a merge, and corrections of one lead (A6)."""

from typing import Any, cast

from django import forms
from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from config.web.ids import MAX_ID, read_id
from leads.decisions.identity.merging import PARTS
from leads.forms.leads import LeadForm
from leads.models import Lead
from queues.models import CleanupRun, Queue
from queues.presenters.comparison import MINE, THEIRS, side_of
from queues.presenters.rules import REJECT_REASONS, reject_choices
from queues.queries.review import PAGE_SIZE


class DeskAct(TextChoices):
    """What sales ops can do with leads on the review desk."""

    APPROVE = "approve", _("Approve")
    KEEP = "keep", _("Keep both")
    NURTURE = "nurture", _("Nurture")
    REJECT = "reject", _("Reject")
    ASK = "ask", _("Apply the rules again")


RUN_ACTS = {
    DeskAct.APPROVE: CleanupRun.Act.MOVE,
    DeskAct.KEEP: CleanupRun.Act.APART,
    DeskAct.NURTURE: CleanupRun.Act.NURTURE,
    DeskAct.REJECT: CleanupRun.Act.REJECT,
    DeskAct.ASK: CleanupRun.Act.ASK,
}


class ActForm(forms.Form):
    """An act, with the queue or the reason that it needs."""

    act = forms.ChoiceField(
        choices=DeskAct.choices,
        error_messages={"required": _("Choose what to do."), "invalid_choice": _("Choose what to do.")},
    )
    queue = forms.ModelChoiceField(
        label=_("Queue"),
        queryset=Queue.objects.active().order_by("position", "name", "pk"),
        required=False,
        empty_label=None,
        error_messages={"invalid_choice": _("This queue is switched off. Choose another.")},
    )
    why = forms.ChoiceField(
        label=_("Reason"),
        choices=reject_choices,
        required=False,
        error_messages={"invalid_choice": _("Choose a reason.")},
    )

    def clean(self) -> dict:
        typed = super().clean() or {}
        if typed.get("act") == DeskAct.APPROVE and not typed.get("queue") and "queue" not in self.errors:
            self.add_error("queue", _("Choose a queue for the leads."))
        if typed.get("act") == DeskAct.REJECT and typed.get("why") not in REJECT_REASONS and "why" not in self.errors:
            self.add_error("why", _("Choose a reason."))
        return typed

    def wanted(self) -> dict[str, Any]:
        """What a run needs of the form."""
        typed = self.cleaned_data
        return {
            "act": RUN_ACTS[typed["act"]],
            "queue": typed["queue"] if typed["act"] == DeskAct.APPROVE else None,
            "reason": typed["why"] if typed["act"] == DeskAct.REJECT else "",
        }

    def first_error(self) -> str:
        return next(str(error) for errors in self.errors.values() for error in errors)


class DecisionForm(ActForm):
    """One act on the ticked leads, at most one page of them; with `all` on all that match the filters, which the person
    sees before."""

    items = forms.TypedMultipleChoiceField(coerce=int, required=False)
    all = forms.BooleanField(required=False)

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        field = cast("forms.TypedMultipleChoiceField", self.fields["items"])
        field.valid_value = lambda value: read_id(str(value)) is not None  # type: ignore[method-assign]

    def clean_items(self) -> list[int]:
        return sorted(set(self.cleaned_data["items"]))

    def clean(self) -> dict:
        typed = super().clean()
        items = typed.get("items", [])
        if typed.get("all") or "items" in self.errors:
            return typed
        if not items:
            self.add_error("items", _("Select at least one lead."))
        if len(items) > PAGE_SIZE:
            text = _(
                "%(n)s leads are ticked, and %(most)s at most can be decided so. Nothing was done. For more, filter the"
                " list and select all that match."
            )
            words = {"n": len(items), "most": PAGE_SIZE}
            self.add_error("items", forms.ValidationError(text, params=words))
        return typed


class ConfirmForm(ActForm):
    """What the person saw before and agrees to: `sure` leads, the newest of them `newest`, at the moment `seen_at`.
    `over_limit`: all into the queue, whatever its limits say."""

    sure = forms.IntegerField(min_value=0, max_value=MAX_ID)
    newest = forms.IntegerField(min_value=0, max_value=MAX_ID)
    seen_at = forms.DateTimeField()
    token = forms.UUIDField(required=False)
    over_limit = forms.BooleanField(required=False)


class HeldAct(TextChoices):
    """What people at the desk say of a submission that a public form holds as spam."""

    TAKE_IN = "take_in", _("Not spam: take it in")
    SPAM = "spam", _("It is spam")


class HeldForm(forms.Form):
    """One act on one submission or on the ticked ones, at most one page of them."""

    act = forms.ChoiceField(
        choices=HeldAct.choices,
        error_messages={"required": _("Choose what to do."), "invalid_choice": _("Choose what to do.")},
    )
    held = forms.TypedMultipleChoiceField(coerce=int, error_messages={"required": _("Tick at least one submission.")})

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        field = cast("forms.TypedMultipleChoiceField", self.fields["held"])
        field.valid_value = lambda value: read_id(str(value)) is not None  # type: ignore[method-assign]

    def clean_held(self) -> list[int]:
        held = sorted(set(self.cleaned_data["held"]))
        if len(held) > PAGE_SIZE:
            text = _("%(n)s submissions are ticked; tick %(most)s at most. Nothing was done.")
            raise forms.ValidationError(text, params={"n": len(held), "most": PAGE_SIZE})
        return held

    def first_error(self) -> str:
        return next(str(error) for errors in self.errors.values() for error in errors)


class MergeForm(forms.Form):
    """Which other lead, which of the two stays, and whose value is kept for each part that differs."""

    other = forms.IntegerField(min_value=1, max_value=MAX_ID)
    stays = forms.ChoiceField(choices=((MINE, _("This lead")), (THEIRS, _("The other lead"))))

    @property
    def keeps_other(self) -> bool:
        return self.cleaned_data["stays"] == THEIRS

    def picks(self) -> dict[str, str]:
        """The chosen side by part; "" where no side was chosen."""
        return {part: side_of(self.data.get(f"pick-{part}", ""), keeps_other=self.keeps_other) for part in PARTS}


class CorrectionForm(LeadForm):
    """The fields that are most often wrong in leads on the desk."""

    email = forms.CharField(label=_("E-mail"), required=False, max_length=254, widget=forms.EmailInput)
    phone = forms.CharField(label=_("Phone"), required=False, max_length=60)
    country = forms.CharField(label=_("Country"), required=False, max_length=80)

    class Meta:
        model = Lead
        fields = (
            "first_name",
            "last_name",
            "email",
            "phone",
            "company_name",
            "company_size",
            "title",
            "country",
            "source",
            "lead_type",
            "score",
        )

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["source"].empty_label = None
        for field in self.fields.values():
            is_choice = isinstance(field.widget, forms.Select)
            field.widget.attrs |= {"class": "form-select" if is_choice else "form-control", "autocomplete": "off"}

    def changes(self) -> dict[str, object]:
        return {name: self.cleaned_data[name] for name in self.changed_data if name in self.cleaned_data}
