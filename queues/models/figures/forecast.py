"""What was forecast, so that pages can show how often it came true (K1)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from queues.models.queue import Queue


class BreachForecast(models.Model):
    """Breaches of the longest wait that a queue was forecast at a full hour to have until `until_at`, and how many it
    had. `least` and `most` are of the weeks that were replayed."""

    queue = models.ForeignKey(Queue, on_delete=models.CASCADE, related_name="+", db_index=False)
    made_at = models.DateTimeField()
    until_at = models.DateTimeField()
    expected = models.PositiveIntegerField()
    least = models.PositiveIntegerField()
    most = models.PositiveIntegerField()
    happened = models.PositiveIntegerField(null=True, blank=True)

    class Meta:
        verbose_name = _("forecast of breaches")
        verbose_name_plural = _("forecasts of breaches")
        ordering = ["-made_at", "queue", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["made_at", "queue"], name="queues_one_forecast_per_queue_and_hour")
        ]
        indexes = [
            models.Index(  # forecasts that are over
                fields=["until_at"], condition=models.Q(happened__isnull=True), name="queues_open_forecasts"
            )
        ]

    def __str__(self) -> str:
        return f"{self.queue_id} {self.made_at:%Y-%m-%d %H}"
