"""Queue entries: one stay of one lead in one queue; and the counts that make the order cheap to read."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from leads.models import Lead
from queues.decisions.needs import MAX_LENGTH
from queues.models.queue import Queue
from queues.models.rule import EntryRule
from routing.models import Assignment, Rotation

WAITING = models.Q(left_at__isnull=True)


class EntryQuerySet(models.QuerySet):
    def waiting(self) -> "EntryQuerySet":
        return self.filter(left_at__isnull=True)

    def in_base_order(self) -> "EntryQuerySet":
        """The order before age bands; keys come from decisions.ordering.base_keys."""
        return self.order_by("key1", "key2", "key3", "since_at", "pk")

    def oldest_first(self) -> "EntryQuerySet":
        return self.order_by("since_at", "pk")

    def wait_running(self, at: datetime) -> "EntryQuerySet":
        """Whose longest wait runs out next or now. A wait is breached once, also if its limit moves later (D2)."""
        return self.waiting().filter(wait_due_at__gte=at, wait_breached_at__isnull=True)

    def age_running(self, limit: timedelta, at: datetime) -> "EntryQuerySet":
        """Who will be too old and come to the manager (B6)."""
        return self.waiting().filter(since_at__gt=at - limit, escalated_at__isnull=True)

    def reserved(self, at: datetime) -> "EntryQuerySet":
        """Entries that somebody has reserved; a reservation ends by time alone (C4c)."""
        return self.filter(reserved_until__gt=at)


class Entry(models.Model):
    """`since_at` is the time that the order counts from (kept when a lead returns, L9). `entered_at` is when this stay
    began."""

    class Left(models.TextChoices):
        CLAIMED = "claimed", _("Taken")
        ASSIGNED = "assigned", _("Assigned")
        NURTURED = "nurtured", _("Nurture")
        ARCHIVED = "archived", _("Archived")
        PARTNER = "partner", _("Sent to a partner")
        CLOSED = "closed", _("Closed")
        MOVED = "moved", _("Other queue")

    # no index of its own: the planner would prefer it to those below, and read the whole history of a queue
    queue = models.ForeignKey(
        Queue, verbose_name=_("queue"), on_delete=models.PROTECT, related_name="entries", db_index=False
    )
    lead = models.ForeignKey(Lead, verbose_name=_("lead"), on_delete=models.CASCADE, related_name="entries")
    since_at = models.DateTimeField(_("since at"))
    entered_at = models.DateTimeField(_("entered at"))
    left_at = models.DateTimeField(_("left at"), null=True, blank=True)
    left_how = models.CharField(_("left how"), max_length=10, choices=Left.choices, blank=True)
    waited_seconds = models.BigIntegerField(
        _("waited seconds"), null=True, blank=True
    )  # by the queue's clock, written on leaving; empty: all hours
    is_recycled = models.BooleanField(
        _("is recycled"), default=False, db_default=False
    )  # it came back from nurture or the pool (L9)
    assignment = models.OneToOneField(
        Assignment, verbose_name=_("assignment"), null=True, blank=True, on_delete=models.SET_NULL, related_name="entry"
    )
    rule = models.ForeignKey(
        EntryRule, verbose_name=_("rule"), null=True, blank=True, on_delete=models.SET_NULL, related_name="entries"
    )
    trail = models.JSONField(_("trail"), default=list)
    # the owner of its account, for whom the lead waits (G1), until that person has it or the lead goes on
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("owner"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        db_index=False,
    )
    # the rotation that a segment chose (F7); without one, the queue's own
    rotation = models.ForeignKey(
        Rotation,
        verbose_name=_("rotation"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        db_index=False,
    )
    steps = models.JSONField(
        _("steps"), default=list
    )  # how it was routed within the queue (decisions.routing_trail, G4)
    # in a queue that pushes: what it needs of its next holder (decisions.needs); one text, because it leads an index
    needs = models.CharField(_("needs"), max_length=MAX_LENGTH, default="", db_default="", blank=True)
    tier = models.PositiveSmallIntegerField(_("tier"), default=0)
    key1 = models.SmallIntegerField(_("key1"), default=0)
    key2 = models.SmallIntegerField(_("key2"), default=0)
    key3 = models.BigIntegerField(_("key3"), default=0)
    band = models.PositiveSmallIntegerField(_("band"), default=0)
    is_front = models.BooleanField(_("is front"), default=False)
    wait_due_at = models.DateTimeField(_("wait due at"))
    wait_breached_at = models.DateTimeField(_("wait breached at"), null=True, blank=True)
    escalated_at = models.DateTimeField(_("escalated at"), null=True, blank=True)
    is_open_to_decliners = models.BooleanField(_("is open to decliners"), default=False)
    reserved_until = models.DateTimeField(_("reserved until"), null=True, blank=True)
    reserved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("reserved by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
    )

    objects = EntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("queue entry")
        verbose_name_plural = _("queue entries")
        ordering = ["-entered_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["lead"], condition=WAITING, name="queues_one_waiting_entry_per_lead"),
            models.UniqueConstraint(  # its index also finds the reservation of a person
                fields=["reserved_by"],
                condition=models.Q(reserved_by__isnull=False),
                name="queues_one_reservation_per_person",
            ),
            models.CheckConstraint(
                condition=models.Q(reserved_until__isnull=True, reserved_by__isnull=True)
                | models.Q(reserved_until__isnull=False, reserved_by__isnull=False),
                name="queues_reservation_has_time_and_person",
            ),
            models.CheckConstraint(
                condition=models.Q(left_at__isnull=True, left_how="")
                | (models.Q(left_at__isnull=False) & ~models.Q(left_how="")),
                name="queues_leaving_has_time_and_manner",
            ),
        ]
        indexes = [
            models.Index(  # the head of the queue and the first page
                fields=["queue", "key1", "key2", "key3", "since_at", "id"],
                condition=WAITING,
                name="queues_base_order",
            ),
            models.Index(fields=["queue", "since_at", "id"], condition=WAITING, name="queues_age_order"),
            models.Index(fields=["queue", "band", "since_at"], condition=WAITING, name="queues_band_crossings"),
            models.Index(  # how many of a queue are late, and which of them will be next (C7)
                fields=["queue", "wait_due_at"], condition=WAITING, name="queues_late_of_a_queue"
            ),
            models.Index(  # the sweep of longest waits (D1)
                fields=["wait_due_at"],
                condition=WAITING & models.Q(wait_breached_at__isnull=True),
                name="queues_wait_due",
            ),
            models.Index(  # the sweep of leads older than 72 h (B6)
                fields=["since_at"],
                condition=WAITING & models.Q(escalated_at__isnull=True),
                name="queues_not_escalated",
            ),
            models.Index(  # what rotations and owners got by rule, the newest first (F12)
                fields=["left_at"],
                condition=models.Q(rule__isnull=False, left_how="assigned"),
                name="queues_given_by_rule",
            ),
            models.Index(  # the reserved leads of a queue (C4c)
                fields=["queue", "reserved_until"],
                condition=WAITING & models.Q(reserved_until__isnull=False),
                name="queues_reserved",
            ),
            models.Index(  # what waits for owners of accounts (G1)
                fields=["queue", "owner", "since_at"],
                condition=WAITING & models.Q(owner__isnull=False),
                name="queues_for_owners",
            ),
            models.Index(  # for which other rotations a queue has leads (F7)
                fields=["queue", "rotation"],
                condition=WAITING & models.Q(rotation__isnull=False),
                name="queues_by_rotation",
            ),
            models.Index(  # the first lead of each need, at any depth (F6)
                fields=["queue", "needs", "key1", "key2", "key3", "since_at", "id"],
                condition=WAITING & models.Q(needs__gt=""),
                name="queues_by_need",
            ),
            models.Index(fields=["queue", "entered_at"], name="queues_flow_in"),
            models.Index(  # leads that came with an age: who turned 72 hours old (E8)
                fields=["queue", "since_at"],
                condition=~models.Q(since_at=models.F("entered_at")),
                name="queues_came_with_an_age",
            ),
            models.Index(  # without waiting entries: SQLite would read the whole queue by it instead of the head
                fields=["queue", "left_at"], condition=models.Q(left_at__isnull=False), name="queues_flow_out"
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"

    @property
    def is_open_again(self) -> bool:
        """A manager moved it to the front, so a rotation may give it to somebody who gave it back (C4, C7)."""
        return self.is_front and self.is_open_to_decliners

    @property
    def viewer_name(self) -> str:
        """The first name of the person who has reserved the lead."""
        return self.reserved_by.first_name or self.reserved_by.get_username()


class Tally(models.Model):
    """How many leads of a queue wait and are aged, spread over slots so that writers do not wait for each other.

    The sum over the slots follows `Entry.band`. Leads that crossed an age band since the last sweep are counted by
    index when the counts are read (docs/decisions/01-one-order.md).
    """

    SLOTS = 64  # twice the expected number of simultaneous writers; two that share a slot wait for each other's commit

    queue = models.ForeignKey(Queue, on_delete=models.CASCADE, related_name="tallies")
    slot = models.PositiveSmallIntegerField()
    waiting = models.IntegerField(default=0)
    aged_first = models.IntegerField(default=0)
    aged_second = models.IntegerField(default=0)

    class Meta:
        verbose_name = _("tally")
        verbose_name_plural = _("tallies")
        ordering = ["queue", "slot", "pk"]
        constraints = [models.UniqueConstraint(fields=["queue", "slot"], name="queues_one_tally_per_slot")]

    def __str__(self) -> str:
        return f"{self.queue_id}/{self.slot}"


class Decline(models.Model):
    """A rep gave this lead back; a rotation never gives it to that rep again by itself, and Take next only if nobody
    else is left (C4)."""

    lead = models.ForeignKey(Lead, on_delete=models.CASCADE, related_name="declines")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    reason = models.CharField(max_length=24)
    note = models.CharField(max_length=500, blank=True)
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("decline")
        verbose_name_plural = _("declines")
        ordering = ["at", "pk"]
        constraints = [models.UniqueConstraint(fields=["lead", "user"], name="queues_one_decline_per_person")]

    def __str__(self) -> str:
        return f"#{self.lead_id}: {self.reason}"
