"""Lists whose order matters: people drag rows or type their numbers, and save the list."""

from collections.abc import Mapping

from django.contrib.admin.views.main import ChangeList
from django.db import models, transaction
from django.db.models import Max
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse

from config.admin.base import SettingAdmin
from config.positions import arranged

FIRST = 1


class ArrangedAdmin(SettingAdmin):
    """After every save positions are 1, 2, 3 ..., in the order that was typed; a new row goes to the end."""

    ordering_field = "position"
    list_per_page = 500  # an order is only an order when all of it is on one page
    list_max_show_all = 500
    sortable_by = ()
    exclude = ("position",)

    def save_model(self, request: HttpRequest, obj: models.Model, form: ModelForm, change: bool) -> None:
        if not change:
            last = self.model.objects.aggregate(last=Max("position"))["last"]
            obj.position = FIRST if last is None else last + 1
        elif "position" in form.changed_data:
            request.typed = {**getattr(request, "typed", {}), obj.pk: form.cleaned_data["position"]}
            obj.position = form.initial["position"]
        super().save_model(request, obj, form, change)

    def changed_values(self, form: ModelForm) -> dict[str, object]:
        """Without the position: arrange() writes all positions together, when all of them are known."""
        return {name: value for name, value in super().changed_values(form).items() if name != "position"}

    def changelist_view(self, request: HttpRequest, extra_context: Mapping | None = None) -> HttpResponse:
        with transaction.atomic():
            response = super().changelist_view(request, extra_context)
            if typed := getattr(request, "typed", None):
                self.arrange(request, typed)
        if request.method == "POST" and "cl" in (getattr(response, "context_data", None) or {}):
            _sort_as_typed(response.context_data["cl"])
        return response

    def arrange(self, request: HttpRequest, typed: Mapping[int, int]) -> None:
        """Writes the new positions; override it to do what follows from a new order."""
        locked = self.model.objects.select_for_update(no_key=True).order_by(
            "pk"
        )  # in the order in which a save locks them
        rows = {row.pk: row for row in sorted(locked, key=lambda row: (row.position, row.pk))}
        order = arranged((pk, row.position, typed.get(pk, row.position)) for pk, row in rows.items())
        for number, pk in enumerate(order, start=FIRST):
            row = rows[pk]
            if row.position != number:
                row.position, row._history_user = number, request.user
                row.save(update_fields=["position"])


def _sort_as_typed(changelist: ChangeList) -> None:
    """A list that comes back unsaved has the order that was typed, because the next drag numbers the rows as shown."""
    if changelist.formset is None:
        return
    pairs = list(zip(changelist.result_list, changelist.formset.forms, strict=True))
    order = arranged((place, row.position, _number(form)) for place, (row, form) in enumerate(pairs))
    changelist.result_list = [pairs[place][0] for place in order]
    changelist.formset.forms = [pairs[place][1] for place in order]


def _number(form: ModelForm) -> int | None:
    text = str(form["position"].value())
    return int(text) if text.isascii() and text.isdigit() else None
