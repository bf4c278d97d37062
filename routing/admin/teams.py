"""Teams in the admin: managers, region, working hours."""

from typing import cast

from django import forms
from django.contrib import admin
from django.contrib.auth import get_user_model
from django.contrib.auth.models import User
from django.db.models import Count, Model, Q
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from unfold.decorators import display
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget

from config.admin.base import SettingAdmin
from config.company import company, company_zone
from config.live import announce
from config.web.people import display_name
from routing.actions.availability.holidays import sync_in_background
from routing.actions.people import delete_team
from routing.admin.hours import HoursField, choice_field, zone_field
from routing.forms.holidays import HolidayFieldsMixin
from routing.models import Team
from routing.roles import MANAGERS


class TeamForm(HolidayFieldsMixin, ModelForm):
    working_hours = HoursField(label=lazy("Working hours"), required=False)
    time_zone = zone_field(required=True)
    holiday_country = choice_field(lazy("Public holidays of"))
    holiday_region = choice_field(lazy("Region"))

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fill_choices(empty_label=lazy("As the company"))
        if not self.instance.pk:
            self.initial |= {"time_zone": company_zone().key, "working_hours": company().working_hours} | kwargs.get(
                "initial", {}
            )
        if "managers" in self.fields:
            now = self.instance.managers.values("pk") if self.instance.pk else []
            people = get_user_model().objects.filter(Q(is_active=True, groups__name=MANAGERS) | Q(pk__in=now))
            self.fields["managers"].queryset = people.order_by("last_name", "first_name", "pk").distinct()
            self.fields["managers"].label_from_instance = display_name


@admin.register(Team)
class TeamAdmin(SettingAdmin):
    form = TeamForm
    list_display = ("name", "region", "led_by", "reps_count", "time_zone")
    list_filter = ("region",)
    fields = (
        ("name", "region"),
        "managers",
        "time_zone",
        "working_hours",
        ("holiday_country", "holiday_region"),
        "reps_set_hours",
        "reps_hand_over",
    )

    def get_queryset(self, request: HttpRequest):
        return super().get_queryset(request).prefetch_related("managers").annotate(how_many=Count("reps"))

    @display(description=lazy("managers"))
    def led_by(self, obj: Team) -> str:
        return ", ".join(display_name(user) for user in obj.managers.all()) or _("nobody")

    @display(description=lazy("reps"))
    def reps_count(self, obj: Team) -> int:
        return obj.how_many

    def formfield_for_manytomany(self, db_field, request: HttpRequest, **kwargs) -> forms.Field | None:
        kwargs["widget"] = UnfoldAdminCheckboxSelectMultipleWidget
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    def save_related(self, request: HttpRequest, form: ModelForm, formsets, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        team = form.instance
        sync_in_background(
            {"teams": [team.pk]}, name=team.name, why="hours", by=cast(User, request.user), at=timezone.now()
        )
        announce("people", "escalations")

    def delete_model(self, request: HttpRequest, obj: Model) -> None:
        delete_team(cast(Team, obj), by=cast(User, request.user), at=timezone.now())

    def why_not_deletable(self, obj: Team) -> str:
        queues = [queue.name for queue in obj.queues.order_by("name", "pk")[:5]]
        if queues:
            return _("Queues belong to this team: %(queues)s. Give them to another team first.") % {
                "queues": ", ".join(queues)
            }
        rotations = sorted({rule.rotation.name for rule in obj.rules.select_related("rotation").order_by("pk")})[:5]
        if rotations:
            text = _("Members of %(rotations)s come from this team by rule. Delete those rules first.")
            return text % {"rotations": ", ".join(rotations)}
        return ""
