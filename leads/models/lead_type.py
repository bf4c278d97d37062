"""The four lead types."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class LeadType(models.TextChoices):
    """Each type has its own longest wait: 1 h, 4 h, 24 h, 72 h (D1)."""

    HOT_INBOUND = "hot_inbound", _("Hot inbound")
    MQL = "mql", _("MQL")
    WARM = "warm", _("Warm")
    COLD = "cold", _("Cold")
