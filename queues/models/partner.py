"""Partner pools: leads that leave to a partner by file or webhook, and can be called back (D8)."""

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from leads.models import Lead


class PartnerPool(models.Model):
    """A partner who works on leads elsewhere. Nothing leaves while the pool is off. `secret` is sealed
    (config.sealing) and signs what goes to the webhook; it is shown once, when it is made."""

    name = models.CharField(_("name"), max_length=80, unique=True)
    is_active = models.BooleanField(
        _("on"),
        default=False,
        help_text=_(
            "While it is on, leads that are sent here leave with name, e-mail, phone and message. Switch it on only if "
            "you may give these data to the partner."
        ),
    )
    downloaders = models.ManyToManyField(
        settings.AUTH_USER_MODEL,
        verbose_name=_("who may download"),
        blank=True,
        related_name="+",
        help_text=_("They see this pool only. Sales ops may always download."),
    )
    address = models.CharField(
        _("webhook"),
        max_length=2000,
        blank=True,
        help_text=_("Optional. Each lead is also sent there as signed JSON. Make the secret on the page of the pool."),
    )
    secret = models.TextField(_("secret"), blank=True, default="", editable=False)
    secret_at = models.DateTimeField(_("secret at"), null=True, blank=True, editable=False)

    history = HistoricalRecords(excluded_fields=["secret"])

    class Meta:
        verbose_name = _("partner pool")
        verbose_name_plural = _("partner pools")
        ordering = ["name", "pk"]

    def __str__(self) -> str:
        return self.name

    @property
    def has_webhook(self) -> bool:
        return bool(self.address and self.secret)


class PartnerLead(models.Model):
    """One stay of a lead with a partner. `before` is what calling back needs. The lead is there now if its stage says
    so since `at`."""

    pool = models.ForeignKey(PartnerPool, on_delete=models.PROTECT, related_name="sent", db_index=False)
    lead = models.ForeignKey(Lead, on_delete=models.CASCADE, related_name="partner_stays", db_index=False)
    # where it came from; empty: the review desk or a rep
    queue = models.ForeignKey(
        "queues.Queue", null=True, blank=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    entry = models.ForeignKey(
        "queues.Entry", null=True, blank=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    at = models.DateTimeField()
    by = models.ForeignKey(  # empty: the overflow of a queue
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    before = models.JSONField(default=dict)
    called_back_at = models.DateTimeField(null=True, blank=True)
    called_back_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )

    class Meta:
        verbose_name = _("lead with a partner")
        verbose_name_plural = _("leads with partners")
        ordering = ["-pk"]
        constraints = [models.UniqueConstraint(fields=["lead", "at"], name="queues_one_partner_at_a_time")]
        indexes = [models.Index(fields=["pool", "-id"], name="queues_sent_to_partner")]  # the export, newest first

    def __str__(self) -> str:
        return f"#{self.lead_id} > {self.pool_id}"


class PartnerDelivery(models.Model):
    """One message to the webhook of a pool, at most once by itself. `key` lets the receiver see a repeated one."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        SENDING = "sending", _("Being sent")
        SENT = "sent", _("Sent")
        FAILED = "failed", _("Failed")
        UNSURE = "unsure", _("No answer: perhaps it arrived")

    class Event(models.TextChoices):
        SENT = "lead.sent", _("Lead sent")
        CALLED_BACK = "lead.called_back", _("Lead called back")

    stay = models.ForeignKey(PartnerLead, on_delete=models.CASCADE, related_name="deliveries", db_index=False)
    event = models.CharField(max_length=16, choices=Event.choices)
    key = models.UUIDField(default=uuid.uuid4, unique=True)
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField(null=True, blank=True)
    leased_until = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    problem = models.CharField(max_length=40, blank=True)

    class Meta:
        verbose_name = _("delivery to a partner")
        verbose_name_plural = _("deliveries to partners")
        ordering = ["-pk"]
        constraints = [models.UniqueConstraint(fields=["stay", "event"], name="queues_each_partner_event_once")]
        indexes = [
            models.Index(  # what is due
                fields=["next_at", "id"], condition=models.Q(state="waiting"), name="queues_partner_due"
            ),
            models.Index(  # what needs sales ops, and what a process that died was sending
                fields=["state", "id"],
                condition=models.Q(state__in=["sending", "failed", "unsure"]),
                name="queues_partner_stopped",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.event} #{self.stay_id}"


class PartnerExport(models.Model):
    """Who downloaded which leads of a pool, and when. `up_to` is the newest of them."""

    pool = models.ForeignKey(PartnerPool, on_delete=models.CASCADE, related_name="exports", db_index=False)
    at = models.DateTimeField()
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    rows = models.PositiveIntegerField()
    up_to = models.BigIntegerField(default=0)

    class Meta:
        verbose_name = _("download of a partner pool")
        verbose_name_plural = _("downloads of partner pools")
        ordering = ["-pk"]
        indexes = [models.Index(fields=["pool", "-id"], name="queues_partner_exports")]

    def __str__(self) -> str:
        return f"{self.pool_id} {self.rows}"
