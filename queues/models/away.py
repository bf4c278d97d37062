"""What a manager is asked when somebody goes away and leaves leads without first contact (D2)."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from routing.models import Rep


class AwayQuestion(models.Model):
    """One question about one rep, not about each lead: hand the leads on now, or keep them. It is asked once for each
    absence, and while nobody answers the clocks run on."""

    class Why(models.TextChoices):
        LEAVE = "leave", _("On leave")
        SICK = "sick", _("Sick")
        SWITCHED_OFF = "switched_off", _("Takes no leads")
        DEACTIVATED = "deactivated", _("No longer active")

    class Answer(models.TextChoices):
        HAND_ON = "hand_on", _("Handed on")
        KEEP = "keep", _("Kept")
        OVER = "over", _("Nothing left to decide")

    rep = models.ForeignKey(Rep, on_delete=models.CASCADE, related_name="away_questions", db_index=False)
    why = models.CharField(max_length=12, choices=Why.choices)
    since_at = models.DateTimeField()
    until_at = models.DateTimeField(null=True, blank=True)  # empty: nobody knows
    leads = models.PositiveIntegerField(default=0)  # without first contact when it was asked
    asked_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    answer = models.CharField(max_length=8, choices=Answer.choices, blank=True)

    class Meta:
        verbose_name = _("question about an absence")
        verbose_name_plural = _("questions about absences")
        ordering = ["asked_at", "pk"]
        constraints = [
            models.UniqueConstraint(  # its index also finds the open questions
                fields=["rep"], condition=models.Q(answered_at__isnull=True), name="queues_one_open_question_per_rep"
            ),
            models.UniqueConstraint(fields=["rep", "why", "since_at"], name="queues_each_absence_is_asked_once"),
            models.CheckConstraint(
                condition=models.Q(answered_at__isnull=True, answer="")
                | (models.Q(answered_at__isnull=False) & ~models.Q(answer="")),
                name="queues_answer_has_time_and_manner",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rep_id} {self.why} {self.since_at:%Y-%m-%d}"
