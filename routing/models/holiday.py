"""A company's own holidays, and the holidays on which a rep works anyway."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from routing.models.people import Rep, Team


class CompanyHoliday(models.Model):
    """Days that sales ops set beside public holidays: once or every year, in the days of each rep's own time zone.

    `is_for` says whom it concerns even when its teams are gone: a holiday of a deleted team is for nobody, not for
    everybody. `region` is "DE" or "DE-BY".
    """

    class Kind(models.TextChoices):
        OFF = "off", _("Day off")
        WORKING = "working", _("Working day")

    class IsFor(models.TextChoices):
        EVERYBODY = "everybody", _("Everybody")
        REGION = "region", _("A country or region")
        TEAMS = "teams", _("Teams")

    name = models.CharField(_("name"), max_length=120)
    kind = models.CharField(
        _("kind"),
        max_length=8,
        choices=Kind.choices,
        default=Kind.OFF,
        help_text=_("On a working day these people work although it is a public holiday."),
    )
    first_on = models.DateField(_("first day"))
    last_on = models.DateField(_("last day"))
    is_yearly = models.BooleanField(
        _("every year"), default=False, help_text=_("29 February is 28 February in other years.")
    )
    is_for = models.CharField(_("for"), max_length=10, choices=IsFor.choices, default=IsFor.EVERYBODY)
    region = models.CharField(_("country or region"), max_length=15, blank=True)
    teams = models.ManyToManyField(Team, verbose_name=_("teams"), blank=True, related_name="company_holidays")
    note = models.CharField(_("note"), max_length=200, blank=True, help_text=_("Only people with settings read it."))

    history = HistoricalRecords(m2m_fields=[teams])

    class Meta:
        verbose_name = _("company holiday")
        verbose_name_plural = _("company holidays")
        ordering = ["is_yearly", "first_on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(last_on__gte=models.F("first_on")),
                name="routing_company_holiday_ends_after_it_begins",
                violation_error_message=_("The last day is before the first."),
            ),
            models.CheckConstraint(
                condition=models.Q(is_for="region") & ~models.Q(region="")
                | ~models.Q(is_for="region") & models.Q(region=""),
                name="routing_company_holiday_of_a_region_names_it",
                violation_error_message=_("Choose a country or region if, and only if, it is for one."),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class HolidayKinds(models.Model):
    """Which kinds of the public holidays that are known of a country or region are days off there (F5, I2).

    A region without a row has those of its country; a country without one the usual kinds
    (public_holidays.usual_kinds). `region` is "DE" or "DE-BY".
    """

    region = models.CharField(
        _("country or region"),
        max_length=15,
        unique=True,
        error_messages={"unique": _("The kinds of days of this country or region are chosen already.")},
    )
    kinds = models.JSONField(_("days off"), default=list)

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("public holidays of a country")
        verbose_name_plural = _("public holidays")
        ordering = ["region", "pk"]

    def __str__(self) -> str:
        return self.region


class WorkedHoliday(models.Model):
    """A holiday on which a rep works anyway; `on` is a date in the rep's time zone."""

    rep = models.ForeignKey(Rep, on_delete=models.CASCADE, related_name="worked_holidays")
    on = models.DateField()

    class Meta:
        verbose_name = _("holiday worked")
        verbose_name_plural = _("holidays worked")
        ordering = ["on", "pk"]
        constraints = [models.UniqueConstraint(fields=["rep", "on"], name="routing_works_once_a_day")]

    def __str__(self) -> str:
        return f"{self.rep} {self.on}"
