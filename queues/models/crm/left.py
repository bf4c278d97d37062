"""Records that stay with their owners over there, until somebody says who those are here (I4)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from queues.models.crm.connection import Connection


class CrmLeft(models.Model):
    """Ids only. `owner` is who had it when it was last read."""

    connection = models.ForeignKey(Connection, on_delete=models.CASCADE, related_name="left", db_index=False)
    remote_id = models.CharField(max_length=80)
    owner = models.CharField(max_length=80)

    class Meta:
        verbose_name = _("record left with its owner")
        verbose_name_plural = _("records left with their owners")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["connection", "remote_id"], name="queues_each_left_record_once"),
        ]
        indexes = [
            models.Index(fields=["connection", "owner", "id"], name="queues_crm_left_with"),  # what one of them has
        ]

    def __str__(self) -> str:
        return self.remote_id
