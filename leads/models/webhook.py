"""Webhooks: other programs that hear what happens to leads, and each message to them (I3)."""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from leads.models.activity import Activity
from leads.models.capture import ApiKey
from leads.models.lead import Lead


class EndpointQuerySet(models.QuerySet["Endpoint"]):
    def kept(self) -> "EndpointQuerySet":
        """Neither removed by somebody nor gone by its own word."""
        return self.filter(removed_at=None)

    def in_use(self, at: datetime) -> "EndpointQuerySet":
        """Those that get messages; Endpoint.is_used() says the same of one."""
        lasting = models.Q(expires_at=None) | models.Q(expires_at__gt=at)
        allowed = models.Q(api_key=None) | models.Q(api_key__revoked_at=None, api_key__may_make_hooks=True)
        return self.kept().filter(lasting, allowed, is_active=True)

    def stopped_by_key(self) -> "EndpointQuerySet":
        """On, but the key that made them was revoked or may not make webhooks any more."""
        refused = models.Q(api_key__revoked_at__isnull=False) | models.Q(api_key__may_make_hooks=False)
        return self.kept().filter(refused, is_active=True)


class Endpoint(models.Model):
    """An address that events go to. It gets what happens after it was made (`after_activity`).

    Who knows the address of a receiver can often send to it, so it is never shown again and has no history; `host` is
    what people see of it, `address_at` when it was typed. Secrets are sealed (config.sealing); `former_secret` signs
    too, until `former_until`. After several failures one after the other (`failures`) nothing is sent before
    `resting_until`. A removed one stays as long as its messages.
    """

    class Origin(models.TextChoices):
        ADMIN = "admin", _("Made here")
        REST_HOOK = "rest_hook", _("Subscribed by a program")

    class OffReason(models.TextChoices):
        BY_HAND = "by_hand", _("Switched off by hand")
        FAILING = "failing", _("Nothing arrived for five days")
        GONE = "gone", _("The receiver said that it is gone")

    name = models.CharField(_("name"), max_length=80)
    address = models.CharField(_("address"), max_length=2000)
    host = models.CharField(_("host"), max_length=300, blank=True, db_default="", editable=False)
    address_at = models.DateTimeField(_("address typed"), null=True, blank=True, editable=False)
    events = models.JSONField(_("events"), default=list)
    secret = models.TextField(_("secret"), blank=True, editable=False)
    former_secret = models.TextField(_("former secret"), blank=True, editable=False)
    former_until = models.DateTimeField(_("former until"), null=True, blank=True, editable=False)
    header_name = models.CharField(_("fixed header"), max_length=80, blank=True)
    header_value = models.TextField(_("header value"), blank=True, editable=False)
    may_see_person = models.BooleanField(
        _("may see the person"),
        default=False,
        help_text=_("Name, e-mail, phone, job title and message of a lead leave with its events."),
    )
    is_active = models.BooleanField(_("on"), default=True)
    off_at = models.DateTimeField(_("switched off"), null=True, blank=True)
    off_reason = models.CharField(_("why it is off"), max_length=8, choices=OffReason.choices, blank=True)
    failing_since = models.DateTimeField(_("failing since"), null=True, blank=True)
    failures = models.PositiveIntegerField(_("failures"), default=0)  # one after the other
    resting_until = models.DateTimeField(_("resting until"), null=True, blank=True)
    failing_told_at = models.DateTimeField(
        _("failing told at"), null=True, blank=True
    )  # ops know that it fails, since `failing_since`
    off_told_at = models.DateTimeField(_("off told at"), null=True, blank=True)
    origin = models.CharField(_("origin"), max_length=9, choices=Origin.choices, default=Origin.ADMIN)
    api_key = models.ForeignKey(
        ApiKey, verbose_name=_("api key"), null=True, blank=True, on_delete=models.PROTECT, related_name="hooks"
    )
    expires_at = models.DateTimeField(_("ends"), null=True, blank=True)
    removed_at = models.DateTimeField(_("removed"), null=True, blank=True)
    made_at = models.DateTimeField(_("made"))
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("made by"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    after_activity = models.BigIntegerField(_("after activity"), default=0)
    last_sent_at = models.DateTimeField(_("last sent"), null=True, blank=True)

    objects = EndpointQuerySet.as_manager()
    history = HistoricalRecords(
        excluded_fields=[
            "address",
            "secret",
            "former_secret",
            "header_value",
            "failing_since",
            "failures",
            "resting_until",
            "failing_told_at",
            "off_told_at",
            "last_sent_at",
        ]
    )

    class Meta:
        verbose_name = _("webhook")
        verbose_name_plural = _("webhooks")
        ordering = ["name", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(is_active=True, off_at__isnull=True, off_reason="")
                | (models.Q(is_active=False, off_at__isnull=False) & ~models.Q(off_reason="")),
                name="leads_endpoint_off_has_its_reason",
            ),
            models.CheckConstraint(
                condition=models.Q(origin="admin", api_key__isnull=True)
                | models.Q(origin="rest_hook", api_key__isnull=False),
                name="leads_rest_hook_has_its_key",
            ),
            models.CheckConstraint(
                condition=models.Q(former_secret="", former_until__isnull=True)
                | (~models.Q(former_secret="") & models.Q(former_until__isnull=False)),
                name="leads_former_secret_ends",
            ),
            models.CheckConstraint(
                condition=models.Q(header_name="", header_value="")
                | (~models.Q(header_name="") & ~models.Q(header_value="")),
                name="leads_fixed_header_whole",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_stopped_by_key(self) -> bool:
        """Nothing goes there while the key may not make webhooks."""
        return self.api_key is not None and (self.api_key.revoked_at is not None or not self.api_key.may_make_hooks)

    def has_ended(self, at: datetime) -> bool:
        return self.expires_at is not None and self.expires_at <= at

    def is_used(self, at: datetime) -> bool:
        """Whether it gets messages."""
        return self.is_active and self.removed_at is None and not self.has_ended(at) and not self.is_stopped_by_key

    @property
    def sees_person(self) -> bool:
        """A hook of a program sees no more than its key."""
        return self.may_see_person and (self.api_key is None or self.api_key.hooks_see_person)


class WebhookDelivery(models.Model):
    """One message to one endpoint; its row is the log. `webhook_id` is the same at every attempt and replay, so that a
    receiver can see a repeated one. The body is emptied after 30 days; `activity` is empty for a test. `asked_by`
    is who had it leave by hand last, and `asked_how` by which act."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        SENDING = "sending", _("Being sent")
        SENT = "sent", _("Sent")
        FAILED = "failed", _("Failed")
        CANCELLED = "cancelled", _("Cancelled")

    class Asked(models.TextChoices):
        TEST = "test", _("Test")
        AGAIN = "again", _("Sent again")
        TRY = "try", _("Tried now")

    endpoint = models.ForeignKey(Endpoint, on_delete=models.CASCADE, related_name="deliveries", db_index=False)
    activity = models.ForeignKey(
        Activity, null=True, blank=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    lead = models.ForeignKey(Lead, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    event = models.CharField(max_length=20)
    webhook_id = models.CharField(max_length=40, unique=True)
    body = models.TextField(blank=True)
    state = models.CharField(max_length=9, choices=State.choices, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    refusals = models.PositiveSmallIntegerField(default=0)  # attempts answered with a refusal that lasts, as 400 is
    next_at = models.DateTimeField(null=True, blank=True)
    leased_until = models.DateTimeField(null=True, blank=True)
    acted_at = models.DateTimeField()  # when it happened to the lead
    made_at = models.DateTimeField()
    last_at = models.DateTimeField(null=True, blank=True)
    last_status = models.PositiveSmallIntegerField(null=True, blank=True)
    last_problem = models.CharField(max_length=40, blank=True)  # why there was no answer, a code of safe_fetch
    last_answer = models.CharField(max_length=2000, blank=True)
    last_ms = models.PositiveIntegerField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    is_replay = models.BooleanField(default=False)
    is_test = models.BooleanField(default=False)
    asked_how = models.CharField(max_length=5, choices=Asked.choices, blank=True, db_default="")
    asked_at = models.DateTimeField(null=True, blank=True)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )

    class Meta:
        verbose_name = _("webhook message")
        verbose_name_plural = _("webhook messages")
        ordering = ["-pk"]
        constraints = [
            # also finds the messages of a lead's activity when its lead is deleted
            models.UniqueConstraint(fields=["activity", "endpoint"], name="leads_each_activity_once_per_endpoint"),
            models.CheckConstraint(
                condition=models.Q(state="waiting", next_at__isnull=False)
                | (~models.Q(state="waiting") & models.Q(next_at__isnull=True)),
                name="leads_waiting_webhook_has_its_time",
            ),
            models.CheckConstraint(
                condition=models.Q(state="sending", leased_until__isnull=False)
                | (~models.Q(state="sending") & models.Q(leased_until__isnull=True)),
                name="leads_webhook_under_way_is_leased",
            ),
            models.CheckConstraint(
                condition=models.Q(asked_how="", asked_at__isnull=True, asked_by__isnull=True)
                | (~models.Q(asked_how="") & models.Q(asked_at__isnull=False)),
                name="leads_webhook_asked_whole",
            ),
        ]
        indexes = [
            models.Index(  # what one person asked for, when the account is deleted
                fields=["asked_by"], condition=models.Q(asked_by__isnull=False), name="leads_webhook_asked"
            ),
            models.Index(  # what is due at an endpoint
                fields=["endpoint", "next_at", "id"], condition=models.Q(state="waiting"), name="leads_webhook_due"
            ),
            models.Index(  # whether something earlier of the same lead is on its way
                fields=["endpoint", "lead", "activity"],
                condition=models.Q(state__in=["waiting", "sending"]),
                name="leads_webhook_order",
            ),
            models.Index(  # what a process that died was sending, and how many are under way
                fields=["endpoint", "leased_until"], condition=models.Q(state="sending"), name="leads_webhook_leased"
            ),
            models.Index(fields=["endpoint", "-id"], name="leads_webhook_log"),  # the log, newest first
            models.Index(  # bodies to be emptied
                fields=["made_at"], condition=~models.Q(body=""), name="leads_webhook_bodies"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.event} {self.webhook_id}"


class WebhookState(models.Model):
    """One row: up to which activity messages were made. `gaps` are ids below it that were not there yet, as
    [first, last, seen first]: their transactions may still be on their way."""

    activity_id = models.BigIntegerField(default=0)
    gaps = models.JSONField(default=list, db_default=[])

    class Meta:
        verbose_name = _("how far webhooks are")
        verbose_name_plural = _("how far webhooks are")
        ordering = ["pk"]
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="leads_one_webhook_state")]

    def __str__(self) -> str:
        return f"after {self.activity_id}"
