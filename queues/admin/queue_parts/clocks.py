"""The part of a queue's form about its clocks (D1-D3)."""

from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from unfold.decorators import display

from queues.models import Queue
from queues.presenters.limit_words import contact_limits_text, wait_limits_text
from queues.queries.limits import type_limits

CLOCK_FIELDSETS = (
    (
        lazy("Clocks"),
        {
            "fields": (
                ("wait_minutes", "wait_counts"),
                ("on_wait_breach", "wait_goal_hours"),
                ("contact_minutes", "contact_counts"),
                "remind_percent",
                "limits_now",
                "nurture_after_days",
            ),
            "description": lazy(
                "A clock counts all hours, or only working hours: then it pauses at night, on holidays and days off. "
                "Order, age bands and the step to the manager always count all hours."
            ),
        },
    ),
)
CLOCK_READONLY = ("limits_now",)


class ClocksMixin:
    @display(description=lazy("what counts now"))
    def limits_now(self, obj: Queue) -> str:
        """The limits of each lead type, where each is set, and links to those by type."""
        if obj.pk is None:
            return _("Shown once the queue is saved.")
        limits = type_limits([obj.pk])
        lines = (
            (_("Longest wait: %s.") % wait_limits_text(obj, limits),),
            (_("First contact: %s.") % contact_limits_text(obj, limits),),
        )
        address = reverse("admin:queues_typelimit_changelist")
        more = f"{reverse('admin:queues_typelimit_add')}?queue={obj.pk}"
        return format_html(
            '<ul class="al-rows">{}</ul><a href="{}">{}</a> · <a href="{}">{}</a>',
            format_html_join("", "<li>{}</li>", lines),
            address,
            _("Limits by lead type"),
            more,
            _("Add one for this queue"),
        )
