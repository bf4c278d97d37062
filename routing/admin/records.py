"""Turns and assignments in the admin, read only."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as lazy
from unfold.decorators import display

from config.admin.base import RecordAdmin
from config.web.people import display_name
from routing.models import Assignment, Turn


@admin.register(Turn)
class TurnAdmin(RecordAdmin):
    list_display = ("at", "rotation", "number", "lead", "rep", "position", "version")
    list_select_related = ("rotation", "lead", "rep__user")
    list_filter = ("rotation",)
    search_fields = ("lead_id",)


@admin.register(Assignment)
class AssignmentAdmin(RecordAdmin):
    list_display = ("assigned_at", "lead", "held_by", "how", "place_name", "first_contact_at", "ended_at", "ended_how")
    list_select_related = ("lead", "holder")
    search_fields = ("lead_id",)

    @display(description=lazy("holder"))
    def held_by(self, obj: Assignment) -> str:
        return display_name(obj.holder)
