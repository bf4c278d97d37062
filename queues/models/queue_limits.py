"""The limits of a queue's intake: when rules stop adding to it, when they add again, and what becomes of old leads
(D5, D6)."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _


class QueueLimits(models.Model):
    """Each limit has a lower mark at which it lifts, so that a queue at the limit does not open and close all the time.

    New queues have a limit of depth. Queues of before have none until somebody chooses one.
    """

    class WhenFull(models.TextChoices):
        OFF = "off", _("Nothing: there is no limit")
        PARK = "park", _("Leads are parked on the review desk")
        OVERFLOW = "overflow", _("Leads go to another queue")
        PARTNER = "partner", _("Leads go to a partner pool")

    when_full = models.CharField(
        _("when the queue is full"),
        max_length=8,
        choices=WhenFull.choices,
        default=WhenFull.PARK,
        db_default="off",
        help_text=_("Only what entry rules would add counts; people can add leads at any time."),
    )
    overflow_queue = models.ForeignKey(
        "self", verbose_name=_("other queue"), null=True, blank=True, on_delete=models.PROTECT, related_name="fed_by"
    )
    overflow_pool = models.ForeignKey(
        "queues.PartnerPool",
        verbose_name=_("partner pool"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="queues",
        db_index=False,
        help_text=_("The overflow leaves to this partner, with names and contact data, while the pool is on."),
    )
    depth_limit = models.PositiveIntegerField(
        _("full above"), default=100, db_default=100, validators=[MinValueValidator(1)]
    )
    depth_lift = models.PositiveIntegerField(_("open again below"), default=80, db_default=80)
    mean_age_hours = models.PositiveSmallIntegerField(
        _("pause above a mean age of (hours)"), default=24, db_default=24, validators=[MinValueValidator(1)]
    )
    mean_age_lift_hours = models.PositiveSmallIntegerField(_("open again below (hours)"), default=20, db_default=20)
    rate_low = models.PositiveSmallIntegerField(
        _("bottleneck below (percent claimed in time)"), default=80, db_default=80, validators=[MaxValueValidator(99)]
    )
    rate_lift = models.PositiveSmallIntegerField(
        _("no bottleneck above (percent)"), default=85, db_default=85, validators=[MaxValueValidator(100)]
    )
    stale_is_on = models.BooleanField(
        _("old leads leave the queue"),
        default=True,
        db_default=True,
        help_text=_("At night, to nurture. The list of the coming night is on the page of old leads."),
    )

    class Meta:
        abstract = True


LIMIT_CONSTRAINTS = [
    models.CheckConstraint(
        condition=models.Q(depth_lift__lt=models.F("depth_limit")),
        name="queues_depth_lifts_below_its_limit",
        violation_error_message=_("The queue must open again below the depth at which it is full."),
    ),
    models.CheckConstraint(
        condition=models.Q(mean_age_lift_hours__lt=models.F("mean_age_hours")),
        name="queues_age_lifts_below_its_limit",
        violation_error_message=_("The queue must open again below the mean age at which it pauses."),
    ),
    models.CheckConstraint(
        condition=models.Q(rate_lift__gt=models.F("rate_low"), rate_lift__lte=100),
        name="queues_rate_lifts_above_its_limit",
        violation_error_message=_("A bottleneck must end above the percentage at which it begins."),
    ),
    models.CheckConstraint(
        condition=~models.Q(when_full="overflow") | models.Q(overflow_queue__isnull=False),
        name="queues_overflow_names_a_queue",
        violation_error_message=_("Choose the queue that gets the leads when this one is full."),
    ),
    models.CheckConstraint(
        condition=~models.Q(when_full="partner") | models.Q(overflow_pool__isnull=False),
        name="queues_overflow_names_a_pool",
        violation_error_message=_("Choose the partner pool that gets the leads when the queue is full."),
    ),
    models.CheckConstraint(
        condition=models.Q(overflow_queue__isnull=True) | ~models.Q(overflow_queue=models.F("id")),
        name="queues_overflow_is_another_queue",
        violation_error_message=_("A queue cannot take its own overflow. Choose another one."),
    ),
]
