"""Breaches and escalations: clocks that ran out, and what a manager must decide."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from leads.models import Lead
from queues.models.entry import Entry
from queues.models.queue import Queue
from routing.models import Assignment


class Breach(models.Model):
    """A clock that ran out once; the constraints make firing twice impossible (D2)."""

    class Clock(models.TextChoices):
        CONTACT = "contact", _("First contact")
        WAIT = "wait", _("Longest wait")
        AGE = "age", _("Age ladder")

    clock = models.CharField(_("clock"), max_length=8, choices=Clock.choices)
    number = models.PositiveSmallIntegerField(_("number"), default=1)
    lead = models.ForeignKey(Lead, verbose_name=_("lead"), on_delete=models.CASCADE, related_name="breaches")
    assignment = models.ForeignKey(
        Assignment,
        verbose_name=_("assignment"),
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="breach_rows",
    )
    entry = models.ForeignKey(
        Entry, verbose_name=_("entry"), null=True, blank=True, on_delete=models.CASCADE, related_name="breach_rows"
    )
    due_at = models.DateTimeField(_("due at"))
    at = models.DateTimeField(_("at"))
    act = models.CharField(_("act"), max_length=16)

    class Meta:
        verbose_name = _("breach")
        verbose_name_plural = _("breaches")
        ordering = ["-at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["assignment", "number"],
                condition=models.Q(clock="contact"),
                name="queues_one_contact_breach_per_step",
            ),
            models.UniqueConstraint(
                fields=["entry", "clock"],
                condition=models.Q(entry__isnull=False),
                name="queues_one_breach_per_entry_and_clock",
            ),
            models.CheckConstraint(
                condition=models.Q(clock="contact", assignment__isnull=False, entry__isnull=True)
                | (~models.Q(clock="contact") & models.Q(assignment__isnull=True, entry__isnull=False)),
                name="queues_breach_names_its_clock",
            ),
        ]
        indexes = [models.Index(fields=["clock", "due_at"], name="queues_breaches_by_time")]  # what came of a forecast

    def __str__(self) -> str:
        return f"{self.get_clock_display()} {self.number} #{self.lead_id}"


class Escalation(models.Model):
    """A lead that a manager must decide about (C7); at most one is open per lead."""

    class Kind(models.TextChoices):
        WAIT = "wait", _("Longest wait ran out")
        AGE = "age", _("Older than 72 h")
        CONTACT = "contact", _("First contact is overdue")
        DECLINED = "declined", _("Everybody available declined")
        NOBODY = "nobody", _("Nobody could be given the lead")

    class Closed(models.TextChoices):
        TAKEN_OVER = "taken_over", _("Taken over")
        REASSIGNED = "reassigned", _("Reassigned")
        FRONT = "front", _("Moved to the front")
        CONTACTED = "contacted", _("Contacted")
        TAKEN = "taken", _("Taken by a rep")
        CLOSED = "closed", _("Lead closed")
        DISMISSED = "dismissed", _("Left as it is")

    lead = models.ForeignKey(Lead, verbose_name=_("lead"), on_delete=models.CASCADE, related_name="escalations")
    queue = models.ForeignKey(
        Queue, verbose_name=_("queue"), null=True, blank=True, on_delete=models.CASCADE, related_name="escalations"
    )
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    opened_at = models.DateTimeField(_("opened at"))
    broke_at = models.DateTimeField(_("broke at"))
    snoozed_until = models.DateTimeField(_("snoozed until"), null=True, blank=True)
    snooze_reason = models.CharField(_("snooze reason"), max_length=200, blank=True)
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("closed by"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    closed_how = models.CharField(_("closed how"), max_length=10, choices=Closed.choices, blank=True)

    class Meta:
        verbose_name = _("escalation")
        verbose_name_plural = _("escalations")
        ordering = ["broke_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["lead"],
                condition=models.Q(closed_at__isnull=True),
                name="queues_one_open_escalation_per_lead",
            ),
            models.CheckConstraint(
                condition=models.Q(closed_at__isnull=True, closed_how="")
                | (models.Q(closed_at__isnull=False) & ~models.Q(closed_how="")),
                name="queues_escalation_closed_with_a_manner",
            ),
        ]
        indexes = [
            models.Index(  # a manager's inbox, longest ago first
                fields=["queue", "broke_at"], condition=models.Q(closed_at__isnull=True), name="queues_inbox"
            ),
            models.Index(fields=["closed_at"], name="queues_decided"),  # "done today"
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} #{self.lead_id}"
