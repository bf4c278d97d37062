"""Admin of the days after which old leads of one type move on, in one queue or in all (D6)."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as lazy

from config.admin.base import SettingAdmin
from queues.models import TypeLimit

DAYS = ("nurture_after_days", "recycle_after_days", "archive_after_days")


@admin.register(TypeLimit)
class TypeLimitAdmin(SettingAdmin):
    list_display = ("lead_type", "queue", *DAYS)
    list_select_related = ("queue",)
    list_filter = ("queue", "lead_type")
    fieldsets = (
        (
            None,
            {
                "fields": (("lead_type", "queue"), DAYS),
                "description": lazy(
                    "Each number counts from the step before; an empty one leaves what the queue or all queues say. "
                    "Without a queue it is for all queues. Leads that moved already keep the day of their next step."
                ),
            },
        ),
    )
