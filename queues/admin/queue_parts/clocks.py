"""The part of a queue's form about its clocks (D1-D3)."""

from django.utils.translation import gettext_lazy as lazy

CLOCK_FIELDSETS = (
    (lazy("Clocks"), {"fields": (("wait_minutes", "on_wait_breach"), ("contact_minutes", "nurture_after_days"))}),
)
