"""Admin of limits by lead type, in one queue or in all: longest wait, first contact, days of old leads (D1, D2, D6)."""

from collections.abc import Sequence
from typing import Any, cast

from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from config.admin.base import SettingAdmin
from queues.actions.type_limits import MINUTES, apply_type_limit
from queues.models import TypeLimit
from queues.presenters.limit_words import type_limit_text, unmoved_text
from queues.queries.limits import type_limits

DAYS = ("nurture_after_days", "recycle_after_days", "archive_after_days")
OF_WHAT = ("lead_type", "queue")


@admin.register(TypeLimit)
class TypeLimitAdmin(SettingAdmin):
    """Whose limits a row has is chosen once: to change it, delete the row and add another one."""

    list_display = ("lead_type", "queue", *MINUTES, *DAYS)
    list_select_related = ("queue",)
    list_filter = ("queue", "lead_type")
    fieldsets = (
        (
            None,
            {
                "fields": (OF_WHAT, MINUTES),
                "description": lazy(
                    "For each limit the first that is set counts: here with a queue, then the queue's own, then here "
                    "without a queue, then the usual one (waiting: 1 h, 4 h, 24 h, 72 h; first contact: 2 h). An empty "
                    "field leaves it to the next. Deadlines that lie ahead move; what has passed stays."
                ),
            },
        ),
        (
            lazy("Old leads"),
            {
                "fields": (DAYS,),
                "description": lazy(
                    "Each number counts from the step before. Leads that moved already keep the day of their next step."
                ),
            },
        ),
    )

    def get_readonly_fields(self, request: HttpRequest, obj: TypeLimit | None = None) -> Sequence[str]:
        return OF_WHAT if obj else ()

    def save_model(self, request: HttpRequest, obj: Any, form: ModelForm, change: bool) -> None:
        super().save_model(request, obj, form, change)
        self._apply(request, obj, [name for name in MINUTES if name in form.changed_data])

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        super().delete_model(request, obj)
        self._apply(request, obj, [name for name in MINUTES if getattr(obj, name) is not None])

    def _apply(self, request: HttpRequest, obj: TypeLimit, changed: Sequence[str]) -> None:
        """And say what counts now."""
        by = cast(User, request.user)
        apply_type_limit(obj, changed=changed, by=by, at=timezone.now())
        if obj.queue:
            text = type_limit_text(obj.queue, obj.lead_type, type_limits([obj.queue.pk])) if changed else ""
        else:
            text = unmoved_text(changed)
        if text:
            self.message_user(request, _("Now: %s") % text if obj.queue else text, messages.INFO)
