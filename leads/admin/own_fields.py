"""Own fields in the admin: their kind, their columns, where they are shown (A9)."""

from typing import cast

from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.db.models import Model
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from unfold.decorators import display

from config.admin.sortable import ArrangedAdmin
from leads.actions.own_fields import read_in_background
from leads.forms.own_fields import OwnFieldForm, used_text
from leads.models import OwnField

READ_AGAIN = {"kind", "choices", "style", "titles", "is_active"}


@admin.register(OwnField)
class OwnFieldAdmin(ArrangedAdmin):
    form = OwnFieldForm
    list_display = ("name", "kind", "fed_by", "is_shown", "is_open", "is_active", "position")
    list_editable = ("is_shown", "position")
    fieldsets = (
        (None, {"fields": (("name", "key"), ("kind", "style"), "choices")}),
        (lazy("Where it comes from"), {"fields": ("titles",)}),
        (lazy("Where it is seen"), {"fields": ("is_shown", "is_open", "is_active")}),
    )

    def get_readonly_fields(self, request: HttpRequest, obj: OwnField | None = None) -> tuple[str, ...]:
        """Rules, leads and programs know the field by its key."""
        return ("key",) if obj else ()

    @display(description=lazy("fed by"))
    def fed_by(self, obj: OwnField) -> str:
        return ", ".join(obj.titles)

    def why_not_deletable(self, obj: Model) -> str:
        return used_text(cast("OwnField", obj))

    def save_model(self, request: HttpRequest, obj: Model, form: ModelForm, change: bool) -> None:
        before = OwnField.objects.filter(pk=obj.pk).first() if change else None
        super().save_model(request, obj, form, change)
        field = cast("OwnField", obj)
        if not field.is_active or (before is not None and not READ_AGAIN & set(form.changed_data)):
            return
        was = before.reading if before is not None and before.is_active else None
        read_in_background([field], was=was, by=cast("User", request.user), at=timezone.now())
        self.message_user(request, _("The leads that are here get its values from their extra columns."), messages.INFO)
