"""Public forms that a website links to or embeds (A1c)."""

from django.core.validators import URLValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from leads.models.lead_type import LeadType
from leads.models.source import Source

is_https = URLValidator(schemes=["https"], message=_("Write an address that begins with https://."))


class WebForm(models.Model):
    """A form that sales ops made. Its address cannot be guessed and never changes."""

    name = models.CharField(_("name"), max_length=80, help_text=_("For your own lists; visitors do not see it."))
    slug = models.SlugField(_("address"), max_length=80, unique=True, editable=False)
    is_active = models.BooleanField(
        _("open"), default=True, help_text=_("A closed form says so to its visitors and takes nothing.")
    )
    source = models.ForeignKey(Source, verbose_name=_("source"), on_delete=models.PROTECT, related_name="web_forms")
    lead_type = models.CharField(_("lead type"), max_length=12, choices=LeadType.choices, blank=True)
    asks = models.JSONField(_("asks for"), default=dict)  # {field: "optional" or "required"}
    title = models.CharField(_("title"), max_length=120)
    intro = models.TextField(_("introduction"), max_length=600, blank=True)
    button = models.CharField(
        _("words on the button"), max_length=40, blank=True, help_text=_("Empty: “Send message”.")
    )
    thanks = models.TextField(
        _("words of thanks"), max_length=600, blank=True, help_text=_("Shown after sending. Empty: a plain thank you.")
    )
    consent = models.CharField(
        _("consent"),
        max_length=300,
        blank=True,
        help_text=_("What visitors must agree to before they send. Kept with the lead as they read it."),
    )
    consent_url = models.CharField(
        _("privacy notice"),
        max_length=500,
        blank=True,
        validators=[is_https],
        help_text=_("Its https address, linked below the consent."),
    )
    redirect_url = models.CharField(
        _("go on to"),
        max_length=500,
        blank=True,
        validators=[is_https],
        help_text=_("An https address that opens after sending, in place of the thanks."),
    )
    allowed_origins = models.JSONField(_("websites"), default=list, blank=True)
    language = models.CharField(_("language"), max_length=8, default="en")
    per_hour = models.PositiveSmallIntegerField(
        _("per hour from one sender"), default=10, help_text=_("More than this is asked to come back later.")
    )
    per_hour_in_all = models.PositiveSmallIntegerField(
        _("per hour in all"), default=500, help_text=_("A flood from many senders stops here; so does its spam.")
    )

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("web form")
        verbose_name_plural = _("web forms")
        ordering = ["name", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(redirect_url="") | models.Q(redirect_url__startswith="https://"),
                name="leads_form_goes_on_by_https",
            ),
            models.CheckConstraint(
                condition=models.Q(per_hour__gte=1, per_hour_in_all__gte=1), name="leads_form_takes_at_least_one"
            ),
        ]

    def __str__(self) -> str:
        return self.name
