"""What ways out need beside a channel: devices for push with the keys that sign it, and services for phones (I1)."""

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords


class PushDevice(models.Model):
    """One browser of one person. What it subscribed with is sealed; `endpoint_hash` finds it again, because a browser
    belongs to who turned push on there last."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="push_devices")
    endpoint_hash = models.CharField(max_length=64, unique=True)
    subscription = models.TextField()
    label = models.CharField(_("device"), max_length=60)
    made_at = models.DateTimeField()

    class Meta:
        verbose_name = _("push device")
        verbose_name_plural = _("push devices")
        ordering = ["user", "pk"]

    def __str__(self) -> str:
        return self.label


class PushKeys(models.Model):
    """One row, made once: with other keys all devices would have to subscribe again. `private` is sealed."""

    private = models.TextField()
    public = models.CharField(max_length=100)
    made_at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name = _("keys for push")
        verbose_name_plural = _("keys for push")
        ordering = ["pk"]
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="routing_one_row_of_push_keys")]

    def __str__(self) -> str:
        return "1"


class PhoneService(models.Model):
    """Who sends SMS, or WhatsApp, for the whole installation. `login` is sealed and never shown again."""

    class Medium(models.TextChoices):
        SMS = "sms", _("SMS")
        WHATSAPP = "whatsapp", "WhatsApp"

    class Provider(models.TextChoices):
        TWILIO = "twilio", "Twilio"
        VONAGE = "vonage", "Vonage"

    medium = models.CharField(_("what it sends"), max_length=10, choices=Medium.choices, unique=True)
    provider = models.CharField(_("service"), max_length=10, choices=Provider.choices)
    login = models.TextField(_("login"))
    label = models.CharField(_("account"), max_length=20)
    sender = models.CharField(_("number of the sender"), max_length=20)
    set_at = models.DateTimeField(_("set at"))

    history = HistoricalRecords(excluded_fields=["login"])

    class Meta:
        verbose_name = _("service for phones")
        verbose_name_plural = _("services for phones")
        ordering = ["medium", "pk"]

    def __str__(self) -> str:
        return f"{self.get_medium_display()}: {self.get_provider_display()}"
