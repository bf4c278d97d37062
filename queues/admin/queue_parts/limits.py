"""The part of a queue's form about its depth and its limits (D5, E5)."""

from django.utils.translation import gettext_lazy as lazy

LIMIT_FIELDSETS = ((lazy("Depth"), {"fields": (("depth_yellow", "depth_red", "depth_critical"),)}),)
MUST_RISE = ("depth_yellow", "depth_red", "depth_critical")
