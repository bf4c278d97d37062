"""One connected CRM: how to reach it, what goes which way, and how it stands (I4)."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from leads.models import SourceSystem


class Connection(models.Model):
    """
    `credentials` are sealed JSON (config.sealing) and are never shown. `account_id` is the portal, organisation or
    environment, as the CRM itself says: a token of another one is refused. Ids of its records are those of `system`.

    `field_map`: {field of a lead: field there}, as A2 names them, own fields as "own_KEY". `status_map`: {stage or
    "contacted": status there}. `closing_map`: {status there: closing stage here}; what is closed over there is closed
    here. `cursor_at`: everything changed before it is here; `window_until`: the end of the stretch of time that
    is asked for next, where it is not all up to now; `cursor_after`: its page in the middle.
    `out_cursor`: the activity up to which wishes were read for good; `out_near`: up to which they were read once.
    """

    class Kind(models.TextChoices):
        SALESFORCE = "salesforce", "Salesforce"
        HUBSPOT = "hubspot", "HubSpot"
        DYNAMICS = "dynamics", "Dynamics 365"

    class State(models.TextChoices):
        DRAFT = "draft", _("Being set up")
        WORKING = "working", _("Working")
        PAUSED = "paused", _("Paused")
        BROKEN = "broken", _("Broken")
        OFF = "off", _("Switched off")
        REMOVING = "removing", _("Being removed")

    class Policy(models.TextChoices):
        ALUR = "alur", _("Alur’s owner wins")
        CRM = "crm", _("The CRM’s owner wins")

    kind = models.CharField(_("CRM"), max_length=12, choices=Kind.choices)
    name = models.CharField(_("name"), max_length=80, help_text=_("For people here, such as “leads, Surabaya branch”."))
    object_name = models.CharField(_("records"), max_length=40)
    base_url = models.URLField(_("address"), max_length=300, blank=True)
    login_url = models.URLField(_("address of the sign-in"), max_length=300, blank=True)
    credentials = models.TextField(_("credentials"), blank=True, default="", editable=False)
    account_id = models.CharField(_("account id"), max_length=80, blank=True, editable=False)
    account_name = models.CharField(_("account there"), max_length=200, blank=True, editable=False)
    system = models.ForeignKey(
        SourceSystem,
        verbose_name=_("system"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        editable=False,
    )
    field_map = models.JSONField(_("fields"), default=dict, blank=True)
    status_map = models.JSONField(_("statuses"), default=dict, blank=True)
    closing_map = models.JSONField(_("closed there"), default=dict, blank=True)
    owner_policy = models.CharField(_("in doubt"), max_length=4, choices=Policy.choices, default=Policy.ALUR)
    takes_in = models.BooleanField(_("take leads in"), default=True)
    writes_out = models.BooleanField(_("write owner and status"), default=True)
    poll_minutes = models.PositiveSmallIntegerField(_("ask every … minutes"), default=2)
    take_since = models.DateTimeField(_("leads changed since"), null=True, blank=True)

    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.DRAFT, editable=False)
    problem = models.CharField(
        _("problem"), max_length=20, blank=True, editable=False
    )  # a Reason of the client, or ours
    problem_words = models.CharField(_("problem words"), max_length=300, blank=True, editable=False)  # the CRM's own
    problem_field = models.CharField(_("problem field"), max_length=120, blank=True, editable=False)
    problem_at = models.DateTimeField(_("problem at"), null=True, blank=True, editable=False)  # since when
    paused_until = models.DateTimeField(_("paused until"), null=True, blank=True, editable=False)
    failures = models.PositiveSmallIntegerField(
        _("failures"), default=0, editable=False
    )  # in a row, for the length of the pause

    cursor_at = models.DateTimeField(_("cursor at"), null=True, blank=True, editable=False)
    window_until = models.DateTimeField(_("window until"), null=True, blank=True, editable=False)
    cursor_after = models.TextField(
        _("cursor after"), blank=True, editable=False
    )  # links of Dataverse have 2,000 signs
    next_poll_at = models.DateTimeField(_("next poll at"), null=True, blank=True, editable=False)
    polling_until = models.DateTimeField(
        _("polling until"), null=True, blank=True, editable=False
    )  # the lease of the one reader
    out_cursor = models.BigIntegerField(_("out cursor"), default=0, editable=False)
    out_near = models.BigIntegerField(_("out near"), default=0, db_default=0, editable=False)
    out_read_at = models.DateTimeField(
        _("out read at"), null=True, blank=True, editable=False
    )  # when last from `out_cursor` on
    writing_until = models.DateTimeField(
        _("writing until"), null=True, blank=True, editable=False
    )  # the lease of the one writer
    looked_at = models.DateTimeField(
        _("looked at"), null=True, blank=True, editable=False
    )  # at its account and what was deleted
    removed_until = models.DateTimeField(
        _("removed until"), null=True, blank=True, editable=False
    )  # a list of deletions in the middle
    removed_after = models.TextField(
        _("removed after"), blank=True, default="", db_default="", editable=False
    )  # and its page
    checked_to = models.BigIntegerField(
        _("checked to"), default=0, db_default=0, editable=False
    )  # the last link that was looked up
    people_at = models.DateTimeField(
        _("people at"), null=True, blank=True, editable=False
    )  # when people there were last read
    usage_used = models.PositiveIntegerField(_("usage used"), null=True, blank=True, editable=False)
    usage_limit = models.PositiveIntegerField(_("usage limit"), null=True, blank=True, editable=False)
    usage_at = models.DateTimeField(_("usage at"), null=True, blank=True, editable=False)
    last_in_at = models.DateTimeField(_("last in at"), null=True, blank=True, editable=False)
    last_out_at = models.DateTimeField(_("last out at"), null=True, blank=True, editable=False)
    made_at = models.DateTimeField(_("made at"), editable=False)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("made by"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        editable=False,
    )

    RUNNING = (
        "credentials",
        "state",
        "problem",
        "problem_words",
        "problem_field",
        "problem_at",
        "paused_until",
        "failures",
        "cursor_at",
        "window_until",
        "cursor_after",
        "next_poll_at",
        "polling_until",
        "out_cursor",
        "out_near",
        "out_read_at",
        "writing_until",
        "looked_at",
        "removed_until",
        "removed_after",
        "checked_to",
        "people_at",
        "usage_used",
        "usage_limit",
        "usage_at",
        "last_in_at",
        "last_out_at",
    )
    history = HistoricalRecords(excluded_fields=list(RUNNING))

    class Meta:
        verbose_name = _("connection")
        verbose_name_plural = _("connections")
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "account_id", "object_name"],
                condition=~models.Q(account_id="") & ~models.Q(state="off"),
                name="queues_one_connection_to_one_crm",
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.get_kind_display()

    @property
    def whole_name(self) -> str:
        """Which CRM, and which of several connections to it."""
        return f"{self.get_kind_display()}: {self.name}" if self.name else str(self.get_kind_display())
