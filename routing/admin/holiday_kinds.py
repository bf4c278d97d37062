"""Which kinds of public holidays are days off in a country, in the admin (F5, I2)."""

from typing import cast

from django import forms
from django.contrib import admin
from django.contrib.auth.models import User
from django.db.models import Model
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from unfold.decorators import display

from config.admin.base import SettingAdmin
from routing.actions.availability.holidays import sync_in_background
from routing.decisions.availability.public_holidays import parse_region, usual_kinds
from routing.forms.company_holidays import region_choice_text
from routing.forms.holiday_kinds import HolidayKindsForm, NewHolidayKindsForm
from routing.models import HolidayKinds
from routing.presenters.holiday_kinds import kind_name


@admin.register(HolidayKinds)
class HolidayKindsAdmin(SettingAdmin):
    list_display = ("place", "days_off")
    ordering = ("region", "pk")
    sortable_by = ()
    readonly_fields = ("place",)

    def get_form(self, request: HttpRequest, obj: Model | None = None, **kwargs: object) -> type[forms.ModelForm]:
        return super().get_form(request, obj, **kwargs | {"form": HolidayKindsForm if obj else NewHolidayKindsForm})

    def get_fields(self, request: HttpRequest, obj: Model | None = None) -> tuple[str, ...]:
        return ("place", "kinds") if obj else ("region",)

    @display(description=lazy("country or region"), ordering="region")
    def place(self, obj: HolidayKinds) -> str:
        return region_choice_text(obj.region)

    @display(description=lazy("days off"))
    def days_off(self, obj: HolidayKinds) -> str:
        country, _part = parse_region(obj.region)
        return ", ".join(kind_name(str(kind), country) for kind in obj.kinds)

    def save_model(self, request: HttpRequest, obj: Model, form: ModelForm, change: bool) -> None:
        kinds = cast(HolidayKinds, obj)
        if not change:
            kinds.kinds = list(usual_kinds(parse_region(kinds.region)[0]))
        super().save_model(request, obj, form, change)

    def save_related(self, request: HttpRequest, form: ModelForm, formsets, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        if form.changed_data:
            self._sync(request, form.instance)

    def delete_model(self, request: HttpRequest, obj: Model) -> None:
        super().delete_model(request, obj)
        self._sync(request, cast(HolidayKinds, obj))

    def response_add(self, request: HttpRequest, obj: Model, *args, **kwargs) -> HttpResponse:
        """On to the kinds."""
        super().response_add(request, obj, *args, **kwargs)
        return HttpResponseRedirect(self.admin_url(obj))

    def _sync(self, request: HttpRequest, kinds: HolidayKinds) -> None:
        name = _("Public holidays of %(place)s") % {"place": region_choice_text(kinds.region)}
        sync_in_background({}, name=name, by=cast(User, request.user), at=timezone.now())
