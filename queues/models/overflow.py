"""Help for a queue that overflows: reps lent to it, and sources that are paused for it (D8). Both end by themselves."""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from leads.models import Source
from queues.models.queue import Queue
from routing.models import Rep


class LoanQuerySet(models.QuerySet):
    def running(self, at: datetime) -> "LoanQuerySet":
        return self.filter(ended_at__isnull=True, until__gt=at)


class Loan(models.Model):
    """A rep who also takes from this queue until a moment. `ended_at` is when somebody or the sweep ended it; past
    `until` it counts no more, ended or not."""

    rep = models.ForeignKey(Rep, verbose_name=_("rep"), on_delete=models.CASCADE, related_name="loans", db_index=False)
    queue = models.ForeignKey(Queue, verbose_name=_("queue"), on_delete=models.CASCADE, related_name="loans")
    until = models.DateTimeField(_("until"))
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = LoanQuerySet.as_manager()

    class Meta:
        verbose_name = _("loan")
        verbose_name_plural = _("loans")
        ordering = ["-at", "-pk"]
        constraints = [
            models.UniqueConstraint(  # its index also finds the queues a rep is lent to
                fields=["rep", "queue"], condition=models.Q(ended_at__isnull=True), name="queues_one_loan_at_a_time"
            ),
            models.CheckConstraint(
                condition=models.Q(until__gt=models.F("at")),
                name="queues_loan_ends_after_it_begins",
                violation_error_message=_("Choose a date in the future."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rep_id} > {self.queue_id}"


class SourcePause(models.Model):
    """Leads of this source that rules would add to the queue are parked until the queue is clear."""

    source = models.ForeignKey(
        Source, verbose_name=_("source"), on_delete=models.CASCADE, related_name="pauses", db_index=False
    )
    queue = models.ForeignKey(Queue, verbose_name=_("queue"), on_delete=models.CASCADE, related_name="source_pauses")
    since = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("pause of a source")
        verbose_name_plural = _("pauses of sources")
        ordering = ["-since", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["source", "queue"],
                condition=models.Q(ended_at__isnull=True),
                name="queues_one_pause_of_a_source",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source_id} > {self.queue_id}"
