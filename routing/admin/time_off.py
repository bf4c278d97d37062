"""Time off of reps in the admin, entered by sales ops; reps plan theirs on their own page."""

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from config.admin.base import SettingAdmin
from config.admin.double_submit import AlreadySubmitted
from routing.actions.availability.time_off import cancel_time_off, change_time_off, plan_time_off
from routing.forms.time_off import PLANNED
from routing.models import TimeOff

YEARS = (2000, 2100)  # dates near the ends of the calendar cannot be converted between time zones


class TimeOffForm(ModelForm):
    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        if "kind" in self.fields:
            self.fields["kind"].choices = PLANNED

    def clean(self) -> dict:
        typed = super().clean()
        for name in ("starts_at", "ends_at"):
            if typed.get(name) and not YEARS[0] <= typed[name].year < YEARS[1]:
                self.add_error(name, ValidationError(_("Check the year.")))
        starts_at, ends_at = typed.get("starts_at"), typed.get("ends_at")
        if starts_at and ends_at and ends_at <= starts_at:
            self.add_error("ends_at", ValidationError(_("The end is before the start.")))
        elif ends_at and self.instance.pk is None and ends_at <= timezone.now():
            self.add_error("ends_at", ValidationError(_("This is already over.")))
        return typed


@admin.register(TimeOff)
class TimeOffAdmin(SettingAdmin):
    form = TimeOffForm
    list_display = ("rep", "kind", "starts_at", "ends_at", "note", "origin")
    list_filter = ("kind", "origin", "rep__teams")
    list_select_related = ("rep__user",)
    search_fields = ("rep__user__last_name", "rep__user__first_name")
    ordering = ("-starts_at", "-pk")
    fields = ("rep", "kind", "starts_at", "ends_at", "note")

    def has_change_permission(self, request: HttpRequest, obj: TimeOff | None = None) -> bool:
        """Rows from holidays or a calendar are changed at their source."""
        return super().has_change_permission(request, obj) and (obj is None or obj.origin == TimeOff.Origin.OWN)

    def has_delete_permission(self, request: HttpRequest, obj: TimeOff | None = None) -> bool:
        return super().has_delete_permission(request, obj) and (obj is None or obj.origin == TimeOff.Origin.OWN)

    def get_readonly_fields(self, request: HttpRequest, obj: TimeOff | None = None) -> tuple[str, ...]:
        return ("rep",) if obj else ()

    def formfield_for_foreignkey(self, db_field, request: HttpRequest, **kwargs):
        if db_field.name == "rep":
            kwargs["queryset"] = db_field.remote_field.model.objects.filter(user__is_active=True).select_related("user")
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def save_model(self, request: HttpRequest, obj: TimeOff, form: ModelForm, change: bool) -> None:
        wanted = {name: getattr(obj, name) for name in ("kind", "starts_at", "ends_at", "note")}
        who = {"by": request.user, "at": timezone.now()}
        if change:
            if self.changed_values(form):
                change_time_off(obj, **wanted, **who)
        elif twin := self.submitted_before(request, form):
            raise AlreadySubmitted(twin)
        else:
            obj.pk = plan_time_off(obj.rep, **wanted, **who).pk
            obj._state.adding = False

    def delete_model(self, request: HttpRequest, obj: TimeOff) -> None:
        cancel_time_off(obj, by=request.user, at=timezone.now())
