"""The steps of a queue when first contact is late, as lines of its form (D2)."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Field as ModelField
from django.forms import BaseInlineFormSet, ModelForm
from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from unfold.admin import TabularInline

from config.admin.base import bounded
from queues.decisions.escalation import BreachAct
from queues.models import ContactStep, Queue

PREFIX = "contact_steps"
MOST_STEPS = 6
FIRST = 1


class StepFormSet(BaseInlineFormSet):
    """Lines go by position; one without a position comes after the others. The error is at the field that is wrong."""

    def __init__(self, **kwargs: Any) -> None:
        """A form that was sent without any lines, such as one of before an update, leaves the steps as they are."""
        data, prefix, queue = kwargs.get("data"), kwargs.get("prefix") or PREFIX, kwargs.get("instance")
        if data is not None and f"{prefix}-TOTAL_FORMS" not in data:
            kwargs["data"] = _with_lines(data, prefix, queue)
        super().__init__(**kwargs)

    def add_fields(self, form: ModelForm, index: int | None) -> None:
        super().add_fields(form, index)
        form.fields["position"].required = False

    def clean(self) -> None:
        steps = self.in_order()
        taken: set[int] = set()
        for form in steps:
            position = form.cleaned_data.get("position")
            if position in taken:
                form.add_error("position", _("Two steps have this position. Give each its own."))
            if position is not None:
                taken.add(position)
                if position < FIRST:
                    form.add_error("position", _("Positions begin at 1."))
        if any(form.errors for form in steps):
            return
        for form in steps[:-1]:
            if form.cleaned_data["act"] == BreachAct.GIVE_TO_ANOTHER:
                text = _("After this step somebody else has the lead, so it must be the last. Move it down.")
                form.add_error("act", ValidationError(text))
        if steps and steps[0].cleaned_data.get("after_minutes") is not None:
            text = _(
                "The first step comes when the contact limit is over. Leave this empty, and change the limit above."
            )
            steps[0].add_error("after_minutes", ValidationError(text))

    def validate_unique(self) -> None:
        """clean() reports it at the line."""

    def in_order(self) -> list[ModelForm]:
        """The lines that stay and say what happens."""
        lines = [
            form
            for form in self.forms
            if hasattr(form, "cleaned_data") and form.cleaned_data.get("act") and not form.cleaned_data.get("DELETE")
        ]
        last = len(lines) + 2**15
        places = {id(form): number for number, form in enumerate(lines)}
        return sorted(lines, key=lambda form: (form.cleaned_data.get("position") or last, places[id(form)]))

    def step_lines(self) -> list[tuple[str, int | None]]:
        return [(form.cleaned_data["act"], form.cleaned_data.get("after_minutes")) for form in self.in_order()]


def _with_lines(data: QueryDict, prefix: str, queue: Queue | None) -> QueryDict:
    rows = list(ContactStep.objects.filter(queue=queue).order_by("position", "pk")) if queue and queue.pk else []
    data = data.copy()
    data[f"{prefix}-TOTAL_FORMS"] = data[f"{prefix}-INITIAL_FORMS"] = str(len(rows))
    for line, row in enumerate(rows):
        values = {"id": row.pk, "position": row.position, "act": row.act, "after_minutes": row.after_minutes}
        for name, value in values.items():
            data[f"{prefix}-{line}-{name}"] = "" if value is None else str(value)
    return data


class StepInline(TabularInline):
    """Who may change the queue may change its steps."""

    model = ContactStep
    formset = StepFormSet
    fields = ("position", "act", "after_minutes")
    ordering = ("position", "pk")
    hide_title = True
    extra = 0
    max_num = MOST_STEPS
    verbose_name = lazy("step")
    verbose_name_plural = lazy(
        "when first contact is late, in this order; without steps: remind, tell the manager, give to somebody else"
    )

    def has_view_permission(self, request: HttpRequest, obj: Queue | None = None) -> bool:
        return request.user.has_perm("queues.view_queue")

    def has_add_permission(self, request: HttpRequest, obj: Queue | None = None) -> bool:
        return request.user.has_perm("queues.change_queue")

    def has_change_permission(self, request: HttpRequest, obj: Queue | None = None) -> bool:
        return request.user.has_perm("queues.change_queue")

    def has_delete_permission(self, request: HttpRequest, obj: Queue | None = None) -> bool:
        return request.user.has_perm("queues.change_queue")

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> type[BaseInlineFormSet]:
        return super().get_formset(request, obj, validate_max=True, **kwargs)

    def formfield_for_dbfield(self, db_field: ModelField, request: HttpRequest, **kwargs: object):
        return bounded(super().formfield_for_dbfield(db_field, request, **kwargs), db_field)
