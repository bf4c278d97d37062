"""Two small tables of the machine room: signs of life, and what changed last (SQLite's stand-in for NOTIFY)."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Beat(models.Model):
    """The last sign of life of a background part, written by a scheduled task."""

    name = models.CharField(_("name"), max_length=40, unique=True)
    at = models.DateTimeField(_("at"))
    note = models.CharField(_("note"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("sign of life")
        verbose_name_plural = _("signs of life")

    def __str__(self) -> str:
        return self.name


class LiveTopic(models.Model):
    """One row per topic; its version is higher than all before it, so that a watcher reads only what is new."""

    name = models.CharField(max_length=60, unique=True)
    version = models.BigIntegerField(db_index=True)

    def __str__(self) -> str:
        return self.name
