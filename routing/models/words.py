"""Where messages go beside the inbox: a person's channels and choices, and each delivery (I1)."""

from datetime import time

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from routing.decisions.words import When as WhenWord
from routing.models.notification import Notification
from routing.models.ways_out import PushDevice


class Reach(models.Model):
    """When a person wants to be reached. Without a row: the digest at 08:00, and no quiet hours.

    Pages and messages speak the language; without one, pages that of the browser and messages that of the company.
    Times are local, in this zone, else the zone of the rep, else that of the installation. Quiet hours may go over
    midnight; critical messages pass them only if the person says so.
    """

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="reach")
    time_zone = models.CharField(_("time zone"), max_length=48, blank=True)
    # empty before the first sign-in, which takes that of the browser (J1)
    language = models.CharField(_("language"), max_length=10, blank=True, default="", db_default="")
    digest_at = models.TimeField(_("digest at"), default=time(8))
    quiet_from = models.TimeField(_("quiet from"), null=True, blank=True)
    quiet_to = models.TimeField(_("quiet to"), null=True, blank=True)
    critical_passes = models.BooleanField(_("critical messages may pass"), default=False)
    # asked once for notifications and a sound, and what pages play when a lead is given
    asked_at = models.DateTimeField(null=True, blank=True)
    has_sound = models.BooleanField(default=False, db_default=False)
    # codes asked for to verify channels, so that nobody sends SMS to the world at the cost of the company
    codes_on = models.DateField(null=True, blank=True)
    codes_sent = models.PositiveSmallIntegerField(default=0, db_default=0)

    class Meta:
        verbose_name = _("reach of a person")
        verbose_name_plural = _("reach of people")
        ordering = ["user", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(quiet_from__isnull=True, quiet_to__isnull=True)
                | (
                    models.Q(quiet_from__isnull=False, quiet_to__isnull=False)
                    & ~models.Q(quiet_from=models.F("quiet_to"))
                ),
                name="routing_quiet_hours_begin_and_end",
                violation_error_message=_("Quiet hours need a beginning and an end that differ."),
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.user_id}"


class ChannelQuerySet(models.QuerySet["Channel"]):
    def verified(self) -> "ChannelQuerySet":
        """Push without a device is none."""
        devices = PushDevice.objects.filter(user=models.OuterRef("user"))
        return self.filter(~models.Q(kind="push") | models.Exists(devices), verified_at__isnull=False)

    def in_use(self) -> "ChannelQuerySet":
        """Verified, and not given up."""
        return self.verified().filter(dead_since=None)


class Channel(models.Model):
    """A way to reach one person. The address is sealed and never shown again; `label` is what remains readable of it.

    The account's own e-mail, and push to all devices of a person, are channels without an address. Nothing is sent
    before `verified_at`, nor after `dead_since`. The code that verifies is stored as a hash.
    """

    class Kind(models.TextChoices):
        MAIL = "mail", _("E-mail")
        PUSH = "push", _("Push")
        SLACK = "slack", "Slack"
        TEAMS = "teams", "Microsoft Teams"
        TELEGRAM = "telegram", "Telegram"
        WHATSAPP = "whatsapp", "WhatsApp"
        SMS = "sms", _("SMS")
        GATEWAY = "gateway", _("Own gateway")

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="channels")
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    address = models.TextField(_("address"), blank=True)
    label = models.CharField(_("label"), max_length=80, blank=True)
    made_at = models.DateTimeField()
    code_hash = models.CharField(max_length=128, blank=True)
    code_sent_at = models.DateTimeField(null=True, blank=True)
    code_tries = models.PositiveSmallIntegerField(default=0)
    verified_at = models.DateTimeField(null=True, blank=True)
    dead_since = models.DateTimeField(null=True, blank=True)
    problem = models.CharField(max_length=20, blank=True)

    objects = ChannelQuerySet.as_manager()

    class Meta:
        verbose_name = _("channel")
        verbose_name_plural = _("channels")
        ordering = ["user", "kind", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["user"], condition=models.Q(kind="mail", address=""), name="routing_one_account_mail_channel"
            ),
            models.UniqueConstraint(
                fields=["user"], condition=models.Q(kind="push"), name="routing_one_push_channel_of_a_person"
            ),
            models.CheckConstraint(
                condition=models.Q(kind__in=["mail", "push"]) | ~models.Q(address=""),
                name="routing_channel_has_an_address",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} #{self.pk}"


