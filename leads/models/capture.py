"""Captures: every arrival as it came, stored before anything else happens (A8); with API keys and uploads."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from leads.decisions.web_forms.questions import SPAM
from leads.models.alias import SourceSystem
from leads.models.lead import Lead
from leads.models.web_form import WebForm


class ApiKey(models.Model):
    """A key of the REST endpoint (A1b). Only its hash is stored; the key itself is shown once."""

    name = models.CharField(_("name"), max_length=80)
    prefix = models.CharField(_("begins with"), max_length=12, unique=True, editable=False)
    key_hash = models.CharField(_("key hash"), max_length=64, editable=False)
    per_minute = models.PositiveIntegerField(
        _("calls per minute"), default=120, help_text=_("More than this in one minute is answered with 429.")
    )
    system = models.ForeignKey(
        SourceSystem,
        verbose_name=_("ids of"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text=_("The system whose ids it sends. Keys with the same system mean the same leads by the same id."),
    )
    may_send_leads = models.BooleanField(_("may send leads"), default=True, db_default=True)
    may_make_hooks = models.BooleanField(
        _("may subscribe to webhooks"),
        default=False,
        db_default=False,
        help_text=_("As Zapier does: it makes and removes webhooks of its own."),
    )
    hooks_see_person = models.BooleanField(
        _("its webhooks see the person"),
        default=False,
        db_default=False,
        help_text=_("Name, e-mail, phone, job title and message of a lead leave with the events."),
    )
    created_at = models.DateTimeField(_("made"), editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("created by"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        editable=False,
    )
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)
    last_used_at = models.DateTimeField(_("last used"), null=True, blank=True, editable=False)
    minute_at = models.DateTimeField(_("minute at"), null=True, blank=True, editable=False)
    calls = models.PositiveIntegerField(_("calls"), default=0, editable=False)  # in that minute

    history = HistoricalRecords(excluded_fields=["key_hash", "last_used_at", "minute_at", "calls"])

    class Meta:
        verbose_name = _("API key")
        verbose_name_plural = _("API keys")
        ordering = ["name", "pk"]

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}...)"

    @property
    def own_system(self) -> str:
        """The key of the system whose ids it sends; its own where none was chosen, so that two keys never mix."""
        return self.system.key if self.system is not None else f"api-{self.prefix}"


class Upload(models.Model):
    """One CSV file that sales ops import (A1a): its shape, mapping, progress and result."""

    class State(models.TextChoices):
        MAPPING = "mapping", _("Waiting for the mapping")
        WAITING = "waiting", _("Waiting to start")
        RUNNING = "running", _("Running")
        DONE = "done", _("Done")
        FAILED = "failed", _("Stopped")
        CANCELLED = "cancelled", _("Cancelled")
        UNDOING = "undoing", _("Being undone")
        UNDONE = "undone", _("Undone")

    name = models.CharField(_("file"), max_length=200)
    stored = models.FileField(_("stored"), upload_to="uploads/", max_length=200)
    digest = models.CharField(_("digest"), max_length=64)
    bytes = models.PositiveBigIntegerField(_("size"))
    shape = models.JSONField(_("shape"), default=dict)
    mapping = models.JSONField(_("mapping"), default=dict)
    defaults = models.JSONField(_("defaults"), default=dict, blank=True)
    survey = models.JSONField(
        _("survey"), default=dict, blank=True, db_default={}
    )  # what all its rows hold (decisions/csv/survey.py)
    reading = models.JSONField(
        _("reading"), default=dict, blank=True, db_default={}
    )  # how its texts are meant: {what: choice}
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.MAPPING)
    problem = models.CharField(_("problem"), max_length=300, blank=True)
    bytes_read = models.PositiveBigIntegerField(_("bytes read"), default=0)
    last_line = models.PositiveIntegerField(_("last line"), default=0)
    made = models.PositiveIntegerField(_("made"), default=0)
    merged = models.PositiveIntegerField(_("merged"), default=0)
    unchanged = models.PositiveIntegerField(_("already here"), default=0)
    refused = models.PositiveIntegerField(_("refused"), default=0)
    flawed = models.PositiveIntegerField(_("rows with a problem"), default=0)
    went = models.JSONField(
        _("went"), default=dict, blank=True
    )  # where new leads went: {kind: {"leads": n, "names": {name: n}}}
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    created_at = models.DateTimeField(_("uploaded"))
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("created by"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    started_at = models.DateTimeField(_("started"), null=True, blank=True)
    touched_at = models.DateTimeField(_("touched at"), null=True, blank=True)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)
    undo_at = models.DateTimeField(_("undone"), null=True, blank=True)
    undo_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("undo by"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    undo_counts = models.JSONField(
        _("undo counts"), default=dict, blank=True, db_default={}
    )  # what an undo took away and left

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        ordering = ["-created_at", "-pk"]

    def __str__(self) -> str:
        return self.name

    @property
    def rows(self) -> int:
        return self.made + self.merged + self.unchanged + self.refused

    @property
    def percent(self) -> int:
        if self.state == self.State.DONE:
            return 100
        return min(99, self.bytes_read * 100 // self.bytes) if self.bytes else 0


class Capture(models.Model):
    """One arrival: its raw fields and its result."""

    class Channel(models.TextChoices):
        CSV = "csv", _("CSV file")
        API = "api", _("API")
        FORM = "form", _("Web form")
        HAND = "hand", _("By hand")
        CRM = "crm", _("CRM")

    class State(models.TextChoices):
        RECEIVED = "received", _("Received")
        MADE = "made", _("Made a lead")
        MERGED = "merged", _("Joined a lead")
        UNCHANGED = "unchanged", _("Already here")
        REFUSED = "refused", _("Refused")
        UNDONE = "undone", _("Undone")

    channel = models.CharField(_("channel"), max_length=8, choices=Channel.choices)
    received_at = models.DateTimeField(_("received at"))
    raw = models.JSONField(_("raw"), default=dict)
    fingerprint = models.CharField(_("fingerprint"), max_length=40)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.RECEIVED)
    problems = models.JSONField(_("problems"), default=list, blank=True)
    lead = models.ForeignKey(
        Lead, verbose_name=_("lead"), null=True, blank=True, on_delete=models.SET_NULL, related_name="captures"
    )
    upload = models.ForeignKey(
        Upload, verbose_name=_("upload"), null=True, blank=True, on_delete=models.CASCADE, related_name="captures"
    )
    line = models.PositiveIntegerField(_("line"), null=True, blank=True)
    api_key = models.ForeignKey(
        ApiKey, verbose_name=_("api key"), null=True, blank=True, on_delete=models.SET_NULL, related_name="captures"
    )
    # whose ids it brings, where neither its key nor its file says so
    system = models.ForeignKey(
        SourceSystem,
        verbose_name=_("system"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
    )
    web_form = models.ForeignKey(
        WebForm,
        verbose_name=WebForm._meta.verbose_name,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="captures",
        db_index=False,  # few captures have one; the indexes below hold only those
    )
    sender = models.CharField(
        _("sender"), max_length=32, blank=True, editable=False
    )  # of a public form: a keyed hash, kept for a day
    idempotency_key = models.CharField(
        _("idempotency key"), max_length=120, null=True, blank=True
    )  # of a public form: the unique part of its token
    judged_at = models.DateTimeField(_("judged at"), null=True, blank=True)  # a person said whether this is spam
    judged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("judged by"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        db_index=False,
    )
    answer = models.JSONField(_("answer"), null=True, blank=True)  # of the first call with this idempotency key

    class Meta:
        verbose_name = _("capture")
        verbose_name_plural = _("captures")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["upload", "line"],
                condition=models.Q(upload__isnull=False),
                name="leads_one_capture_per_line",
            ),
            models.UniqueConstraint(
                fields=["api_key", "idempotency_key"],
                condition=models.Q(idempotency_key__isnull=False),
                name="leads_one_capture_per_idempotency_key",
            ),
            models.UniqueConstraint(
                fields=["web_form", "idempotency_key"],
                condition=models.Q(web_form__isnull=False, idempotency_key__isnull=False),
                name="leads_one_capture_per_form_token",
            ),
        ]
        indexes = [
            models.Index(fields=["fingerprint"], name="leads_capture_fingerprint"),  # "already here" (A3)
            models.Index(fields=["upload", "state", "line"], name="leads_upload_report"),  # the row report
            models.Index(  # captures that were stored but not resolved, for the sweep (A8)
                fields=["received_at"], condition=models.Q(state="received"), name="leads_unsettled"
            ),
            models.Index(  # captures of a form in 30 days, and in the last hour
                fields=["web_form", "received_at"],
                condition=models.Q(web_form__isnull=False),
                name="leads_form_captures",
            ),
            models.Index(  # the last hour of a sender, and hashes to delete
                fields=["web_form", "sender", "received_at"], condition=~models.Q(sender=""), name="leads_form_senders"
            ),
            models.Index(  # what is held as spam, newest first
                fields=["web_form", "-id"],
                condition=models.Q(web_form__isnull=False, state="refused"),
                name="leads_form_spam",
            ),
            models.Index(  # what public forms hold until a person says whether it is spam, newest first
                fields=["-id"],
                condition=models.Q(web_form__isnull=False, state="refused", judged_at__isnull=True),
                name="leads_held_by_forms",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_channel_display()} #{self.pk}"

    @property
    def own_system(self) -> str:
        """The key of the system whose ids a program or a CRM sends; "" for all others."""
        if self.api_key is not None:
            return self.api_key.own_system
        return self.system.key if self.system is not None else ""

    @property
    def is_held_as_spam(self) -> bool:
        """Whether a public form holds this as spam, until a person checks it (A1c)."""
        codes = {problem.get("code") for problem in self.problems}
        return self.web_form_id is not None and self.state == self.State.REFUSED and not codes.isdisjoint(SPAM)
