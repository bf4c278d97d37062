"""Accounts: the companies that leads work for, and the handles by which similar names find them."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords


class Account(models.Model):
    """A company, identified by its domain. Entry rules use its tier, owner and flags (A5, G1)."""

    class Tier(models.TextChoices):
        ENTERPRISE = "enterprise", _("Enterprise")
        MID_MARKET = "mid_market", _("Mid-market")
        SMB = "smb", _("SMB")

    name = models.CharField(_("name"), max_length=200)
    domain = models.CharField(_("domain"), max_length=200, blank=True)
    industry = models.CharField(_("industry"), max_length=120, blank=True)
    size = models.PositiveIntegerField(_("employees"), null=True, blank=True)
    tier = models.CharField(_("tier"), max_length=12, choices=Tier.choices, blank=True)
    country = models.CharField(_("country"), max_length=2, blank=True)
    city = models.CharField(_("city"), max_length=120, blank=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("owner"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="accounts",
    )
    is_customer = models.BooleanField(_("customer"), default=False)
    is_target = models.BooleanField(_("target account"), default=False)
    is_competitor = models.BooleanField(_("competitor"), default=False)
    created_at = models.DateTimeField(_("created"))

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("account")
        verbose_name_plural = _("accounts")
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["domain"], condition=~models.Q(domain=""), name="leads_one_account_per_domain"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class AccountHandle(models.Model):
    """A short text by which an account with an owner is looked up (account_match.handles, G1).

    Written with the account. An account without an owner needs none.
    """

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="handles")
    handle = models.CharField(max_length=60)

    class Meta:
        verbose_name = _("account handle")
        verbose_name_plural = _("account handles")
        ordering = ["handle", "account", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["handle", "account"], name="leads_one_handle_per_account"
            ),  # and the index of the look-up
        ]

    def __str__(self) -> str:
        return self.handle
