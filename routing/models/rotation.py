"""Rotations: ordered lists of reps that take turns, and the turns they took."""

from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from leads.models import Lead
from routing.models.people import Rep


class Rotation(models.Model):
    """An ordered list with a stored pointer (F1). The row is the lock under which every turn is decided."""

    class WhenNobody(models.TextChoices):
        HOLD = "hold", _("Hold the lead until somebody is available")
        FALLBACK = "fallback", _("Give it to the fallback person")
        ANYWAY = "anyway", _("Assign anyway, in turn")

    name = models.CharField(_("name"), max_length=80, unique=True)
    is_active = models.BooleanField(_("on"), default=True)
    when_nobody = models.CharField(
        _("when nobody is available"), max_length=8, choices=WhenNobody.choices, default=WhenNobody.HOLD
    )
    fallback = models.ForeignKey(
        Rep, verbose_name=_("fallback person"), null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    skips_on_leave = models.BooleanField(_("pass over people on leave"), default=True)
    skips_switched_off = models.BooleanField(_("pass over people who paused"), default=True)
    skips_over_capacity = models.BooleanField(_("pass over people above their capacity"), default=False)
    pointer = models.PositiveIntegerField(_("position served last"), null=True, blank=True, editable=False)
    turns_taken = models.PositiveIntegerField(_("turns taken"), default=0, editable=False)
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)

    history = HistoricalRecords(excluded_fields=["pointer", "turns_taken"])

    class Meta:
        verbose_name = _("rotation")
        verbose_name_plural = _("rotations")
        ordering = ["name", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(when_nobody="fallback") | models.Q(fallback__isnull=False),
                name="routing_fallback_names_a_person",
                violation_error_message=_("Choose the fallback person, or another answer to nobody being available."),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class RotationMember(models.Model):
    """One rep's place in one rotation."""

    rotation = models.ForeignKey(Rotation, verbose_name=_("rotation"), on_delete=models.CASCADE, related_name="members")
    rep = models.ForeignKey(Rep, verbose_name=_("rep"), on_delete=models.PROTECT, related_name="memberships")
    position = models.PositiveIntegerField(_("position"), default=0, db_index=True)
    is_paused = models.BooleanField(_("paused"), default=False)
    turns_given = models.PositiveIntegerField(_("turns given"), default=0, editable=False)
    turns_back = models.PositiveIntegerField(
        _("turns to give back"),
        default=0,
        editable=False,
        validators=[MinValueValidator(0)],
        help_text=_("Turns that were spent on duplicates, competitors or students (C4)."),
    )

    history = HistoricalRecords(excluded_fields=["turns_given", "turns_back"])

    class Meta:
        verbose_name = _("member")
        verbose_name_plural = _("members")
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["rotation", "rep"],
                name="routing_one_place_per_rep",
                violation_error_message=_("This rep is in the rotation already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rep}"


class Turn(models.Model):
    """One decision of a rotation: who got it, at which position, who was passed over and why (C6, G4)."""

    rotation = models.ForeignKey(Rotation, on_delete=models.PROTECT, related_name="turns")
    number = models.PositiveIntegerField()
    version = models.PositiveIntegerField()
    at = models.DateTimeField()
    lead = models.ForeignKey(Lead, on_delete=models.CASCADE, related_name="turns")
    rep = models.ForeignKey(Rep, on_delete=models.PROTECT, related_name="turns")
    position = models.PositiveIntegerField()
    looks = models.JSONField(default=list)
    pointer_before = models.PositiveIntegerField(null=True)
    pointer_after = models.PositiveIntegerField(null=True)

    class Meta:
        verbose_name = _("turn")
        verbose_name_plural = _("turns")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["rotation", "number"], name="routing_one_turn_per_number"),
        ]
        indexes = [models.Index(fields=["lead", "-id"], name="routing_turns_of_a_lead")]  # the trail of a lead

    def __str__(self) -> str:
        return f"{self.rotation_id} / {self.number}"
