"""What a queue, or all queues, set for one type of lead; and what happens when first contact is late (D1, D2, D6)."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from leads.models import LeadType
from queues.decisions.escalation import BreachAct
from queues.models.queue import Queue
from queues.models.queue_clocks import ONE_MONTH, within_limits

MOST_DAYS = 3_650


class TypeLimit(models.Model):
    """Limits of one type of lead: of one queue, or without a queue those of all queues that set none themselves.

    For each limit the first that is set counts: queue and type, then the queue, then the type, then the constant in
    `decisions`; so a row exists only where somebody wants something else. Days count from the step before: waiting,
    then nurture, then the recycling pool.
    """

    queue = models.ForeignKey(
        Queue, verbose_name=_("queue"), null=True, blank=True, on_delete=models.CASCADE, related_name="type_limits"
    )
    lead_type = models.CharField(_("lead type"), max_length=16, choices=LeadType.choices)
    wait_minutes = models.PositiveIntegerField(_("longest wait (minutes)"), null=True, blank=True, validators=ONE_MONTH)
    contact_minutes = models.PositiveIntegerField(
        _("first contact within (minutes)"), null=True, blank=True, validators=ONE_MONTH
    )
    nurture_after_days = models.PositiveSmallIntegerField(
        _("to nurture after (days of waiting)"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(MOST_DAYS)],
    )
    recycle_after_days = models.PositiveSmallIntegerField(
        _("to the recycling pool after (days in nurture)"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(MOST_DAYS)],
    )
    archive_after_days = models.PositiveSmallIntegerField(
        _("to the archive after (days in the pool)"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(MOST_DAYS)],
    )

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("limits of a lead type")
        verbose_name_plural = _("limits of lead types")
        ordering = ["queue", "lead_type", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["queue", "lead_type"], name="queues_one_limit_per_queue_and_type"),
            models.UniqueConstraint(
                fields=["lead_type"], condition=models.Q(queue__isnull=True), name="queues_one_limit_per_type"
            ),
            models.CheckConstraint(condition=within_limits("wait_minutes"), name="queues_type_wait_within_a_month"),
            models.CheckConstraint(
                condition=within_limits("contact_minutes"), name="queues_type_contact_within_a_month"
            ),
        ]

    def __str__(self) -> str:
        words = {"type": self.get_lead_type_display(), "queue": self.queue}
        return (gettext("%(type)s in %(queue)s") if self.queue else gettext("%(type)s in all queues")) % words


class ContactStep(models.Model):
    """One step of a queue when first contact is late (D2), in the order of `position`; a queue without steps has the
    three usual ones. `after_minutes` counts from the step before; empty: the contact limit."""

    class Act(models.TextChoices):
        REMIND = BreachAct.REMIND, _("Remind the holder")
        TELL_MANAGER = BreachAct.TELL_MANAGER, _("Tell the manager")
        GIVE_TO_ANOTHER = BreachAct.GIVE_TO_ANOTHER, _("Give the lead to somebody else")

    queue = models.ForeignKey(
        Queue, verbose_name=_("queue"), on_delete=models.CASCADE, related_name="contact_steps", db_index=False
    )
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    act = models.CharField(_("what happens"), max_length=16, choices=Act.choices)
    after_minutes = models.PositiveIntegerField(
        _("after (minutes)"), null=True, blank=True, validators=ONE_MONTH, help_text=_("Empty: the contact limit.")
    )

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("step when first contact is late")
        verbose_name_plural = _("steps when first contact is late")
        ordering = ["queue", "position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["queue", "position"], name="queues_one_contact_step_per_position"),
            models.CheckConstraint(condition=within_limits("after_minutes"), name="queues_step_within_a_month"),
        ]

    def __str__(self) -> str:
        return f"{self.queue_id}/{self.position} {self.act}"
