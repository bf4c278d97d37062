"""Turns that a rotation decided, and its ledger: all that a replay needs to decide them again (C6, F6b)."""

from collections.abc import Collection

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from leads.models import Lead
from routing.decisions.availability.skip_reasons import SkipReason
from routing.decisions.rotation.needs import members_lacking
from routing.models.people import Rep
from routing.models.rotation import Rotation


class Roster(models.Model):
    """Which members could be given leads and which could not and why, with weights and rules, for one or more turns.

    `members` is a list of (member, rep, position, weight in hundredths, why passed over). `skills` are the words by
    member of those who have any, None where the rotation asked for no skill.
    """

    rotation = models.ForeignKey(Rotation, on_delete=models.PROTECT, related_name="rosters")
    version = models.PositiveIntegerField()
    at = models.DateTimeField()
    digest = models.CharField(max_length=40)
    rules = models.JSONField(default=dict)
    members = models.JSONField(default=list)
    skills = models.JSONField(null=True)

    class Meta:
        verbose_name = _("roster")
        verbose_name_plural = _("rosters")
        ordering = ["-pk"]
        indexes = [models.Index(fields=["rotation", "-id"], name="routing_newest_roster")]

    def __str__(self) -> str:
        return f"{self.rotation_id} #{self.pk}"

    def lacking(self, need: str) -> list[int]:
        """The members who could not have a lead with this need (decisions/rotation/needs.py)."""
        return members_lacking(need, [pk for pk, *_others in self.members], self.skills)

    def barred_from(self, turn: "Turn") -> dict[int, str]:
        """The members who could not have the lead of this turn, each with the reason."""
        barred = {int(pk): reason for pk, reason in turn.barred.items()}
        return dict.fromkeys(self.lacking(turn.need), SkipReason.NO_SKILL.value) | barred

    def shared_by(self, barred: Collection[str] | None, need: str = "") -> tuple[tuple[int, int], ...]:
        """(rep, weight) of those who shared a turn; `barred` members, by id as text, and those without the skill of the
        lead could not have it."""
        excluded = {*(barred or ()), *map(str, self.lacking(need))}
        return tuple(
            (rep, weight) for pk, rep, _place, weight, reason in self.members if not reason and str(pk) not in excluded
        )


class Turn(models.Model):
    """One decision of a rotation: who got it, at which position, who was passed over and why (C6, G4).

    `results` says what happened to the members down to the chosen one, MAX_RESULTS at most; the roster has all members.
    `virtual` is the clock of the rotation after the turn, `size` what the turn weighed (decisions/rotation/state.py).
    """

    MAX_RESULTS = 25

    rotation = models.ForeignKey(Rotation, verbose_name=_("rotation"), on_delete=models.PROTECT, related_name="turns")
    number = models.PositiveIntegerField(_("number"))
    version = models.PositiveIntegerField(_("version"))
    at = models.DateTimeField(_("at"))
    lead = models.ForeignKey(Lead, verbose_name=_("lead"), on_delete=models.CASCADE, related_name="turns")
    rep = models.ForeignKey(Rep, verbose_name=_("rep"), on_delete=models.PROTECT, related_name="turns")
    position = models.PositiveIntegerField(_("position"))
    results = models.JSONField(_("results"), default=list)
    roster = models.ForeignKey(
        "Roster", verbose_name=_("roster"), null=True, blank=True, on_delete=models.PROTECT, related_name="turns"
    )
    barred = models.JSONField(
        _("barred"), default=dict
    )  # {member: why the member could not have this lead}, but for its need
    need = models.TextField(_("need"), blank=True)  # the skill that it asks for (decisions/rotation/needs.py)
    size = models.BigIntegerField(_("size"), default=0)
    # what the lead was worth then (H1); empty in rows of earlier releases, and the deal where nobody expects one
    score = models.PositiveSmallIntegerField(_("score"), null=True, blank=True)
    deal_size = models.DecimalField(_("deal size"), max_digits=14, decimal_places=2, null=True, blank=True)
    is_owed = models.BooleanField(_("is owed"), default=False)
    virtual = models.BigIntegerField(_("virtual"), default=0)
    before = models.JSONField(
        _("before"), default=dict
    )  # the rotation and the members it changed as they stood before, for an undo
    pointer_before = models.PositiveIntegerField(_("pointer before"), null=True)
    pointer_after = models.PositiveIntegerField(_("pointer after"), null=True)

    class Meta:
        verbose_name = _("turn")
        verbose_name_plural = _("turns")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["rotation", "number"], name="routing_one_turn_per_number"),
        ]
        indexes = [
            models.Index(fields=["lead", "-id"], name="routing_turns_of_a_lead"),  # the turns of a lead
            models.Index(fields=["rotation", "at"], name="routing_turns_by_time"),  # fairness of a week or month (H1)
        ]

    def __str__(self) -> str:
        return f"{self.rotation_id} / {self.number}"


class LedgerLine(models.Model):
    """One line of a rotation's ledger: what changed for one member, or for all, and who or which rule did it (F6b).

    Written under the rotation's lock, so the ids are in the order of events. The sums of the lines are the balances of
    the members, and replaying them gives the same owners (decisions/rotation/ledger.py, with the same kinds).
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
        RESET = "reset", _("Reset")
        RAMP = "ramp", _("Step of a ramp")
        SETTLED = "settled", _("Brought into proportion")

    # what moves a member beside plain turns, and concerns that member alone
    OUTSIDE = (Kind.BACK.value, Kind.CATCH_UP.value, Kind.COUNTED.value, Kind.CREDIT.value)

    rotation = models.ForeignKey(Rotation, on_delete=models.PROTECT, related_name="ledger")
    at = models.DateTimeField()
    kind = models.CharField(max_length=10, choices=Kind.choices)
    rep = models.ForeignKey(Rep, null=True, blank=True, on_delete=models.PROTECT, related_name="ledger")
    member = models.PositiveBigIntegerField(null=True, blank=True)  # kept when the member has left
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
            models.Index(  # turns outside the plain order, among many plain ones
                fields=["rotation", "-id"],
                condition=models.Q(kind__in=("catch_up", "credit", "counted", "reset", "ramp", "settled")),
                name="routing_ledger_outside",
            ),
            models.Index(  # those of a week, for letters and My numbers
                fields=["rotation", "at"],
                condition=models.Q(kind__in=("back", "catch_up", "counted", "credit")),
                name="routing_ledger_of_a_week",
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
