"""Letters: what each rep was told about the shares of a week (K7)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from routing.models.people import Rep


class FairnessLetter(models.Model):
    """What counted for one rep in the week that began on this Monday, as it stood when the letter was written.

    `facts` has numbers only (queries/letters.py), nothing of leads or of colleagues. A week without anything to say has
    a row that was not sent, so that it is decided once.
    """

    rep = models.ForeignKey(Rep, on_delete=models.CASCADE, related_name="letters", db_index=False)
    week = models.DateField()
    written_at = models.DateTimeField()
    is_sent = models.BooleanField(default=True)
    facts = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("fairness letter")
        verbose_name_plural = _("fairness letters")
        ordering = ["-week", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["rep", "week"], name="routing_one_letter_a_week"),
        ]
        indexes = [
            models.Index(fields=["week"], name="routing_letters_of_a_week"),  # who has one already
        ]

    def __str__(self) -> str:
        return f"{self.rep_id} {self.week}"
