"""Turns that a rotation decided, and its ledger: all that is needed to decide them again (C6, F6b)."""

from collections.abc import Collection

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from leads.models import Lead
from routing.models.people import Rep
from routing.models.rotation import Rotation


class Roster(models.Model):
    """Who could be given leads, and who could not and why, with weights and rules: as several turns in a row saw it.

    `members` are lists (member, rep, position, weight in hundredths, why passed over, most owed turns today).
    """

    rotation = models.ForeignKey(Rotation, on_delete=models.PROTECT, related_name="rosters")
    version = models.PositiveIntegerField()
    at = models.DateTimeField()
    digest = models.CharField(max_length=40)
    rules = models.JSONField(default=dict)
    members = models.JSONField(default=list)

    class Meta:
        verbose_name = _("roster")
        verbose_name_plural = _("rosters")
        ordering = ["-pk"]
        indexes = [models.Index(fields=["rotation", "-id"], name="routing_newest_roster")]

    def __str__(self) -> str:
        return f"{self.rotation_id} #{self.pk}"

    def shared_by(self, barred: Collection[str] | None) -> tuple[tuple[int, int], ...]:
        """(rep, weight) of those who shared a turn that these members, by number as text, could not have."""
        kept = barred or ()
        return tuple(
            (rep, weight) for pk, rep, _at, weight, reason in self.members if not reason and str(pk) not in kept
        )


class Turn(models.Model):
    """One decision of a rotation: who got it, at which position, who was passed over and why (C6, G4).

    `looks` tells of everybody down to the chosen, the first of many; the roster knows all. `virtual` is the clock of
    the rotation after the turn, `size` what the turn weighed (decisions.standing).
    """

    LOOKS = 25  # of those passed over in one turn so many are kept with it; the roster has them all

    rotation = models.ForeignKey(Rotation, on_delete=models.PROTECT, related_name="turns")
    number = models.PositiveIntegerField()
    version = models.PositiveIntegerField()
    at = models.DateTimeField()
    lead = models.ForeignKey(Lead, on_delete=models.CASCADE, related_name="turns")
    rep = models.ForeignKey(Rep, on_delete=models.PROTECT, related_name="turns")
    position = models.PositiveIntegerField()
    looks = models.JSONField(default=list)
    roster = models.ForeignKey("Roster", null=True, blank=True, on_delete=models.PROTECT, related_name="turns")
    barred = models.JSONField(default=dict)  # {member: why this lead could not be theirs}
    size = models.BigIntegerField(default=0)
    is_owed = models.BooleanField(default=False)
    virtual = models.BigIntegerField(default=0)
    before = models.JSONField(default=dict)  # what stood on the rotation and on the members that it moved, for an undo
    pointer_before = models.PositiveIntegerField(null=True)
    pointer_after = models.PositiveIntegerField(null=True)

    class Meta:
        verbose_name = _("turn")
        verbose_name_plural = _("turns")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["rotation", "number"], name="routing_one_turn_per_number"),
        ]
        indexes = [
            models.Index(fields=["lead", "-id"], name="routing_turns_of_a_lead"),  # the trail of a lead
            models.Index(fields=["rotation", "at"], name="routing_turns_by_time"),  # fairness of a week or month (H1)
        ]

    def __str__(self) -> str:
        return f"{self.rotation_id} / {self.number}"


class LedgerLine(models.Model):
    """One line of a rotation's ledger: what changed for one member, or for all, and who or which rule did it (F6b).

    Written under the rotation's lock, so that the ids are the order in which it happened. Sums over the lines are what
    stands on the members; replaying them gives the same owners (decisions.ledger).
    """

    class Kind(models.TextChoices):
        OPENING = "opening", _("Opening")
        GIVEN = "given", _("Given")
        AWAY = "away", _("Away")
        BACK = "back", _("Back")
        CREDIT = "credit", _("Turn given back")
        CATCH_UP = "catch_up", _("Catch-up")
        COUNTED = "counted", _("Counted as a turn")
        UNDONE = "undone", _("Undone")
        EDITED = "edited", _("Rotation changed")
        RESET = "reset", _("Started anew")

    rotation = models.ForeignKey(Rotation, on_delete=models.PROTECT, related_name="ledger")
    at = models.DateTimeField()
    kind = models.CharField(max_length=10, choices=Kind.choices)
    rep = models.ForeignKey(Rep, null=True, blank=True, on_delete=models.PROTECT, related_name="ledger")
    member = models.PositiveBigIntegerField(null=True, blank=True)  # stays when the member has left
    turn = models.ForeignKey(Turn, null=True, blank=True, on_delete=models.PROTECT, related_name="ledger")
    due = models.BigIntegerField(default=0)
    given = models.BigIntegerField(default=0)
    owed = models.IntegerField(default=0)
    virtual = models.BigIntegerField(default=0)
    details = models.JSONField(default=dict, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        verbose_name = _("ledger line")
        verbose_name_plural = _("ledger lines")
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["rotation", "id"], name="routing_ledger_in_order"),  # replay
            models.Index(fields=["rep", "rotation", "-id"], name="routing_ledger_of_a_rep"),
            models.Index(  # who got what outside the plain order, among many plain turns
                fields=["rotation", "-id"],
                condition=models.Q(kind__in=("catch_up", "credit", "counted", "reset")),
                name="routing_ledger_outside",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rotation_id}: {self.kind}"


class Audit(models.Model):
    """One replay of a rotation's ledger; `faults` is empty when every owner and every sum agreed (F6b)."""

    rotation = models.ForeignKey(Rotation, on_delete=models.CASCADE, related_name="audits")
    at = models.DateTimeField()
    turns = models.PositiveIntegerField()
    faults = models.JSONField(default=list)

    class Meta:
        verbose_name = _("audit")
        verbose_name_plural = _("audits")
        ordering = ["-pk"]
        indexes = [models.Index(fields=["rotation", "-id"], name="routing_newest_audit")]

    def __str__(self) -> str:
        return f"{self.rotation_id}: {self.turns}"
