"""Own fields: columns of files and programs that sales ops gave a name and a kind (A9)."""

from django.core.validators import RegexValidator
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from leads.decisions.facts.date_orders import DAY, MONTH, YEAR
from leads.decisions.own_fields.names import OwnKind, value_name
from leads.decisions.own_fields.reading import COMMA, POINT, FieldReading

MAX_OWN_FIELDS = 100


class OwnField(models.Model):
    """One field. Its values stand in Lead.own by `value_name`; the texts that they were read from stay in Lead.extra,
    so that another kind can be read from them later."""

    class Kind(models.TextChoices):
        TEXT = OwnKind.TEXT, _("Text")
        NUMBER = OwnKind.NUMBER, _("Number")
        CHOICE = OwnKind.CHOICE, _("Choice")
        DATE = OwnKind.DATE, _("Date")
        YES_NO = OwnKind.YES_NO, _("Yes or no")

    class Style(models.TextChoices):
        EITHER = "", _("As each value shows")
        POINT = POINT, _("Numbers with a decimal point: 1,234.5")
        COMMA = COMMA, _("Numbers with a decimal comma: 1.234,5")
        DAY_FIRST = DAY, _("Dates with the day first: 31/12/2026")
        MONTH_FIRST = MONTH, _("Dates with the month first: 12/31/2026")
        YEAR_FIRST = YEAR, _("Dates with the year first: 26/12/31")

    key = models.CharField(
        _("key"),
        max_length=40,
        unique=True,
        validators=[RegexValidator(r"\A[a-z0-9_]+\Z", _("Use small letters, digits and _ only."))],
        help_text=_("Programs send the field under this name. It cannot change later."),
    )
    name = models.CharField(_("name"), max_length=80)
    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices, default=Kind.TEXT)
    choices = models.JSONField(_("choices"), default=list, blank=True)
    titles = models.JSONField(_("columns that feed it"), default=list, blank=True)
    style = models.CharField(_("how its values are written"), max_length=5, choices=Style.choices, blank=True)
    is_shown = models.BooleanField(_("shown on the card"), default=True)
    is_open = models.BooleanField(
        _("shown before the claim"),
        default=False,
        help_text=_("Never for what could name a person: a contact, an address, a birthday."),
    )
    is_active = models.BooleanField(_("in use"), default=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("own field")
        verbose_name_plural = _("own fields")
        ordering = ["position", "pk"]
        constraints = [models.UniqueConstraint(Lower("name"), name="leads_one_own_field_of_a_name")]

    def __str__(self) -> str:
        return self.name

    @property
    def value_name(self) -> str:
        return value_name(self.kind, self.key)

    @property
    def reading(self) -> FieldReading:
        return FieldReading(self.key, self.kind, (*self.titles, self.name), tuple(self.choices), self.style)
