"""What an edit of hours, days off or limits did to deadlines: one line for each edit (D3)."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from queues.models.queue import Queue
from routing.models import Rep, Team


class DeadlineMove(models.Model):
    """An edit that moved deadlines. Past breaches stay as they were; `kept_breaches` says how many of the same clocks.

    `name` is what the edit was about, as it was called then.
    """

    class Why(models.TextChoices):
        LIMITS = "limits", _("Limits")
        STEPS = "steps", _("Steps")
        COUNTS = "counts", _("Which time counts")
        HOURS = "hours", _("Working hours")
        HOLIDAYS = "holidays", _("Holidays")
        TIME_OFF = "time_off", _("Time off")
        TEAMS = "teams", _("Teams")

    at = models.DateTimeField(_("at"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("by"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    why = models.CharField(_("why"), max_length=10, choices=Why.choices)
    name = models.CharField(_("name"), max_length=160, blank=True)
    queue = models.ForeignKey(
        Queue, verbose_name=_("queue"), null=True, blank=True, on_delete=models.SET_NULL, related_name="deadline_moves"
    )
    team = models.ForeignKey(
        Team, verbose_name=_("team"), null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    rep = models.ForeignKey(
        Rep, verbose_name=_("rep"), null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    moved = models.PositiveIntegerField(_("moved"), default=0)
    kept_breaches = models.PositiveIntegerField(_("kept breaches"), default=0)

    class Meta:
        verbose_name = _("move of deadlines")
        verbose_name_plural = _("moves of deadlines")
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["-at", "-id"], name="queues_deadline_moves")]

    def __str__(self) -> str:
        return f"{self.get_why_display()} {self.at:%Y-%m-%d %H:%M}"
