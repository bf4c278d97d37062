"""Entry rules and priority tiers: where arriving leads go, and in which order they are served."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from queues.models.queue import Queue


class EntryRule(models.Model):
    """One rule of the ordered list; the first rule whose conditions are all met decides (A5)."""

    class Outcome(models.TextChoices):
        QUEUE = "queue", _("Into a queue")
        REVIEW = "review", _("Review desk")
        NURTURE = "nurture", _("Nurture")
        REJECT = "reject", _("Reject")

    name = models.CharField(_("name"), max_length=120)
    position = models.PositiveSmallIntegerField(_("position"), default=0, db_index=True)
    is_active = models.BooleanField(_("on"), default=True)
    conditions = models.JSONField(_("conditions"), default=list, blank=True)
    outcome = models.CharField(_("outcome"), max_length=8, choices=Outcome.choices, default=Outcome.QUEUE)
    queue = models.ForeignKey(
        Queue, verbose_name=_("queue"), null=True, blank=True, on_delete=models.PROTECT, related_name="rules"
    )

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("entry rule")
        verbose_name_plural = _("entry rules")
        ordering = ["position", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(outcome="queue", queue__isnull=False)
                | (~models.Q(outcome="queue") & models.Q(queue__isnull=True)),
                name="queues_rule_into_a_queue_names_it",
                violation_error_message=_("Name the queue when leads go into a queue, and only then."),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class PriorityTier(models.Model):
    """One step of the hierarchy that priority queues follow (B4); the first that matches counts."""

    name = models.CharField(_("name"), max_length=120)
    position = models.PositiveSmallIntegerField(_("position"), default=0, db_index=True)
    conditions = models.JSONField(_("conditions"), default=list, blank=True)

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("priority tier")
        verbose_name_plural = _("priority tiers")
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.name
