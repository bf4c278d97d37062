"""The members of rotations, and those who left."""

from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from routing.models.people import Rep
from routing.models.rotation import CAP, Rotation


class CurrentMembers(models.Manager):
    """Without those who left."""

    def get_queryset(self) -> models.QuerySet:
        return super().get_queryset().filter(left_at__isnull=True)


class RotationMember(models.Model):
    """One rep's place in one rotation, with what is due (decisions/rotation/state.py), owed, and counted for caps.

    Who leaves keeps the row, with `left_at`: who joins again has the balance and the caps of before (L11). `rule` added
    the member; None for a member made by hand. `ramp_percent` is the part of the weight that counts now, by the ramp,
    `ramp_next_on` the day of its next step (K4).
    """

    rotation = models.ForeignKey(Rotation, verbose_name=_("rotation"), on_delete=models.CASCADE, related_name="members")
    rep = models.ForeignKey(Rep, verbose_name=_("rep"), on_delete=models.PROTECT, related_name="memberships")
    position = models.PositiveIntegerField(_("position"), default=0, db_index=True)
    rule = models.ForeignKey(
        "MembershipRule",
        verbose_name=_("added by rule"),
        null=True,
        blank=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="members",
    )
    is_paused = models.BooleanField(_("paused"), default=False)
    turns_given = models.PositiveIntegerField(_("turns given"), default=0, editable=False)
    weight = models.DecimalField(
        _("weight"),
        max_digits=5,
        decimal_places=2,
        default=1,
        validators=[MinValueValidator(0)],
        help_text=_("Weight 3 gets three times the leads of weight 1; 0 pauses. A change counts from now on."),
    )
    ramp = models.CharField(
        _("ramp"),
        max_length=120,
        blank=True,
        default="",
        help_text=_("For a newcomer: “25/50/75/100 from 2026-12-01 every 7 days” is a quarter of the weight at first."),
    )
    ramp_percent = models.PositiveSmallIntegerField(_("ramp percent"), default=100, editable=False)
    ramp_next_on = models.DateField(_("ramp next on"), null=True, blank=True, editable=False)
    cap_hour = models.PositiveIntegerField(_("at most in 60 minutes"), **CAP)
    cap_day = models.PositiveIntegerField(_("at most a day"), **CAP)
    cap_week = models.PositiveIntegerField(_("at most a week"), **CAP)
    cap_month = models.PositiveIntegerField(_("at most a month"), **CAP)
    owed = models.IntegerField(
        _("turns owed"),
        default=0,
        editable=False,
        help_text=_("Turns to give before everybody else; below 0: turns given in advance."),
    )
    balance = models.BigIntegerField(_("balance"), default=0, editable=False)
    base = models.BigIntegerField(_("base"), default=0, editable=False)
    skills_counted = models.JSONField(
        _("skills counted"), default=list, editable=False
    )  # those whose clock `base` is on
    takes_part = models.BooleanField(_("takes part"), default=False, editable=False)
    comes_first = models.BooleanField(_("comes first"), default=False, editable=False)
    last_turn = models.PositiveIntegerField(_("last turn"), default=0, editable=False)
    spread_count = models.PositiveIntegerField(_("spread count"), default=0, editable=False)
    away_for = models.CharField(_("away for"), max_length=20, blank=True, editable=False)
    counts = models.JSONField(_("counts"), default=dict, editable=False)
    paid_on = models.DateField(_("paid on"), null=True, blank=True, editable=False)
    paid = models.PositiveSmallIntegerField(_("paid"), default=0, editable=False)
    left_at = models.DateTimeField(_("left at"), null=True, blank=True, editable=False)

    history = HistoricalRecords(
        excluded_fields=[
            "turns_given",
            "ramp_percent",
            "ramp_next_on",
            "owed",
            "balance",
            "base",
            "skills_counted",
            "takes_part",
            "comes_first",
            "last_turn",
            "spread_count",
            "away_for",
            "counts",
            "paid_on",
            "paid",
        ]
    )

    everybody = models.Manager()
    objects = CurrentMembers()

    class Meta:
        default_manager_name = "objects"
        verbose_name = _("member")
        verbose_name_plural = _("members")
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["rotation", "rep"],
                name="routing_one_place_per_rep",
                violation_error_message=_("This rep is in the rotation already."),
            ),
            models.CheckConstraint(condition=models.Q(weight__gte=0), name="routing_no_negative_weight"),
        ]
        indexes = [
            models.Index(  # steps of ramps whose day has come
                fields=["ramp_next_on"],
                condition=models.Q(ramp_next_on__isnull=False, left_at__isnull=True),
                name="routing_ramp_steps",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rep}"
