"""The part of a queue's form about its clocks (D1-D3)."""

from django.utils.translation import gettext_lazy as lazy

CLOCK_FIELDSETS = (
    (
        lazy("Clocks"),
        {
            "fields": (
                ("wait_minutes", "wait_counts"),
                "on_wait_breach",
                ("contact_minutes", "contact_counts"),
                "remind_percent",
                "nurture_after_days",
            ),
            "description": lazy(
                "A clock counts all hours, or only working hours: then it pauses at night, on holidays and days off. "
                "Order, age bands and the step to the manager always count all hours."
            ),
        },
    ),
)
