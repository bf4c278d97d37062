"""Leads: people at companies who may buy, and the identities that make two captures one lead."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from leads.models.account import Account
from leads.models.lead_type import LeadType
from leads.models.source import Source


class Lead(models.Model):
    """One lead. Who holds it and where it waits is stored in the routing and queues apps."""

    class Stage(models.TextChoices):
        CAPTURED = "captured", _("Captured")
        WAITING = "waiting", _("Waiting")
        HELD = "held", _("Held")
        REVIEW = "review", _("On the review desk")
        NURTURE = "nurture", _("In nurture")
        RECYCLED = "recycled", _("In the recycling pool")
        PARTNER = "partner", _("With a partner")
        CONVERTED = "converted", _("Opportunity")
        WON = "won", _("Won")
        LOST = "lost", _("Lost")
        DISQUALIFIED = "disqualified", _("Disqualified")
        REJECTED = "rejected", _("Rejected")
        ARCHIVED = "archived", _("Archived")
        MERGED = "merged", _("Merged")

    external_id = models.CharField(_("external id"), max_length=120, blank=True)
    first_name = models.CharField(_("first name"), max_length=120, blank=True)
    last_name = models.CharField(_("last name"), max_length=120, blank=True)
    title = models.CharField(_("title"), max_length=160, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    phone = models.CharField(_("phone"), max_length=24, blank=True)
    company_name = models.CharField(_("company"), max_length=200, blank=True)
    company_domain = models.CharField(_("company domain"), max_length=200, blank=True)
    company_key = models.CharField(_("company key"), max_length=200, blank=True, editable=False)
    company_size = models.PositiveIntegerField(_("company size"), null=True, blank=True)
    industry = models.CharField(_("industry"), max_length=120, blank=True)
    country = models.CharField(_("country"), max_length=2, blank=True)
    city = models.CharField(_("city"), max_length=120, blank=True)
    message = models.TextField(_("message"), blank=True)
    account = models.ForeignKey(
        Account, verbose_name=_("account"), null=True, blank=True, on_delete=models.SET_NULL, related_name="leads"
    )
    source = models.ForeignKey(Source, verbose_name=_("source"), on_delete=models.PROTECT, related_name="leads")
    lead_type = models.CharField(_("lead type"), max_length=12, choices=LeadType.choices, default=LeadType.WARM)
    channel = models.CharField(_("channel"), max_length=8, blank=True)
    score = models.PositiveSmallIntegerField(_("score"), default=0)
    score_parts = models.JSONField(_("score parts"), default=dict, blank=True)
    engagement = models.PositiveSmallIntegerField(_("engagement"), null=True, blank=True)
    deal_size = models.DecimalField(_("expected deal size"), max_digits=14, decimal_places=2, null=True, blank=True)
    stage = models.CharField(_("stage"), max_length=12, choices=Stage.choices, default=Stage.CAPTURED)
    stage_at = models.DateTimeField(_("in this stage since"))
    captured_at = models.DateTimeField(_("captured"))
    created_at = models.DateTimeField(_("arrived"))
    reengaged_at = models.DateTimeField(_("last re-engaged"), null=True, blank=True)
    closed_reason = models.CharField(_("closing reason"), max_length=24, blank=True)
    resembles = models.ForeignKey(
        "self", verbose_name=_("resembles"), null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    resembles_percent = models.PositiveSmallIntegerField(_("likeness"), null=True, blank=True)
    merged_into = models.ForeignKey(  # always the final kept lead, never one that was merged itself
        "self", verbose_name=_("merged into"), null=True, blank=True, on_delete=models.PROTECT, related_name="absorbed"
    )
    problems = models.JSONField(_("problems"), default=list, blank=True)
    extra = models.JSONField(_("extra columns"), default=dict, blank=True)
    is_complete_by_id = models.BooleanField(
        _("is complete by id"), default=False, db_default=False
    )  # its import said that an id is enough
    own = models.JSONField(_("own fields"), default=dict, blank=True, db_default={})  # typed, by OwnField.value_name

    from_nurture: bool  # set while an arrival brings the lead back from nurture; not stored

    class Meta:
        verbose_name = _("lead")
        verbose_name_plural = _("leads")
        ordering = ["-created_at", "-pk"]
        permissions = [("import_leads", _("Can bring in leads from files"))]
        constraints = [
            models.CheckConstraint(condition=models.Q(score__lte=100), name="leads_score_at_most_100"),
            models.CheckConstraint(
                condition=models.Q(resembles__isnull=True) | models.Q(resembles_percent__isnull=False),
                name="leads_resemblance_has_its_percent",
            ),
            models.CheckConstraint(
                condition=models.Q(stage="merged", merged_into__isnull=False)
                | (~models.Q(stage="merged") & models.Q(merged_into__isnull=True)),
                name="leads_merged_lead_names_the_other",
            ),
        ]
        indexes = [
            models.Index(
                fields=["stage", "stage_at"], name="leads_by_stage"
            ),  # the sweeps of nurture and recycling pool
            models.Index(  # possible duplicates of a new capture (A3)
                fields=["company_key", "id"], condition=~models.Q(company_key=""), name="leads_by_company_key"
            ),
            models.Index(  # possible duplicates by domain (A3)
                fields=["company_domain", "id"], condition=~models.Q(company_domain=""), name="leads_by_domain"
            ),
            models.Index(fields=["-created_at", "-id"], name="leads_newest"),  # the lists of arrivals
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def full_name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()

    @property
    def label(self) -> str:
        """What lists may show before the claim (C1): the company or the external id, never the person."""
        return self.company_name or self.company_domain or self.external_id or f"#{self.pk}"

    @property
    def size(self) -> int | None:
        return self.company_size

    @property
    def location(self) -> str:
        return ", ".join(part for part in (self.city, self.country) if part)


class Identity(models.Model):
    """What identifies a lead (A3): an e-mail, phone or external id belongs to one lead only.

    `system` names whose id an external id is (SourceSystem.key), because two systems count from 1; "" where that is
    not known, as for all ids of an earlier release. TOGETHER is one identity for several that belong to different
    leads (matching.combined_identity). What arrived but joins nothing is a LeadAlias.
    """

    class Kind(models.TextChoices):
        EMAIL = "email", _("e-mail")
        PHONE = "phone", _("phone")
        EXTERNAL_ID = "external_id", _("external id")
        TOGETHER = "together", _("several together")

    lead = models.ForeignKey(Lead, on_delete=models.CASCADE, related_name="identities")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    value = models.CharField(max_length=254)
    system = models.CharField(max_length=40, blank=True, default="", db_default="")

    class Meta:
        verbose_name = _("identity")
        verbose_name_plural = _("identities")
        ordering = ["kind", "pk"]
        constraints = [
            # Value first: without statistics, a planner would otherwise read all e-mails.
            models.UniqueConstraint(fields=["value", "kind", "system"], name="leads_one_lead_per_own_identity"),
        ]

    def __str__(self) -> str:
        return f"{self.kind}: {self.value}"
