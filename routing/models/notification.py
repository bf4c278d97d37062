"""Notifications: messages to a person in the app."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from leads.models import Lead


class Notification(models.Model):
    """One message in one person's inbox. `key` is unique for each person, so no alert is sent twice (I1)."""

    class Kind(models.TextChoices):
        ASSIGNED = "assigned", _("A lead is yours")
        CONTACT_SOON = "contact_soon", _("First contact is due soon")
        MINUTES_LEFT = "minutes_left", _("10 minutes are left for first contact")
        CONTACT_DUE = "contact_due", _("First contact is overdue")
        TEAM_CONTACT_DUE = "team_contact_due", _("A rep's first contact is overdue")
        TAKEN_AWAY = "taken_away", _("A lead went to somebody else")
        ESCALATED = "escalated", _("A lead needs your decision")
        AWAY_QUESTION = "away_question", _("Somebody is away with leads that nobody contacts")
        QUEUE_YELLOW = "queue_yellow", _("A queue is filling up")
        QUEUE_RED = "queue_red", _("A queue is too full")
        QUEUE_CRITICAL = "queue_critical", _("A queue is overflowing")
        INTAKE_PAUSED = "intake_paused", _("A queue takes no new leads")
        INTAKE_OPEN = "intake_open", _("A queue takes new leads again")
        BOTTLENECK = "bottleneck", _("A queue claims too few of its leads in time")
        QUEUE_AGING = "queue_aging", _("Too many leads of a queue wait long")
        QUEUE_LOSING = "queue_losing", _("A queue loses too many leads")
        LENT = "lent", _("A rep is lent to a queue")
        LOAN_ENDED = "loan_ended", _("A loan of a rep has ended")
        LANE_CLOSED = "lane_closed", _("A fast lane has closed")
        RE_ENGAGED = "re_engaged", _("Your lead came back")
        DRAFT_PUBLISHED = "draft_published", _("A draft is in force")
        DRAFT_REFUSED = "draft_refused", _("A draft could not be published")
        UNFAIR = "unfair", _("A share of leads is far off")
        AUDIT_FAILED = "audit_failed", _("A nightly audit found faults")
        ALL_ABSENT = "all_absent", _("Everybody of a rotation will be absent")
        STUCK = "stuck", _("Leads wait, and nobody can have them")
        TOO_MANY = "too_many", _("More people fit a rotation than it takes")
        LETTER = "letter", _("Your week: what you got, and what was due")
        FIGURES = "figures", _("The figures of yesterday that changed most")
        REPORT = "report", _("A report that you get every Monday")
        FEED_BROKEN = "feed_broken", _("Your calendar cannot be read")
        IMPORT_DONE = "import_done", _("An import has ended")
        CHANNEL_DEAD = "channel_dead", _("A channel does not work")
        WAY_DOWN = "way_down", _("Messages cannot leave")
        WAY_BACK = "way_back", _("Messages leave again")
        PROBE_DOWN = "probe_down", _("Test leads do not get through")
        PROBE_WELL = "probe_well", _("Test leads get through again")
        CRM_DOWN = "crm_down", _("A connection to a CRM stands still")
        CRM_BACK = "crm_back", _("A connection to a CRM works again")
        HOOK_FAILING = "hook_failing", _("A webhook does not arrive")
        HOOK_OFF = "hook_off", _("A webhook was switched off")
        WORKER_SILENT = "worker_silent", _("Background work stood still")

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notifications")
    kind = models.CharField(max_length=20, choices=Kind.choices)
    lead = models.ForeignKey(Lead, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    details = models.JSONField(default=dict, blank=True)
    at = models.DateTimeField()
    read_at = models.DateTimeField(null=True, blank=True)
    key = models.CharField(max_length=80)
    is_spread = models.BooleanField(default=False, db_default=False)  # to other channels than the inbox, or to none

    class Meta:
        verbose_name = _("notification")
        verbose_name_plural = _("notifications")
        ordering = ["-at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["user", "key"], name="routing_no_notification_twice"),
        ]
        indexes = [
            models.Index(fields=["user", "-at"], name="routing_inbox"),
            models.Index(  # what is still to be spread; not by a highest id, because a late commit would be jumped over
                fields=["id"], condition=models.Q(is_spread=False), name="routing_to_spread"
            ),
            models.Index(fields=["user"], condition=models.Q(read_at__isnull=True), name="routing_unread"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} #{self.pk}"
