"""Assignments: one period in which one person holds one lead."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from leads.models import Lead
from routing.models.turn import Turn
from routing.models.work_time import WorkCalendar

UNCONTACTED = models.Q(ended_at__isnull=True, first_contact_at__isnull=True)


class AssignmentQuerySet(models.QuerySet):
    def open(self) -> "AssignmentQuerySet":
        return self.filter(ended_at__isnull=True)

    def standing(self) -> "AssignmentQuerySet":
        """Without undone ones, which count as never made (C4b)."""
        return self.exclude(ended_how=Assignment.Ended.UNDONE)

    def uncontacted(self) -> "AssignmentQuerySet":
        return self.open().filter(first_contact_at__isnull=True)

    def overdue(self, at: datetime) -> "AssignmentQuerySet":
        """Past the next contact deadline; exactly at the deadline is in time (L7)."""
        return self.uncontacted().filter(contact_due_at__lt=at)

    def contact_running(self, at: datetime) -> "AssignmentQuerySet":
        """Whose next step of first contact runs out next or now."""
        return self.uncontacted().filter(contact_due_at__gte=at)


class Assignment(models.Model):
    """How and why a person got a lead, the clock to first contact, and how it ended."""

    class How(models.TextChoices):
        TAKE_NEXT = "take_next", _("Take next")
        PICK = "pick", _("Picked from the list")
        BATCH = "batch", _("Batch")
        ROTATION = "rotation", _("Rotation")
        BY_HAND = "by_hand", _("Given by hand")
        TAKEN_OVER = "taken_over", _("Taken over")
        BREACH = "breach", _("Given on because first contact was late")
        WAIT = "wait", _("Assigned after its longest wait")
        ASSIGN_NEXT = "assign_next", _("Assign next")
        OWNER = "owner", _("Account owner")
        HANDED_ON = "handed_on", _("Handed on from a colleague")
        HANDED_OVER = "handed_over", _("Handed over by a colleague")
        CRM = "crm", _("Given in the CRM")

    class Ended(models.TextChoices):
        CONVERTED = "converted", _("Converted")
        WON = "won", _("Won")
        LOST = "lost", _("Lost")
        DISQUALIFIED = "disqualified", _("Disqualified")
        RETURNED = "returned", _("Returned")
        REASSIGNED = "reassigned", _("Given to somebody else")
        BREACHED = "breached", _("Taken away because first contact was late")
        CLOSED = "closed", _("Closed")
        UNDONE = "undone", _("Undone")

    lead = models.ForeignKey(Lead, verbose_name=_("lead"), on_delete=models.CASCADE, related_name="assignments")
    holder = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("holder"), on_delete=models.PROTECT, related_name="assignments"
    )
    how = models.CharField(_("how"), max_length=12, choices=How.choices)
    place_name = models.CharField(_("place name"), max_length=80, blank=True)
    turn = models.OneToOneField(
        Turn, verbose_name=_("turn"), null=True, blank=True, on_delete=models.PROTECT, related_name="assignment"
    )
    receipt = models.JSONField(_("receipt"), default=dict)
    assigned_at = models.DateTimeField(_("assigned at"))
    assigned_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("assigned by"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    # the id of the queue it came from (routing knows no queues); empty: none, or a row of an earlier release
    place_id = models.BigIntegerField(_("place id"), null=True, blank=True)
    contact_minutes = models.PositiveIntegerField(_("contact minutes"), default=120)
    # what the contact clock counts (D3); empty: wall time
    clock = models.ForeignKey(
        WorkCalendar,
        verbose_name=_("clock"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        db_index=False,
    )
    clock_from_at = models.DateTimeField(
        _("clock from at"), null=True, blank=True
    )  # when the running step began; empty: when assigned
    remind_at = models.DateTimeField(
        _("remind at"), null=True, blank=True
    )  # when to remind the holder before the limit (D2)
    contact_due_at = models.DateTimeField(_("contact due at"), null=True, blank=True)
    first_due_at = models.DateTimeField(_("first due at"), null=True, blank=True)
    breaches = models.PositiveSmallIntegerField(_("breaches"), default=0)
    first_contact_at = models.DateTimeField(_("first contact at"), null=True, blank=True)
    contact_seconds = models.BigIntegerField(
        _("contact seconds"), null=True, blank=True
    )  # until first contact, by the clock
    follow_up_at = models.DateTimeField(_("follow up at"), null=True, blank=True)
    follow_up = models.CharField(_("follow up"), max_length=12, blank=True)
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)
    ended_how = models.CharField(_("ended how"), max_length=12, choices=Ended.choices, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("ended by"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    end_reason = models.CharField(_("end reason"), max_length=24, blank=True)

    objects = AssignmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("assignment")
        verbose_name_plural = _("assignments")
        ordering = ["-assigned_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["lead"],
                condition=models.Q(ended_at__isnull=True),
                name="routing_one_open_assignment_per_lead",
            ),
            models.CheckConstraint(
                condition=models.Q(ended_at__isnull=True, ended_how="")
                | (models.Q(ended_at__isnull=False) & ~models.Q(ended_how="")),
                name="routing_end_has_time_and_manner",
            ),
        ]
        indexes = [
            models.Index(  # the sweep of contact clocks (D2)
                fields=["contact_due_at"],
                condition=UNCONTACTED,
                name="routing_contact_due",
            ),
            models.Index(  # deadlines to move when limits of a queue change
                fields=["place_id", "id"], condition=UNCONTACTED, name="routing_contact_by_place"
            ),
            models.Index(  # deadlines to move when hours or days off change
                fields=["clock", "id"],
                condition=UNCONTACTED & models.Q(clock__isnull=False),
                name="routing_contact_by_clock",
            ),
            models.Index(  # the sweep of reminders before the limit
                fields=["remind_at"],
                condition=UNCONTACTED & models.Q(remind_at__isnull=False),
                name="routing_remind_due",
            ),
            models.Index(  # the sweep of leads that nobody could be given after the last step
                fields=["assigned_at"],
                condition=UNCONTACTED & models.Q(contact_due_at__isnull=True, breaches__gt=0),
                name="routing_stuck_contact",
            ),
            models.Index(  # a person's open leads, and everybody's load
                fields=["holder"], condition=models.Q(ended_at__isnull=True), name="routing_open_by_holder"
            ),
            models.Index(fields=["holder", "assigned_at"], name="routing_numbers_by_holder"),  # numbers of a day
            models.Index(fields=["holder", "ended_at"], name="routing_closed_by_holder"),  # "closed today"
            models.Index(fields=["lead", "-assigned_at"], name="routing_holders_of_a_lead"),
            models.Index(  # the last lead that a manager gave by Assign next
                fields=["assigned_by", "-id"],
                condition=models.Q(how="assign_next"),
                name="routing_given_by_a_manager",
            ),
            models.Index(  # what ended without a contact: hoarding (D4)
                fields=["holder", "assigned_at"],
                condition=models.Q(ended_at__isnull=False, first_contact_at__isnull=True),
                name="routing_ended_silently",
            ),
            models.Index(  # what a rep gave back without a contact: skips of blind queues (C4c)
                fields=["holder", "ended_at"],
                condition=models.Q(ended_how="returned", first_contact_at__isnull=True),
                name="routing_given_back_silently",
            ),
            models.Index(
                fields=["ended_at"], condition=models.Q(ended_how="undone"), name="routing_undone"
            ),  # fairness
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"

    newest_activity = 0  # set by the one-statement claim, so that the card needs no query for it

    @property
    def to_contact(self) -> timedelta | None:
        """How long first contact took, by the clock; rows of earlier releases counted all hours."""
        if self.first_contact_at is None:
            return None
        if self.contact_seconds is not None:
            return timedelta(seconds=self.contact_seconds)
        return self.first_contact_at - self.assigned_at

    @property
    def is_open(self) -> bool:
        return self.ended_at is None

    @property
    def is_skippable(self) -> bool:
        """A lead from a blind queue before first contact: returning it counts as a skip (C4c)."""
        return bool((self.receipt or {}).get("blind")) and self.first_contact_at is None
