"""By what else a lead is known: second names, and values that identify nobody; and the systems that ids come from."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from leads.models.lead import Lead


class SourceSystem(models.Model):
    """A program that numbers people by itself: external ids of different systems are different ids (A3)."""

    key = models.SlugField(max_length=40, unique=True, editable=False)
    name = models.CharField(_("name"), max_length=60)

    class Meta:
        verbose_name = _("source system")
        verbose_name_plural = _("source systems")
        ordering = ["name", "pk"]

    def __str__(self) -> str:
        return self.name


class LeadAlias(models.Model):
    """A name or a value that arrived for a lead and joins no capture to it (A3). Search finds the lead by it.

    `why` says why it does not join: names never do; CLAIMED is the identity of another lead; SHARED is one that more
    than two people have, such as the number of a switchboard; PLACEHOLDER is an address that stands for none.
    """

    class Kind(models.TextChoices):
        NAME = "name", _("name")
        EMAIL = "email", _("e-mail")
        PHONE = "phone", _("phone")
        EXTERNAL_ID = "external_id", _("external id")

    class Why(models.TextChoices):
        NAME = "", _("also known as")
        CLAIMED = "claimed", _("also of another lead")
        SHARED = "shared", _("shared by several people")
        PLACEHOLDER = "placeholder", _("stands for no address")

    lead = models.ForeignKey(Lead, on_delete=models.CASCADE, related_name="aliases", db_index=False)
    kind = models.CharField(max_length=12, choices=Kind.choices)
    value = models.CharField(max_length=254)
    folded = models.CharField(max_length=254)  # the value for comparisons: leads.decisions.facts.text.folded for names
    system = models.CharField(max_length=40, blank=True, default="")  # of an external id, as in Identity
    why = models.CharField(max_length=12, choices=Why.choices, blank=True, default="")
    first_seen_at = models.DateTimeField()
    capture = models.ForeignKey(
        "leads.Capture", null=True, blank=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )

    class Meta:
        verbose_name = _("alias")
        verbose_name_plural = _("aliases")
        ordering = ["kind", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["lead", "kind", "value", "system"], name="leads_one_alias_of_a_lead"),
        ]
        indexes = [
            models.Index(fields=["folded", "kind"], name="leads_alias_lookup"),  # by value: arrivals, and search
        ]

    def __str__(self) -> str:
        return f"{self.kind}: {self.value}"