class ChannelTest(models.Model):
    """The newest test that its person sent through a channel; `came` says what came of it, as config.reach does."""

    channel = models.OneToOneField(Channel, on_delete=models.CASCADE, related_name="test")
    asked_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True, blank=True)
    came = models.CharField(max_length=8, blank=True)
    problem = models.CharField(max_length=40, blank=True)

    class Meta:
        verbose_name = _("test of a channel")
        verbose_name_plural = _("tests of channels")
        ordering = ["channel", "pk"]

    def __str__(self) -> str:
        return f"{self.channel_id}: {self.came}"


class Preference(models.Model):
    """A choice that differs from the table of kinds: when messages of this kind come through this channel."""

    class When(models.TextChoices):
        NOW = WhenWord.NOW, _("At once")
        HOURLY = WhenWord.HOURLY, _("Every hour")
        MORNING = WhenWord.MORNING, _("In the morning digest")
        OFF = WhenWord.OFF, _("Never")

    channel = models.ForeignKey(Channel, on_delete=models.CASCADE, related_name="preferences", db_index=False)
    kind = models.CharField(max_length=20, choices=Notification.Kind.choices)
    when = models.CharField(max_length=8, choices=When.choices)

    class Meta:
        verbose_name = _("preference")
        verbose_name_plural = _("preferences")
        ordering = ["channel", "kind", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["channel", "kind"], name="routing_one_preference_per_kind"),
        ]

    def __str__(self) -> str:
        return f"{self.channel_id} {self.kind}: {self.when}"


class Delivery(models.Model):
    """One message on its way through one channel; the constraint makes sending twice impossible.

    While it is sent, `leased_until` says until when the process that sends it may take. If that passes, nobody knows
    whether it was sent: it is unsure, and not sent again unless somebody asks for it.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        HELD = "held", _("Held back")  # for a digest, or until quiet hours end
        SENDING = "sending", _("Being sent")
        SENT = "sent", _("Sent")
        MERGED = "merged", _("Sent with others")
        FAILED = "failed", _("Failed")
        UNSURE = "unsure", _("Perhaps sent")

    # no index of its own: the constraint begins with it
    notification = models.ForeignKey(Notification, on_delete=models.CASCADE, related_name="deliveries", db_index=False)
    channel = models.ForeignKey(Channel, on_delete=models.CASCADE, related_name="deliveries")
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    made_at = models.DateTimeField()
    next_at = models.DateTimeField(null=True, blank=True)
    leased_until = models.DateTimeField(null=True, blank=True)
    first_try_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    problem = models.CharField(max_length=200, blank=True)
    merged_into = models.ForeignKey("self", null=True, blank=True, on_delete=models.SET_NULL, related_name="merged")

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["notification", "channel"], name="routing_no_delivery_twice"),
        ]
        indexes = [
            models.Index(  # what to send next
                fields=["next_at"], condition=models.Q(state__in=["waiting", "held"]), name="routing_to_send"
            ),
            models.Index(  # what a process that died left behind
                fields=["leased_until"], condition=models.Q(state="sending"), name="routing_being_sent"
            ),
            models.Index(  # the log by a state that few have, newest first
                fields=["state", "-id"],
                condition=models.Q(state__in=["waiting", "held", "sending", "failed", "unsure"]),
                name="routing_rare_deliveries",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.state} #{self.pk}"


class Outage(models.Model):
    """A way out that failed since it last worked. `channels` are up to three of those that failed: enough of them say
    that it is the way, and not the addresses."""

    kind = models.CharField(max_length=10, choices=Channel.Kind.choices)
    since = models.DateTimeField()
    last_at = models.DateTimeField()
    channels = models.JSONField(default=list)
    problem = models.CharField(max_length=40, blank=True)
    told_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("outage")
        verbose_name_plural = _("outages")
        ordering = ["-since", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind"], condition=models.Q(ended_at__isnull=True), name="routing_one_open_outage_of_a_kind"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.since:%Y-%m-%d}"


class WordSettings(models.Model):
    """One row: what sales ops allow for all channels, and how long the log of deliveries is kept."""

    names_in_chat = models.BooleanField(
        _("names of leads in chat and SMS"),
        default=False,
        help_text=_("Otherwise a message says what to do and has a link, but names no person, company or number."),
    )
    keep_days = models.PositiveSmallIntegerField(_("days that deliveries are kept"), default=90, db_default=90)

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("settings of messages")
        verbose_name_plural = _("settings of messages")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=models.Q(id=1), name="routing_one_row_of_word_settings"),
            models.CheckConstraint(
                condition=models.Q(keep_days__gte=7, keep_days__lte=730),
                name="routing_deliveries_are_kept_a_week_or_more",
                violation_error_message=_("Write a number of days from 7 to 730."),
            ),
        ]

    def __str__(self) -> str:
        return "1"
