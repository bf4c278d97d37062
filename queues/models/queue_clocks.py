"""The clocks of a queue: how long a lead may wait, how soon first contact must be, and which time counts (D1-D3)."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

MOST_MINUTES = 43_200  # 30 days
ONE_MONTH = [MinValueValidator(1), MaxValueValidator(MOST_MINUTES)]


class QueueClocks(models.Model):
    """Limits are minutes of the time that the clock counts; an empty one is the limit of the lead's type, and one that
    a queue sets for a type comes before the queue's own (`TypeLimit`).

    A team, or a holder, without working hours counts wall time (L12). Order, age bands and the age ladder always count
    wall time (L3).
    """

    class WaitCounts(models.TextChoices):
        WALL = "wall", _("All hours")
        TEAM = "team", _("The team's working hours")

    class ContactCounts(models.TextChoices):
        WALL = "wall", _("All hours")
        TEAM = "team", _("The team's working hours")
        HOLDER = "holder", _("The holder's own working hours")

    class WaitGoal(models.IntegerChoices):
        HIGH = 2, _("High priority: below 2 h")
        STANDARD = 8, _("Standard: below 8 h")
        LOW = 24, _("Low: below 24 h")

    wait_minutes = models.PositiveIntegerField(
        _("longest wait (minutes)"),
        null=True,
        blank=True,
        validators=ONE_MONTH,
        help_text=_("Empty: by lead type."),
    )
    wait_counts = models.CharField(
        _("longest wait counts"), max_length=6, choices=WaitCounts.choices, default=WaitCounts.WALL, db_default="wall"
    )
    contact_minutes = models.PositiveIntegerField(
        _("first contact within (minutes)"),
        null=True,
        blank=True,
        validators=ONE_MONTH,
        help_text=_("Empty: by lead type."),
    )
    contact_counts = models.CharField(
        _("first contact counts"),
        max_length=6,
        choices=ContactCounts.choices,
        default=ContactCounts.WALL,
        db_default="wall",
    )
    remind_percent = models.PositiveSmallIntegerField(
        _("remind the holder at (percent)"),
        default=0,
        db_default=0,
        validators=[MaxValueValidator(99)],
        help_text=_("Of the time until first contact is due. 0: no reminder before it is due."),
    )
    wait_goal_hours = models.PositiveSmallIntegerField(
        _("goal of reports"),
        choices=WaitGoal.choices,
        default=WaitGoal.STANDARD,
        db_default=WaitGoal.STANDARD,
        help_text=_(
            "How long leads should wait on average. Reports compare with it; nothing happens when it is missed."
        ),
    )
    clocks_changed_at = models.DateTimeField(
        _("clocks changed at"), null=True, blank=True, editable=False
    )  # by an edit of the above

    class Meta:
        abstract = True


def within_limits(name: str) -> models.Q:
    """Empty, or from one minute to 30 days."""
    return models.Q(**{f"{name}__isnull": True}) | models.Q(**{f"{name}__gte": 1, f"{name}__lte": MOST_MINUTES})


CLOCK_CONSTRAINTS = [
    models.CheckConstraint(
        condition=within_limits("wait_minutes"),
        name="queues_wait_within_a_month",
        violation_error_message=_("The longest wait must be from 1 minute to 43,200 minutes (30 days)."),
    ),
    models.CheckConstraint(
        condition=within_limits("contact_minutes"),
        name="queues_contact_within_a_month",
        violation_error_message=_("First contact must be due within 1 minute to 43,200 minutes (30 days)."),
    ),
    models.CheckConstraint(
        condition=models.Q(remind_percent__lt=100),
        name="queues_remind_before_it_is_due",
        violation_error_message=_("A reminder must come before first contact is due: at most 99 percent."),
    ),
]
