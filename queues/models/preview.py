"""Who looked closer at which waiting lead, and when last; what the radar counts (K2)."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from queues.models.entry import Entry


class EntryPreview(models.Model):
    """One rep's looks at one stay of one lead: how often, first and last. Kept for 90 days
    (decisions.radar.PREVIEWS_KEPT)."""

    viewer = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="previews", db_index=False
    )
    entry = models.ForeignKey(Entry, on_delete=models.CASCADE, related_name="previews", db_index=False)
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()
    times = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name = _("preview")
        verbose_name_plural = _("previews")
        ordering = ["-first_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["entry", "viewer"], name="queues_one_preview_per_person_and_stay"),
            models.CheckConstraint(
                condition=models.Q(last_at__gte=models.F("first_at")), name="queues_preview_begins_before_it_ends"
            ),
        ]
        indexes = [
            models.Index(fields=["viewer", "first_at"], name="queues_previews_of_person"),  # the radar
            models.Index(fields=["last_at"], name="queues_old_previews"),  # forgetting
        ]

    def __str__(self) -> str:
        return f"#{self.entry_id}: {self.times}"
